import { of } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame } from '../frames/frame.js';
import { parallel } from '../pipeline/parallel.js';
import { chain, pipeline } from '../pipeline/pipeline.js';
import { createSession } from '../session/session.js';
import { defineProcessor } from './define-processor.js';
import type { FrameProcessor } from './frame-processor.js';
import type { HandlerContext, HandlerResult } from './handler.js';

const rounds = 100_000;

/** Two processors that throw a ball to each other, and what lies between them. */
function pingPong(between: readonly FrameProcessor[], give: (frame: Frame, how: () => void) => HandlerResult) {
  const seen = { above: 0, below: 0, deepest: 0, order: [] as number[] };
  let depth = 0;
  const deeper = <T>(run: () => T): T => {
    depth++;
    seen.deepest = Math.max(seen.deepest, depth);
    try {
      return run();
    } finally {
      depth--;
    }
  };
  const above = defineProcessor('above', {
    up: {
      transcription: (frame, context: HandlerContext): HandlerResult =>
        deeper(() => {
          seen.above++;
          return give(frame, () => {
            if (seen.above < rounds)
              context.pushDown(context.frame('llm-text', { text: 'ball', response: 'r' }, context.session.turn));
          });
        }),
    },
  });
  const below = defineProcessor('below', {
    down: {
      'llm-text': (frame, context: HandlerContext): HandlerResult =>
        deeper(() => {
          seen.below++;
          if (seen.order.length < 1000) seen.order.push(frame.id);
          return give(frame, () =>
            context.pushUp(
              context.frame('transcription', { text: 'ball', utterance: 'u', startMs: 0, endMs: 1 }, context.session.turn),
            ),
          );
        }),
    },
  });
  return { seen, pipeline: chain('game', above, ...between, below) };
}

async function play(game: ReturnType<typeof pingPong>): Promise<void> {
  const clock = new VirtualClock();
  const session = createSession(game.pipeline, { clock });
  await session.start();
  session.send(session.frame('llm-text', { text: 'serve', response: 'r' }));
  await clock.advance(1);
  session.cancel();
  const report = await session.done;
  expect(report.errors).toEqual([]);
  expect(game.seen.above).toBe(rounds);
  expect(game.seen.deepest).toBeLessThanOrEqual(4);
  expect(game.seen.order).toEqual(game.seen.order.toSorted((a, b) => a - b));
}

const nothing = (_: Frame, push: () => void): HandlerResult => {
  push();
};

describe('K6: frames pushed back and forth a hundred thousand times keep their order and do not deepen the stack', () => {
  test('between synchronous handlers', () => play(pingPong([], nothing)));

  test('through stages that pass everything', () =>
    play(pingPong([defineProcessor('pass', {}), chain('inner', defineProcessor('pass too', {}))], nothing)));

  test('through a parallel pipeline', () =>
    play(pingPong([parallel(defineProcessor('left', {}), defineProcessor('right', {}))], nothing)));

  test('when handlers give back streams that end at once', () =>
    play(
      pingPong([], (_frame, push) => {
        push();
        return of<Frame>();
      }),
    ));

  test('when handlers give back promises', () =>
    play(
      pingPong([], async (_frame, push) => {
        push();
      }),
    ));

  test('when handlers give back async iterables', () =>
    play(
      // biome-ignore lint/correctness/useYield: it pushes instead
      pingPong([], async function* (_frame, push) {
        push();
      }),
    ));
});

test('K6: twenty thousand frames that waited behind one are worked off without deepening the stack, whatever their handler gives back', async () => {
  for (const give of [(frame: Frame) => frame, (frame: Frame) => of(frame), (frame: Frame) => [frame, frame]]) {
    const clock = new VirtualClock();
    let arrived = 0;
    let first = true;
    const session = createSession(
      pipeline(
        defineProcessor('dam', {
          down: {
            'llm-text': (frame) => {
              if (!first) return give(frame);
              first = false;
              return clock.sleep(5).then(() => undefined);
            },
          },
        }),
        defineProcessor('count', {
          down: {
            'llm-text': () => {
              arrived++;
            },
          },
        }),
      ),
      { clock },
    );
    await session.start();
    for (let i = 0; i < 20_000; i++) session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
    expect(arrived).toBe(0);
    await clock.advance(10);
    expect(arrived).toBeGreaterThanOrEqual(19_999);
    session.cancel();
    expect((await session.done).errors).toEqual([]);
  }
});

test('K6: a handler whose every call interrupts, and whose neighbour answers each interruption with a new frame, goes on for ever without deepening the stack', async () => {
  const clock = new VirtualClock();
  let calls = 0;
  const session = createSession(
    pipeline(
      defineProcessor('answers', (stage) => ({
        down: {
          interruption: (frame) => {
            if (calls < rounds) stage.pushDown(stage.frame('llm-text', { text: 'again', response: 'r' }));
            return frame;
          },
        },
      })),
      defineProcessor('interrupts', {
        down: {
          'llm-text': (_frame, context) => {
            calls++;
            context.session.interrupt('again');
          },
        },
      }),
    ),
    { clock },
  );
  await session.start();
  session.send(session.frame('llm-text', { text: 'first', response: 'r' }));
  await clock.advance(1);
  expect(calls).toBe(rounds);
  session.cancel();
  expect((await session.done).errors).toEqual([]);
});
