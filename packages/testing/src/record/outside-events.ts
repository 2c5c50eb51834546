import type { Frame, FrameOf, TappedFrame } from '@voxrill/core';
import { type OutsideAct, type OutsideEvent, realtimeNamesIn } from './outside-event.js';
import { providerEvents } from './provider-events.js';
import type { Recording } from './read-recording.js';

const inputKinds: ReadonlySet<string> = new Set(['input-audio', 'input-text', 'input-dtmf', 'input-transport-message']);
const lifecycle: ReadonlySet<string> = new Set(['start', 'end', 'error']);

/** Everything in a recording that the pipeline has not done by itself, in order. `frames`: its first sightings. */
export function outsideEvents(recording: Recording, frames: readonly TappedFrame[], input: string): readonly OutsideEvent[] {
  const models = realtimeNamesIn(frames);
  const events = providerEvents(frames, models);
  const newest = newestIds(frames);
  /** `id`: of the first frame that it made. */
  const add = (index: number, at: number, act: OutsideAct, id = 0): void => {
    events.push({ index, at, unseen: Math.max(0, id - 1 - (newest[index] ?? 0)), act });
  };
  const sightingsIn = countSightings(recording.frames);
  // The frame of an interruption comes behind what it has done; one that was made in the midst of another comes first.
  const turns = [...recording.turns];
  const beginning = (frame: Frame, index: number, at: number) => {
    const known = turns.findLastIndex(({ turn }) => turn <= frame.turn);
    const [began] = known === -1 ? [] : turns.splice(known, 1);
    return began === undefined
      ? { index, at, turn: frame.turn }
      : { index: sightingsIn(began.afterFrames), at: began.at, turn: began.turn };
  };
  frames.forEach(({ frame, from, direction, at }, index) => {
    if (models.has(from)) add(index, at, { type: 'make', model: from, frame, direction }, frame.id);
    else if (frame.kind === 'end' && models.size > 0) add(index, at, { type: 'finish' });
    else if (from === input && inputKinds.has(frame.kind)) add(index, at, { type: 'input', frame }, frame.id);
    else if (frame.kind === 'error' && frame.processor === input)
      add(index, at, { type: 'input-error', error: causeOf(frame) }, frame.id);
    else if (from !== 'session' || direction !== 'down' || lifecycle.has(frame.kind)) return;
    else if (frame.kind === 'cancel') {
      const began = beginning(frame, index, at);
      add(began.index, began.at, { type: 'cancel', reason: frame.reason }, frames[began.index]?.frame.id);
    } else if (frame.kind === 'interruption') {
      const began = beginning(frame, index, at);
      const { reason, by } = frame;
      // What the other stages ask for they ask for again.
      if (by === undefined || by === input)
        add(began.index, began.at, { type: 'interrupt', reason, by, turn: began.turn }, frames[began.index]?.frame.id);
    } else add(index, at, { type: 'send', frame }, frame.id);
  });
  const { ending } = recording;
  if (ending !== undefined) add(sightingsIn(ending.afterFrames), ending.at, { type: 'end', reason: reasonOfEnd(frames) });
  return events.sort((a, b) => a.index - b.index || rank(a) - rank(b));
}

/** The highest id among the first so many frames. */
function newestIds(frames: readonly TappedFrame[]): readonly number[] {
  let newest = 0;
  return [0, ...frames.map(({ frame }) => (newest = Math.max(newest, frame.id)))];
}

/** How many of the first so many lines of a recording show a frame for the first time: of every hop there is one. */
function countSightings(frames: readonly TappedFrame[]): (lines: number) => number {
  const seen = new Set<number>();
  const counts = [0, ...frames.map(({ frame }) => seen.add(frame.id).size)];
  return (lines) => counts[Math.min(lines, frames.length)] ?? 0;
}

/**
 * An end and an interruption stand before the first frame that comes of them; were the interruption first, its frame would
 * stand between the two. What a provider gives keeps its own order.
 */
function rank({ act }: OutsideEvent): number {
  if (act.type === 'end') return 0;
  return act.type === 'interrupt' || act.type === 'cancel' ? 1 : 2;
}

/** The name of the input transport: whoever handed in the first thing that came from the user. */
export function inputNameIn(frames: readonly TappedFrame[]): string {
  return frames.find(({ frame, from }) => from !== 'session' && inputKinds.has(frame.kind))?.from ?? 'transport.input';
}

function reasonOfEnd(frames: readonly TappedFrame[]): string | undefined {
  for (const { frame } of frames) if (frame.kind === 'end') return frame.reason;
  return undefined;
}

function causeOf(frame: FrameOf<'error'>): unknown {
  return frame.cause ?? new Error(frame.message);
}
