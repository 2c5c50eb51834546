import fc from 'fast-check';
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

type Give = 'nothing' | 'stream' | 'promise' | 'iterable';
interface Thrower {
  /** What stands behind it. */
  readonly behind: 'nobody' | 'pass' | 'chain' | 'parallel';
  readonly give: Give;
  /** Whether it throws the ball back, call by call. */
  readonly back: readonly boolean[];
}

const throwers = fc.array(
  fc.record<Thrower>({
    behind: fc.constantFrom('nobody', 'pass', 'chain', 'parallel'),
    give: fc.constantFrom<Give>('nothing', 'nothing', 'stream', 'promise', 'iterable'),
    back: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 2, maxLength: 6 },
);

const gifts: Readonly<Record<Give, (push: () => void) => HandlerResult>> = {
  nothing: (push) => push(),
  stream: (push) => {
    push();
    return of<Frame>();
  },
  promise: async (push) => push(),
  // biome-ignore lint/correctness/useYield: it pushes instead
  iterable: async function* (push) {
    push();
  },
};

test('K6: in any row of processors that throw balls on and back, each gets them in the order in which they were thrown, and no throw deepens the stack', async () => {
  await fc.assert(
    fc.asyncProperty(throwers, fc.integer({ min: 1, max: 4 }), async (row, balls) => {
      let left = 1500;
      let depth = 0;
      let early = 0;
      let late = 0;
      // Between two throwers, in either direction: what was thrown, and what was caught.
      const edges = row.map(() => ({
        down: { out: [] as number[], in: [] as number[] },
        up: { out: [] as number[], in: [] as number[] },
      }));
      const stages = row.flatMap(({ behind, give, back }, i): FrameProcessor[] => {
        let calls = 0;
        const handle =
          (direction: 'down' | 'up') =>
          (frame: Frame, context: HandlerContext): HandlerResult => {
            (direction === 'down' ? edges[i - 1]?.down : edges[i]?.up)?.in.push(frame.id);
            const turns = back[calls++ % back.length] === true;
            // At either end of the row stands a wall.
            const to = i === 0 ? 'down' : i === row.length - 1 ? 'up' : turns === (direction === 'down') ? 'up' : 'down';
            depth++;
            if (left > 1400) early = Math.max(early, stackDepth());
            else if (left < 100) late = Math.max(late, stackDepth());
            try {
              return gifts[give](() => {
                if (left-- <= 0) return;
                const fresh =
                  to === 'down'
                    ? context.frame('llm-text', { text: 'ball', response: 'r' })
                    : context.frame('transcription', { text: 'ball', utterance: 'u', startMs: 0, endMs: 1 });
                (to === 'down' ? edges[i]?.down : edges[i - 1]?.up)?.out.push(fresh.id);
                if (to === 'down') context.pushDown(fresh);
                else context.pushUp(fresh);
              });
            } finally {
              depth--;
            }
          };
        const thrower = defineProcessor(`thrower ${i}`, {
          down: { 'llm-text': handle('down') },
          up: { transcription: handle('up') },
        });
        return [thrower, ...filling(behind, i)];
      });
      const clock = new VirtualClock();
      const session = createSession(chain('game', ...stages), { clock });
      await session.start();
      for (let i = 0; i < balls; i++) session.send(session.frame('llm-text', { text: 'serve', response: 'r' }));
      await clock.advance(1);
      session.cancel();
      expect((await session.done).errors).toEqual([]);
      expect(left).toBeLessThanOrEqual(0);
      expect(depth).toBe(0);
      for (const edge of edges.slice(0, -1)) {
        expect(edge.down.in).toEqual(edge.down.out);
        expect(edge.up.in).toEqual(edge.up.out);
      }
      // As deep as the row is long, however many balls have been thrown.
      expect(late).toBeLessThanOrEqual(early + 60 * row.length);
    }),
    { numRuns: 60 },
  );
}, 60_000);

const filling = (what: Thrower['behind'], i: number): FrameProcessor[] => {
  switch (what) {
    case 'nobody':
      return [];
    case 'pass':
      return [defineProcessor(`pass ${i}`, {})];
    case 'chain':
      return [chain(`chain ${i}`, defineProcessor('inner', {}), defineProcessor('inner too', {}))];
    case 'parallel':
      return [parallel(defineProcessor('left', {}), defineProcessor('right', {}))];
  }
};

function stackDepth(): number {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const lines = new Error('Only looking.').stack?.split('\n').length ?? 0;
  Error.stackTraceLimit = stackTraceLimit;
  return lines;
}
