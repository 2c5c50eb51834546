import { filter, fromEvent, map, merge, Observable, take, takeUntil, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame } from '../frames/frame.js';
import { chain } from '../pipeline/pipeline.js';
import type { LLMChunk, LLMRequest, ServiceCall } from '../services/contracts.js';
import { LLMService } from '../services/llm-service.js';
import { ServiceError } from '../services/service-error.js';
import { createSession } from '../session/session.js';
import { boom, fencedSessions, say } from '../test-support/fenced-session.js';
import { defineProcessor } from './define-processor.js';
import type { FrameProcessor } from './frame-processor.js';
import { fromOperator } from './from-operator.js';

const started = fencedSessions();

describe('K5: a listener that throws becomes one error frame, and nobody else notices', () => {
  test('a listener of frames$: the frame is handed on, other listeners hear it, and the listener goes on hearing', async () => {
    const { session, bottom, errors, close } = await started([]);
    let heard = 0;
    let calls = 0;
    session.frames$.subscribe(({ frame, from }) => {
      calls++;
      if (frame.kind === 'llm-text' && from === 'session') boom();
    });
    session.frames$.subscribe(() => heard++);
    say(session);
    expect(bottom.map(({ kind }) => kind)).toContain('llm-text');
    expect(errors()).toMatchObject([{ processor: 'frames$', message: 'boom', usable: true }]);
    expect(calls).toBeGreaterThan(3);
    expect(heard).toBe(calls);
    await close();
  });

  test('a listener of frames$ that throws at everything, its own report included', async () => {
    const { session, bottom, errors, close } = await started([]);
    session.frames$.subscribe(boom);
    say(session);
    expect(bottom.at(-1)?.kind).toBe('llm-text');
    expect(errors().length).toBeGreaterThan(0);
    expect(errors().length).toBeLessThan(10);
    await close();
  });

  test('a listener, and an operator, behind frames$.pipe()', async () => {
    const { session, errors, close } = await started([]);
    session.frames$.pipe(filter(({ frame, from }) => frame.kind === 'llm-text' && from === 'session')).subscribe(boom);
    session.frames$.pipe(map(({ frame }) => (frame.kind === 'metrics' ? boom() : frame))).subscribe();
    say(session);
    expect(errors().length).toBe(1);
    session.send(session.frame('metrics', { metrics: [] }));
    expect(errors().length).toBe(2);
    await close();
  });

  test('a listener of state$', async () => {
    const { session, clock, close } = await started([]);
    session.state$.subscribe((state) => {
      if (state === 'ending') boom();
    });
    await clock.runUntil(session.end());
    expect(await close()).toMatchObject({ reason: 'ended', errors: [{ processor: 'state$', message: 'boom' }] });
  });

  test('a hook on interruption: the other hooks run, and the turn is dead all the same', async () => {
    let ran = false;
    const hooked = defineProcessor('hooked', ({ session }) => {
      session.onInterrupt(boom);
      session.onInterrupt(() => {
        ran = true;
      });
      return {};
    });
    const { session, errors, bottom, close } = await started([hooked]);
    const old = session.frame('llm-text', { text: 'old', response: 'r' });
    session.interrupt();
    session.send(old);
    expect(ran).toBe(true);
    expect(bottom).not.toContain(old);
    expect(errors()).toMatchObject([{ message: 'boom' }]);
    await close();
  });

  test('hooks on the end and on closing: the session ends, and its report names what they threw', async () => {
    let closed = 0;
    const hooked = defineProcessor('hooked', ({ session }) => {
      session.onEnd(boom);
      session.onClose(() => {
        throw new Error('sync close');
      });
      session.onClose(async () => {
        throw new Error('async close');
      });
      session.onClose(() => {
        closed++;
      });
      return {};
    });
    const { session, clock, close } = await started([hooked]);
    await clock.runUntil(session.end());
    const report = await close();
    expect(report.reason).toBe('ended');
    expect(report.errors.map(({ message }) => message)).toEqual(['boom', 'sync close', 'async close']);
    expect(closed).toBe(1);
  });

  test('a logger, and a policy for errors', async () => {
    const logger = { debug: boom, info: boom, warn: boom, error: boom };
    const fails = defineProcessor('fails', {
      down: {
        'llm-text': () => {
          throw new ServiceError('authentication', 'no key');
        },
      },
    });
    const { session, errors, bottom, close } = await started([fails], { logger, onUnusable: boom });
    say(session);
    session.send(session.frame('metrics', { metrics: [] }));
    expect(bottom.at(-1)?.kind).toBe('metrics');
    expect(errors()).toMatchObject([{ category: 'authentication', processor: 'fails', usable: false }]);
    expect((await close()).errors.map(({ message }) => message)).toEqual(['no key', 'boom']);
  });

  test('a plain subscriber in a processor that was written by hand, also behind an operator', async () => {
    const raw = (through: (frames$: Observable<Frame>) => Observable<Frame>): FrameProcessor => ({
      name: 'by-hand',
      connect(input) {
        through(input.down$).subscribe((frame) => {
          if (frame.kind === 'llm-text') boom();
        });
        return input;
      },
    });
    for (const through of [
      (frames$: Observable<Frame>) => frames$,
      (frames$: Observable<Frame>) => frames$.pipe(filter(() => true)),
    ]) {
      const { session, errors, close } = await started([raw(through)]);
      say(session);
      expect(errors()).toMatchObject([{ processor: 'by-hand', message: 'boom' }]);
      await close();
    }
  });

  test("a producer's consumer, a timer's callback under guard, and fail() called from anywhere", async () => {
    const timers = defineProcessor('timers', (stage) => {
      stage.session.clock.setTimer(() => stage.session.guard('timers', boom), 5);
      stage.session.clock.setTimer(() => stage.fail('a text was thrown'), 6);
      stage.session.clock.setTimer(() => stage.fail(Object.create(null)), 7);
      return {};
    });
    const { clock, errors, close } = await started([timers]);
    await clock.advance(10);
    expect(errors()).toMatchObject([
      { message: 'boom' },
      { message: 'a text was thrown' },
      { message: expect.stringContaining('no text') },
    ]);
    await close();
  });
});

describe('K5: an operator that fails is subscribed afresh', () => {
  test('it is named in the error, wherever it stands, and the error passes the stages before it', async () => {
    const seen: string[] = [];
    const sees = defineProcessor('sees', {
      up: {
        error: (frame) => {
          seen.push(frame.processor);
          return frame;
        },
      },
    });
    const fails = (name: string, text: string): FrameProcessor =>
      fromOperator(
        name,
        map((frame) => (frame.kind === 'llm-text' && frame.text === text ? boom() : frame)),
      );
    const clock = new VirtualClock();
    const session = createSession(chain('root', sees, chain('inner', fails('inner-last', 'inner')), fails('root-last', 'root')), {
      clock,
    });
    await session.start();
    for (const text of ['inner', 'root', 'fine', 'inner', 'root']) say(session, text);
    expect(seen).toEqual(['inner-last', 'root-last', 'inner-last', 'root-last']);
    session.cancel();
    expect((await session.done).totalErrors).toBe(4);
  });

  test('a frame that is sent in answer to its error already passes it', async () => {
    const answers = defineProcessor('answers', (stage) => ({
      up: {
        error: (frame) => {
          stage.pushDown(stage.frame('llm-text', { text: 'again', response: 'r' }));
          return frame;
        },
      },
    }));
    const fails = fromOperator(
      'fails',
      map((frame) => (frame.kind === 'llm-text' && frame.text === 'first' ? boom() : frame)),
    );
    const { session, bottom, close } = await started([answers, fails]);
    say(session, 'first');
    expect(bottom.at(-1)).toMatchObject({ text: 'again' });
    await close();
  });

  test('one that hands on what is no frame costs an error and nothing else', async () => {
    const odd = fromOperator(
      'odd',
      map((frame) => (frame.kind === 'llm-text' ? (undefined as unknown as Frame) : frame)),
    );
    const { session, errors, bottom, close } = await started([odd]);
    say(session);
    session.send(session.frame('input-text', { text: 'b' }));
    expect(errors().length).toBe(1);
    expect(bottom.at(-1)?.kind).toBe('input-text');
    await close();
  });

  test('one that fails while it is subscribed is given up after one error', async () => {
    const clock = new VirtualClock();
    const session = createSession(
      chain(
        'root',
        fromOperator('dead', () => throwError(() => new Error('dead'))),
        defineProcessor('last', {}),
      ),
      { clock },
    );
    await session.start();
    session.cancel();
    expect((await session.done).errors).toMatchObject([{ processor: 'dead', message: 'dead' }]);
  });

  test('the end of the session unsubscribes it, so that what it holds is let go of', async () => {
    let live = 0;
    const holds = fromOperator('holds', (frames$) =>
      merge(
        frames$,
        new Observable<Frame>(() => {
          live++;
          return () => {
            live--;
          };
        }),
      ),
    );
    const { close } = await started([holds]);
    expect(live).toBe(1);
    await close();
    expect(live).toBe(0);
  });
});

describe('K5: a listener of an abort signal that throws becomes one error frame, and the process lives', () => {
  const listens = (listen: (signal: AbortSignal) => void) =>
    defineProcessor('listens', {
      down: {
        'llm-text': async (_frame, { signal, session }) => {
          listen(signal);
          await session.clock.sleep(1000, signal);
        },
      },
    });

  test('at an interruption, whichever way it listens', async () => {
    const ways: readonly ((signal: AbortSignal) => void)[] = [
      (signal) => signal.addEventListener('abort', boom),
      (signal) => signal.addEventListener('abort', { handleEvent: boom }, { once: true }),
      (signal) => signal.addEventListener('abort', async () => boom()),
      (signal) => {
        signal.onabort = boom;
      },
    ];
    for (const way of ways) {
      const { session, clock, errors, close } = await started([listens(way)]);
      say(session);
      session.interrupt();
      await clock.advance(0);
      expect(errors()).toMatchObject([{ processor: 'listens', message: 'boom' }]);
      await close();
    }
  });

  test('and those that are taken away are not called, and one that is added twice is called once', async () => {
    let calls = 0;
    const count = (): void => {
      calls++;
    };
    const { session, close } = await started([
      listens((signal) => {
        signal.addEventListener('abort', boom);
        signal.removeEventListener('abort', boom);
        signal.onabort = boom;
        signal.onabort = null;
        signal.addEventListener('abort', count);
        signal.addEventListener('abort', count);
      }),
    ]);
    say(session);
    session.interrupt();
    expect(calls).toBe(1);
    expect((await close()).totalErrors).toBe(0);
  });

  test('at the end of the session, where the report tells of it', async () => {
    const { session, close } = await started([listens((signal) => signal.addEventListener('abort', boom))]);
    session.signal.addEventListener('abort', boom);
    say(session);
    expect((await close()).errors).toMatchObject([{ processor: 'listens' }, { processor: 'session' }]);
  });

  test('also on the signal that a service is given', async () => {
    class Model extends LLMService {
      readonly name = 'model';
      async *generate(_request: LLMRequest, { signal, clock }: ServiceCall): AsyncGenerator<LLMChunk> {
        signal.addEventListener('abort', boom);
        await clock.sleep(1000, signal);
        yield { type: 'text', text: 'late' };
      }
    }
    const { clock, session, errors, close } = await started([new Model()]);
    session.send(session.frame('llm-context', { messages: [], tools: [] }));
    await clock.advance(10);
    session.interrupt();
    expect(errors()).toMatchObject([{ processor: 'model', message: 'boom' }]);
    await close();
  });
});

test('an operator that completes costs one error frame that says so, and control frames still pass beside it', async () => {
  for (const control of [false, true]) {
    const { session, bottom, errors, close } = await started([fromOperator('two only', take(2), { control })]);
    for (const text of ['a', 'b', 'c', 'd']) say(session, text);
    expect(errors()).toMatchObject([{ processor: 'two only', usable: true }]);
    expect(errors()[0]).toHaveProperty('message', '"two only" has completed and hands nothing on any more.');
    session.send(session.frame('metrics', { metrics: [] }));
    expect(bottom.some(({ kind }) => kind === 'metrics')).toBe(!control);
    await close();
  }
});

test('an operator that completes when the session closes says nothing of it', async () => {
  const untilClosed: FrameProcessor = {
    name: 'until closed',
    connect: ({ down$, up$ }, { signal }) => ({ down$: down$.pipe(takeUntil(fromEvent(signal, 'abort'))), up$ }),
  };
  const { session, close } = await started([untilClosed]);
  say(session);
  expect((await close()).totalErrors).toBe(0);
});
