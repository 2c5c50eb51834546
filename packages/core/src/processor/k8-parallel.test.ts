import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame } from '../frames/frame.js';
import { filterFrames, identity } from '../pipeline/filters.js';
import { parallel } from '../pipeline/parallel.js';
import { chain } from '../pipeline/pipeline.js';
import { createSession } from '../session/session.js';
import { type Direction, scriptKinds } from '../test-support/stage-spec.js';
import { watchedSession } from '../test-support/watched-session.js';
import { World } from '../test-support/world.js';
import { defineProcessor } from './define-processor.js';
import type { FrameProcessor } from './frame-processor.js';

const branchKinds = ['passes', 'filters', 'hangs', 'throws', 'copies', 'waits', 'nested'] as const;
type BranchKind = (typeof branchKinds)[number];

/** A branch, and what entered it. */
function branch(kind: BranchKind, clock: VirtualClock) {
  const entered: Record<Direction, Frame[]> = { down: [], up: [] };
  const probe: FrameProcessor = {
    name: 'probe',
    connect(input) {
      input.down$.subscribe((frame) => entered.down.push(frame));
      input.up$.subscribe((frame) => entered.up.push(frame));
      return input;
    },
  };
  const each = (give: (frame: Frame) => Frame | undefined | Promise<Frame>) => {
    const table = Object.fromEntries(scriptKinds.map((name) => [name, give]));
    return defineProcessor(kind, { down: table, up: table });
  };
  const behind = {
    passes: () => identity(),
    filters: () => filterFrames('filters', () => false, { control: true }),
    hangs: () => each(() => new Promise<Frame>(() => undefined)),
    throws: () =>
      each(() => {
        throw new Error('boom');
      }),
    copies: () => each((frame) => ({ ...frame })),
    waits: () => each((frame) => clock.sleep(3).then(() => frame)),
    nested: () => parallel(identity('a'), identity('b')),
  } satisfies Record<BranchKind, () => FrameProcessor>;
  // Probes at both ends, as what goes up enters at the lower one.
  return { kind, entered, processor: chain(kind, probe, behind[kind](), { ...probe, name: 'lower probe' }) };
}

test('K8: in a parallel pipeline every branch gets every frame, what passes untouched leaves once, and lifecycle frames are never stalled', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...branchKinds), { minLength: 1, maxLength: 4 }),
      fc.array(
        fc.record({
          kind: fc.constantFrom(...scriptKinds),
          direction: fc.constantFrom('down', 'up'),
          waitMs: fc.nat({ max: 2 }),
        }),
        {
          maxLength: 20,
        },
      ),
      async (names, script) => {
        const clock = new VirtualClock();
        const branches = names.map((name) => branch(name, clock));
        const world = new World(clock);
        const left: Record<Direction, Frame[]> = { down: [], up: [] };
        const edge = (mine: Direction): FrameProcessor => ({
          name: mine,
          connect(input) {
            (mine === 'down' ? input.down$ : input.up$).subscribe((frame) => left[mine].push(frame));
            return input;
          },
        });
        const mouth = defineProcessor('mouth', (stage) => {
          world.mouth = stage;
          return {};
        });
        const session = createSession(
          chain('root', edge('up'), parallel(...branches.map(({ processor }) => processor)), edge('down'), mouth),
          { clock },
        );
        world.session = session;
        await session.start();
        const sent: Record<Direction, Frame[]> = { down: [], up: [] };
        for (const { kind, direction, waitMs } of script) {
          await clock.advance(waitMs);
          const frame = world.make(kind);
          sent[direction === 'down' ? 'down' : 'up'].push(frame);
          if (direction === 'down') session.send(frame);
          else world.mouth?.pushUp(frame);
        }
        session.interrupt();
        expect(left.down.at(-1)?.kind).toBe('interruption');
        await clock.advance(100);

        const untouched = (names as readonly string[]).some((name) => name === 'passes' || name === 'nested');
        for (const direction of ['down', 'up'] as const) {
          for (const { entered, kind } of branches) {
            const gets = entered[direction].filter((frame) => sent[direction].includes(frame));
            // The probe at the far end of the branch sees again what passes the branch.
            expect([...new Set(gets)], `${kind} ${direction}`).toEqual(sent[direction]);
          }
          const times = sent[direction].map((frame) => left[direction].filter((other) => other === frame).length);
          expect(times.every((count) => count <= 1)).toBe(true);
          if (untouched) expect(times.every((count) => count === 1)).toBe(true);
        }
        session.cancel();
        await session.done;
        expect(left.down.filter(({ kind }) => kind === 'start' || kind === 'cancel').map(({ kind }) => kind)).toEqual([
          'start',
          'cancel',
        ]);
      },
    ),
    { numRuns: 1000 },
  );
});

test('K8: an error inside a branch leaves the parallel pipeline once, upwards', async () => {
  const clock = new VirtualClock();
  const errors: Frame[] = [];
  const fails = defineProcessor('fails', {
    down: {
      'llm-text': () => {
        throw new Error('boom');
      },
    },
  });
  const watch: FrameProcessor = {
    name: 'watch',
    connect(input) {
      input.up$.subscribe((frame) => errors.push(frame));
      return input;
    },
  };
  const session = createSession(
    chain(
      'root',
      watch,
      parallel(
        identity(),
        fails,
        filterFrames('none', () => false, { control: true }),
      ),
    ),
    {
      clock,
    },
  );
  await session.start();
  session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
  expect(errors).toMatchObject([{ kind: 'error', processor: 'fails', message: 'boom' }]);
  session.cancel();
  await session.done;
});

test('K8: every branch sees frames in the same order, also one that a branch provoked while its predecessor was still being handed out', async () => {
  const orders: number[][] = [[], []];
  const notes = (order: number[], provoke: boolean) =>
    defineProcessor('notes', {
      down: {
        'llm-text': (frame, context) => {
          order.push(frame.id);
          if (provoke && frame.text === 'first') context.pushUp(context.frame('input-text', { text: 'again' }));
          return frame;
        },
      },
    });
  const answers = defineProcessor('answers', (stage) => ({
    up: {
      'input-text': () => {
        stage.pushDown(stage.frame('llm-text', { text: 'second', response: 'r' }));
      },
    },
  }));
  const { session, say, bottom } = watchedSession(
    {},
    answers,
    parallel(notes(orders[0] ?? [], true), notes(orders[1] ?? [], false)),
  );
  await session.start();
  say('first');
  expect(orders[0]).toHaveLength(2);
  expect(orders[1]).toEqual(orders[0]);
  expect(bottom.flatMap((frame) => (frame.kind === 'llm-text' ? [frame.text] : []))).toEqual(['first', 'second']);
  session.cancel();
  await session.done;
});
