import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame, FrameKind } from '../frames/frame.js';
import { FrameKinds } from '../frames/frame-kinds.js';
import type { Session } from '../session/session.js';
import type { Placed, Seen } from '../test-support/edge.js';
import { play } from '../test-support/play.js';
import { type Direction, plans, type StageSpec, syncResults } from '../test-support/stage-spec.js';
import { watchedSession } from '../test-support/watched-session.js';
import { defineProcessor } from './define-processor.js';

const kinds = new FrameKinds();

/** What keeps its order in a stage: a lane, or only a kind where a gate holds one kind of a lane back. */
function stream(spec: StageSpec, kind: FrameKind): string | undefined {
  if (kind === 'error' || kind === 'start' || kind === 'end' || kind === 'cancel' || kind === 'interruption') return undefined;
  const lane = kinds.lane(kind);
  // Branches that take their time differ in it; asynchronous work on control frames runs beside the lane.
  // A gate in one branch may let its own copy of a frame go behind a later frame of another branch.
  if (spec.type === 'parallel' && (!isSync(spec) || holdsGate(spec))) return undefined;
  if (lane === 'control' && !isSync(spec)) return undefined;
  return holdsGate(spec) ? kind : lane;
}

const parts = (spec: StageSpec): readonly StageSpec[] =>
  spec.type === 'chain' ? spec.stages : spec.type === 'parallel' ? spec.branches.flat() : [];
const holdsGate = (spec: StageSpec): boolean => spec.type === 'gate' || parts(spec).some(holdsGate);
const isSync = (spec: StageSpec): boolean =>
  spec.type === 'handlers'
    ? spec.handlers.every(({ deeds }) => deeds.every(({ result }) => (syncResults as readonly string[]).includes(result)))
    : parts(spec).every(isSync);

/** Frames that leave a stage, by the id of their origin, in the order in which the origins entered. */
function outOfOrder({ name, spec, above, below }: Placed, direction: Direction): string[] {
  const [entered, left]: [readonly Seen[], readonly Seen[]] =
    direction === 'down' ? [above.down, below.down] : [below.up, above.up];
  // One id may come in several times, when a stage before has made several frames of one.
  const places = new Map<number, number[]>();
  for (const [i, { frame }] of entered.entries()) places.set(frame.id, [...(places.get(frame.id) ?? []), i]);
  const last = new Map<string, { at: number; frame: Frame }>();
  return left.flatMap(({ frame }) => {
    const of = stream(spec, frame.kind);
    const candidates = places.get(frame.id);
    if (of === undefined || candidates === undefined) return [];
    const before = last.get(of);
    const at = candidates.find((place) => before === undefined || place >= before.at);
    if (at === undefined) return [`${name}: ${frame.kind} ${frame.id} left ${direction} behind ${before?.frame.id}`];
    last.set(of, { at, frame });
    return [];
  });
}

test('K1: per edge and lane, frames leave in the order in which they entered, and a processor never sees two data frames at once', async () => {
  await fc.assert(
    fc.asyncProperty(plans(), async (plan) => {
      const { world } = await play(plan);
      expect(world.broken).toEqual([]);
      const faults = world.placed.flatMap((placed) => [...outOfOrder(placed, 'down'), ...outOfOrder(placed, 'up')]);
      expect(faults).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});

test('K1: what an interruption hook sends waits behind what was there before and survives', async () => {
  const texts: string[] = [];
  const hook = defineProcessor('hook', (stage) => {
    stage.session.onInterrupt(() => stage.pushDown(said(stage.session, 'from the hook')));
    return {};
  });
  const hangs = defineProcessor('hangs', {
    down: {
      'llm-text': () => new Promise<undefined>(() => undefined),
      transcription: (frame) => {
        texts.push(frame.text);
      },
    },
  });
  const { session } = watchedSession({}, hook, hangs);
  await session.start();
  session.send(session.frame('llm-text', { text: 'hang', response: 'r' }));
  session.send(said(session, 'waits'));
  session.interrupt();
  expect(texts).toEqual(['waits', 'from the hook']);
  session.cancel();
  await session.done;
});

const said = (session: Pick<Session, 'frame'>, text: string) =>
  session.frame('transcription', { text, utterance: 'u', startMs: 0, endMs: 1 });
