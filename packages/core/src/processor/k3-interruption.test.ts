import fc from 'fast-check';
import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame } from '../frames/frame.js';
import { pipeline } from '../pipeline/pipeline.js';
import { createSession } from '../session/session.js';
import { play } from '../test-support/play.js';
import { asyncResults, plans } from '../test-support/stage-spec.js';
import { watchedSession } from '../test-support/watched-session.js';
import { defineProcessor } from './define-processor.js';

test('K3: after interrupt() returns, no frame of an older turn leaves any processor, and work of an older turn has been told to stop', async () => {
  const busy = plans({
    asides: ['none', 'none', 'interrupt', 'push-on'],
    steps: ['down', 'down', 'down', 'up', 'interrupt', 'interrupt'],
  });
  await fc.assert(
    fc.asyncProperty(busy, async (plan) => {
      const { world } = await play({ ...plan, tapped: true });
      expect(world.broken).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test('K3: what survives an interruption is not lost by it: every transcript arrives, in order, though replies around it die', async () => {
  const survivors = plans({
    stages: ['pass', 'handlers', 'raw'],
    results: ['same', 'copy', 'promise', 'iterable', 'observable', 'at-once'],
    asides: ['none', 'none', 'interrupt'],
    steps: ['down', 'down', 'down', 'interrupt', 'interrupt'],
    async: { fails: false },
  });
  await fc.assert(
    fc.asyncProperty(survivors, async (plan) => {
      const { world } = await play(plan);
      const ids = (seen: typeof world.head.down): number[] => [
        ...new Set(seen.flatMap(({ frame }) => (frame.kind === 'transcription' ? [frame.id] : []))),
      ];
      expect(ids(world.tail.down)).toEqual(ids(world.head.down));
    }),
    { numRuns: 1000 },
  );
});

test('K3: a sink gets nothing of an interrupted turn, however the work that would write to it is written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...asyncResults.filter((result) => result !== 'foreign')),
      fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 20 }),
      fc.nat({ max: 10 }),
      async (result, waits, interruptAfter) => {
        const clock = new VirtualClock();
        const written: { readonly turn: number; readonly epoch: number }[] = [];
        const session = createSession(
          pipeline(
            defineProcessor('voice', {
              down: {
                'llm-text': async function* (_frame, context) {
                  for (const wait of waits) {
                    await clock.sleep(wait, result === 'hang' ? context.signal : undefined);
                    yield context.frame('tts-audio', {
                      utterance: 'u',
                      samples: new Int16Array(1),
                      sampleRate: 16_000,
                      channels: 1,
                    });
                  }
                },
              },
            }),
            defineProcessor('sink', (stage) => ({
              down: {
                'tts-audio': ({ turn }) => {
                  written.push({ turn, epoch: stage.session.turn });
                },
              },
            })),
          ),
          { clock },
        );
        await session.start();
        session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
        await clock.advance(interruptAfter);
        session.interrupt();
        const before = written.length;
        await clock.advance(1000);
        expect(written.length).toBe(before);
        expect(written.every(({ turn, epoch }) => turn === epoch)).toBe(true);
        session.cancel();
        await session.done;
      },
    ),
    { numRuns: 300 },
  );
});

test('K3: a handler that interrupts its own turn and then begins work finds that work dead, and its lane free', async () => {
  const clock = new VirtualClock();
  const arrived: Frame[] = [];
  let aborted = false;
  const session = createSession(
    pipeline(
      defineProcessor('hasty', {
        down: {
          'llm-text': (frame, context) => {
            if (frame.text !== 'interrupt') return frame;
            context.session.interrupt('hasty');
            context.signal.addEventListener('abort', () => {
              aborted = true;
            });
            return new Promise<Frame>(() => undefined);
          },
        },
      }),
      defineProcessor('after', {
        down: {
          'llm-text': (frame) => {
            arrived.push(frame);
          },
        },
      }),
    ),
    { clock },
  );
  await session.start();
  session.send(session.frame('llm-text', { text: 'interrupt', response: 'r' }));
  session.send(session.frame('llm-text', { text: 'next', response: 'r' }));
  expect(aborted).toBe(true);
  expect(arrived.map(({ turn }) => turn)).toEqual([1]);
  await clock.runUntil(session.end());
  expect((await session.done).reason).toBe('ended');
});

test('K3: no handler is called with a frame of a dead turn, though the work it waited behind ends in the midst of the interruption', async () => {
  const finish = new Subject<Frame>();
  const handled: number[] = [];
  const first = defineProcessor('first', {
    down: {
      'llm-text': (frame, { signal }) => {
        if (frame.text !== 'first') return frame;
        signal.addEventListener('abort', () => finish.complete());
        // It hangs, but the frames behind it are sent past it by its neighbour.
        return new Promise<undefined>(() => undefined);
      },
    },
  });
  let pushDown = (_frame: Frame): void => undefined;
  const neighbour = defineProcessor('neighbour', (stage) => {
    pushDown = (frame) => stage.pushDown(frame);
    return {};
  });
  const second = defineProcessor('second', (stage) => ({
    down: {
      'input-text': () => finish,
      'llm-text': ({ turn }) => {
        handled.push(stage.session.turn - turn);
      },
    },
  }));
  const { session } = watchedSession({}, first, neighbour, second);
  await session.start();
  session.send(session.frame('llm-text', { text: 'first', response: 'r' }));
  pushDown(session.frame('input-text', { text: 'a fact, whose work survives' }));
  pushDown(session.frame('llm-text', { text: 'waits', response: 'r' }));
  session.interrupt();
  expect(handled).toEqual([]);
  session.cancel();
  await session.done;
});
