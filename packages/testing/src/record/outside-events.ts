import type { FrameOf, TappedFrame } from '@voxrill/core';
import type { OutsideAct, OutsideEvent } from './outside-event.js';
import { providerEvents } from './provider-events.js';
import type { Recording } from './read-recording.js';

const inputKinds: ReadonlySet<string> = new Set(['input-audio', 'input-text', 'input-dtmf', 'input-transport-message']);
const lifecycle: ReadonlySet<string> = new Set(['start', 'end', 'error']);

/** Everything in a recording that the pipeline has not done by itself, in order. `frames`: its first sightings. */
export function outsideEvents(
  recording: Pick<Recording, 'ending'>,
  frames: readonly TappedFrame[],
  input: string,
  insideReasons: ReadonlySet<string>,
): readonly OutsideEvent[] {
  const events = providerEvents(frames);
  const add = (index: number, at: number, act: OutsideAct): void => {
    events.push({ index, at, act });
  };
  frames.forEach((tapped, index) => {
    const { frame, from, direction, at } = tapped;
    if (from === input && inputKinds.has(frame.kind)) add(index, at, { type: 'input', frame });
    else if (frame.kind === 'error' && frame.processor === input) add(index, at, { type: 'input-error', error: causeOf(frame) });
    else if (from !== 'session' || direction !== 'down' || lifecycle.has(frame.kind)) return;
    else if (frame.kind === 'cancel') add(index, at, { type: 'cancel', reason: frame.reason });
    else if (frame.kind !== 'interruption') add(index, at, { type: 'send', frame });
    else if (!insideReasons.has(frame.reason)) add(index, at, { type: 'interrupt', reason: frame.reason, turn: frame.turn });
  });
  const { ending } = recording;
  if (ending !== undefined) add(ending.afterFrames, ending.at, { type: 'end', reason: reasonOfEnd(frames) });
  return events.sort((a, b) => a.index - b.index || rank(a) - rank(b));
}

/** The end is told before the frame that comes behind it; what a provider gives keeps its own order. */
function rank({ act }: OutsideEvent): number {
  return act.type === 'end' ? 0 : 1;
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
