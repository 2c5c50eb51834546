import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AsyncChannel } from './async-channel.js';
import { Fifo } from './fifo.js';
import { Port } from './port.js';
import { untilAborted } from './until-aborted.js';

type Command =
  | { readonly do: 'push'; readonly value: number }
  | { readonly do: 'shift' | 'peek' | 'clear' }
  | { readonly do: 'filter'; readonly by: number };

test('a Fifo behaves like an array, whatever is done to it in which order', () => {
  const command: fc.Arbitrary<Command> = fc.oneof(
    { arbitrary: fc.record({ do: fc.constant('push' as const), value: fc.nat() }), weight: 5 },
    { arbitrary: fc.record({ do: fc.constantFrom('shift' as const, 'peek' as const) }), weight: 4 },
    { arbitrary: fc.record({ do: fc.constant('filter' as const), by: fc.integer({ min: 1, max: 3 }) }), weight: 1 },
    { arbitrary: fc.record({ do: fc.constant('clear' as const) }), weight: 1 },
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 300 }), (commands) => {
      const fifo = new Fifo<number>();
      let model: number[] = [];
      for (const step of commands) {
        switch (step.do) {
          case 'push':
            fifo.push(step.value);
            model.push(step.value);
            break;
          case 'shift':
            expect(fifo.shift()).toBe(model.shift());
            break;
          case 'peek':
            expect(fifo.peek()).toBe(model[0]);
            break;
          case 'clear':
            fifo.clear();
            model = [];
            break;
          case 'filter': {
            const kept = model.filter((value) => value % step.by === 0);
            expect(fifo.filter((value) => value % step.by === 0)).toBe(model.length - kept.length);
            model = kept;
            break;
          }
        }
        expect(fifo.length).toBe(model.length);
      }
    }),
    { numRuns: 1000 },
  );
});

test('a channel hands out what was pushed, in order, before its end as well as after', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat()), fc.nat({ max: 20 }), async (values, early) => {
      const channel = new AsyncChannel<number>(1000);
      for (const value of values.slice(0, early)) channel.push(value);
      const read = (async () => {
        const all: number[] = [];
        for await (const value of channel) all.push(value);
        return all;
      })();
      await Promise.resolve();
      for (const value of values.slice(early)) channel.push(value);
      channel.end();
      channel.push(-1);
      expect(await read).toEqual(values);
    }),
  );
});

test('a channel that is full drops the oldest and counts it', async () => {
  const channel = new AsyncChannel<number>(3);
  for (let i = 0; i < 10; i++) channel.push(i);
  channel.end();
  const all: number[] = [];
  for await (const value of channel) all.push(value);
  expect(all).toEqual([7, 8, 9]);
  expect(channel.dropped).toBe(7);
});

test('a channel whose reader has left takes nothing more', async () => {
  const channel = new AsyncChannel<number>(3);
  channel.push(1);
  for await (const _ of channel) break;
  channel.push(2);
  expect(await channel[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
});

test('untilAborted ends with the reason at once, though the source hangs, and tells the source to return', async () => {
  let returned = false;
  const stop = new AbortController();
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: () => {
        returned = true;
        return Promise.reject(new Error('swallowed'));
      },
    }),
  };
  const reading = (async () => {
    for await (const _ of untilAborted(source, stop.signal)) expect.unreachable();
  })();
  stop.abort(new Error('enough'));
  await expect(reading).rejects.toThrow('enough');
  expect(returned).toBe(true);
});

test('untilAborted keeps its reason when the source fails to return properly', async () => {
  for (const end of [
    () => {
      throw new Error('return threw');
    },
    () => 5,
  ]) {
    const stop = new AbortController();
    const source = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined), return: end }),
    } as unknown as AsyncIterable<number>;
    const reading = untilAborted(source, stop.signal).next();
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  }
});

test('untilAborted hands on all of a source that ends by itself, and what it throws', async () => {
  const { signal } = new AbortController();
  const all: number[] = [];
  const source = async function* () {
    yield 1;
    yield 2;
    throw new Error('broken');
  };
  await expect(
    (async () => {
      for await (const value of untilAborted(source(), signal)) all.push(value);
    })(),
  ).rejects.toThrow('broken');
  expect(all).toEqual([1, 2]);
});

test('a port lets listeners come and go while it hands out, and forgets those that went', () => {
  const port = new Port<number>();
  const heard: string[] = [];
  const second = { unsubscribe: (): void => undefined };
  port.subscribe((value) => {
    heard.push(`a${value}`);
    second.unsubscribe();
  });
  Object.assign(second, { unsubscribe: port.subscribe((value) => heard.push(`b${value}`)).unsubscribe });
  const subscription = port.subscribe({ next: (value) => heard.push(`c${value}`) });
  port.emit(1);
  subscription.unsubscribe();
  port.emit(2);
  expect(heard.filter((entry) => entry.startsWith('a'))).toEqual(['a1', 'a2']);
  expect(heard).toContain('c1');
  expect(heard).not.toContain('c2');
});
