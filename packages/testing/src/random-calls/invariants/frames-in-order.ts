import type { Fault } from '../fault.js';
import type { Invariant, ObservedCall } from '../observed-call.js';

export const framesInOrder: Invariant = {
  name: 'frames in order',
  sentence: 'Frames have ids of their own, turns never go back, nothing of a dead turn is handed on, and what begins ends.',
  check(call) {
    return [...call.sharedIds, ...call.handedOnDead, ...epochs(call), ...brackets(call)];
  },
};

function epochs({ frames }: ObservedCall): readonly Fault[] {
  const faults: Fault[] = [];
  let last = 0;
  let lastInterruption = 0;
  for (const { frame, epoch, atMs } of frames) {
    if (epoch < last) faults.push({ what: `The turn went back from ${last} to ${epoch}.`, atMs });
    if (frame.turn > epoch)
      faults.push({ what: `A ${frame.kind} belongs to turn ${frame.turn}, and it is only turn ${epoch}.`, atMs });
    last = epoch;
    if (frame.kind !== 'interruption') continue;
    if (frame.turn <= lastInterruption) faults.push({ what: `Two interruptions began turn ${frame.turn}.`, atMs });
    lastInterruption = frame.turn;
  }
  return faults;
}

/** A bracket that was opened is closed, in order, unless its turn died or the session was over. */
function brackets({ frames, report }: ObservedCall): readonly Fault[] {
  const faults: Fault[] = [];
  const open = new Map<string, { readonly turn: number; readonly atMs: number }>();
  for (const { frame, atMs } of frames) {
    if (frame.kind === 'interruption') {
      for (const [what, { turn }] of open) if (turn < frame.turn) open.delete(what);
      continue;
    }
    const bracket = bracketOf(frame);
    if (bracket === undefined) continue;
    const [does, what] = bracket;
    if (does === 'begins') {
      if (open.has(what)) faults.push({ what: `The ${what} began twice.`, atMs });
      open.set(what, { turn: frame.turn, atMs });
    } else if (!open.has(what)) {
      faults.push({ what: `A ${frame.kind} came outside of the brackets of the ${what}.`, atMs });
    } else if (does === 'ends') open.delete(what);
  }
  if (report?.reason === 'ended') {
    for (const [what, { atMs }] of open) faults.push({ what: `The ${what} never ended.`, atMs });
  }
  return faults;
}

function bracketOf(frame: ObservedCall['frames'][number]['frame']): readonly ['begins' | 'is in' | 'ends', string] | undefined {
  switch (frame.kind) {
    case 'llm-response-start':
      return ['begins', `response ${frame.response}`];
    case 'llm-text':
      return ['is in', `response ${frame.response}`];
    case 'llm-response-end':
      return ['ends', `response ${frame.response}`];
    case 'tts-started':
      return ['begins', `utterance ${frame.utterance}`];
    case 'tts-words':
    case 'tts-audio':
      return ['is in', `utterance ${frame.utterance}`];
    case 'tts-stopped':
      return ['ends', `utterance ${frame.utterance}`];
    default:
      return undefined;
  }
}
