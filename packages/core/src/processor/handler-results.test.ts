import { Observable, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../frames/frame.js';
import { boom, fencedSessions, say } from '../test-support/fenced-session.js';
import { defineProcessor } from './define-processor.js';
import type { HandlerResult } from './handler.js';

const started = fencedSessions();

describe('K5: what a handler gives back that is no frame becomes one error frame, and the lane goes on', () => {
  const nonsense: Record<string, () => unknown> = {
    'a number': () => 5,
    'a list of nothing': () => [undefined],
    'a promise of a number': () => Promise.resolve(5),
    'a promise that rejects with nothing': () => Promise.reject(),
    'a promise of a list that throws': () =>
      Promise.resolve({
        [Symbol.iterator]: boom,
      }),
    'a generator that throws': () =>
      (function* (): Generator<Frame> {
        yield boom();
      })(),
    'an async generator that throws': () =>
      (async function* (): AsyncGenerator<Frame> {
        yield boom();
      })(),
    'an async iterable that cannot be iterated': () => ({ [Symbol.asyncIterator]: boom }),
    'an async iterator whose next throws': () => ({ [Symbol.asyncIterator]: () => ({ next: boom }) }),
    'an async iterator whose next gives no promise': () => ({ [Symbol.asyncIterator]: () => ({ next: () => 5 }) }),
    'an async iterator whose second next throws': () => {
      let calls = 0;
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => (calls++ === 0 ? Promise.resolve({ done: false, value: undefined }) : boom()),
        }),
      };
    },
    'an observable that fails': () => throwError(() => new Error('boom')),
    'an observable that throws when it is subscribed': () => new Observable(boom),
    // biome-ignore lint/suspicious/noThenProperty: that is what is tried
    'a thing with a then that throws': () => ({ then: boom }),
    // biome-ignore lint/suspicious/noThenProperty: that is what is tried
    'a thing whose then is no function': () => ({ then: 5 }),
  };
  for (const [what, give] of Object.entries(nonsense)) {
    test(what, async () => {
      let first = true;
      const odd = defineProcessor('odd', {
        down: {
          'llm-text': (frame): HandlerResult => {
            if (!first) return frame;
            first = false;
            return give() as HandlerResult;
          },
        },
      });
      const { session, clock, errors, bottom, close } = await started([odd]);
      say(session, 'first');
      say(session, 'second');
      await clock.advance(5);
      const expected = what === 'an async iterator whose second next throws' ? 2 : 1;
      expect(errors().length).toBe(expected);
      expect(errors()[0]).toMatchObject({ category: 'application', processor: 'odd', usable: true });
      expect(bottom.at(-1)).toMatchObject({ text: 'second' });
      await clock.runUntil(session.end());
      expect((await close()).reason).toBe('ended');
    });
  }

  test('null and undefined are nothing, and no error', async () => {
    const silent = defineProcessor('silent', { down: { 'llm-text': () => null as unknown as undefined } });
    const { session, errors, bottom, close } = await started([silent]);
    say(session);
    expect(errors()).toEqual([]);
    expect(bottom.some(({ kind }) => kind === 'llm-text')).toBe(false);
    await close();
  });
});

describe('K7: what is told to stop may fail as it likes', () => {
  test('a teardown that throws still lets the turn go on, and its signal fire', async () => {
    let aborted = false;
    const odd = defineProcessor('odd', {
      down: {
        'llm-text': (frame, context) => {
          if (frame.text !== 'first') return frame;
          context.signal.addEventListener('abort', () => {
            aborted = true;
          });
          return new Observable<Frame>(() => boom);
        },
      },
    });
    const { session, errors, bottom, close } = await started([odd]);
    say(session, 'first');
    session.interrupt();
    say(session, 'second');
    expect(aborted).toBe(true);
    expect(errors().length).toBe(1);
    expect(bottom.at(-1)).toMatchObject({ text: 'second' });
    await close();
  });

  test('an iterator whose return throws, hangs or gives no promise', async () => {
    for (const end of [boom, () => new Promise(() => undefined), () => 5]) {
      const odd = defineProcessor('odd', {
        down: {
          'llm-text': (frame): HandlerResult =>
            frame.text === 'first'
              ? ({
                  [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined), return: end }),
                } as unknown as HandlerResult)
              : frame,
        },
      });
      const { session, bottom, close } = await started([odd]);
      say(session, 'first');
      session.interrupt();
      say(session, 'second');
      expect(bottom.at(-1)).toMatchObject({ text: 'second' });
      await close();
    }
  });
});
