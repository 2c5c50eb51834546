import type { SeenFrame } from '../call-recorder.js';
import type { Fault } from '../fault.js';
import type { Invariant, ObservedCall } from '../observed-call.js';

/** How long before the end of a call a turn may come and still be too late to be answered: the sum of all deadlines. */
const patienceMs = 30_000;

/** Rounding of sample positions. */
const roundingMs = 2;

export const everyTurnAnswered: Invariant = {
  name: 'every turn answered',
  sentence: 'Every user turn is answered, or dropped with a reason.',
  check(call) {
    if (call.report === undefined) return [];
    const { turns, totalTurns } = call.report;
    const decided = call.frames.filter(({ frame }) => frame.kind === 'user-stopped-speaking' && frame.text !== '');
    const faults: Fault[] = [];
    if (decided.length !== totalTurns)
      faults.push({ what: `${decided.length} user turns were announced, and the report knows of ${totalTurns}.` });
    for (const [i, turn] of turns.entries()) {
      const atMs = turn.decidedAtMs;
      const which = `The turn “${turn.text}” that was over at ${Math.round(turn.decidedAtMs)} ms`;
      if (turn.state === 'pending') faults.push({ what: `${which} is still pending in the report.`, atMs });
      if (turn.state === 'continued' && turns[i + 1] === undefined)
        faults.push({ what: `${which} is said to be continued, and no turn follows.`, atMs });
      if (turn.state === 'answered' && !wasHeardAt(call, turn.botStartedAtMs ?? Number.NaN))
        faults.push({ what: `${which} is said to be answered at ${turn.botStartedAtMs} ms, when nothing was heard.`, atMs });
      if (turn.state === 'unanswered' && !explained(call, turn.decidedAtMs, turns[i + 1]?.decidedAtMs))
        faults.push({ what: `${which} was not answered, and nothing explains why.`, atMs });
    }
    return faults;
  },
};

function wasHeardAt({ frames, heard, ending, askedAtMs }: ObservedCall, atMs: number): boolean {
  // Nobody is there any more: what is said into a dead line cannot be heard.
  if ((ending === 'user hangs up' || ending === 'socket drops') && atMs >= askedAtMs) return true;
  if (heard.some(({ startMs, endMs }) => startMs - roundingMs <= atMs && atMs <= endMs + roundingMs)) return true;
  // The answer was cut in the instant in which its first sample was due.
  return frames.some((seen) => seen.frame.kind === 'interruption' && Math.abs(seen.atMs - atMs) <= roundingMs);
}

/** An error, somebody else who wanted silence, or the end of the call, before the next turn. */
function explained(call: ObservedCall, fromMs: number, nextMs: number | undefined): boolean {
  if (nextMs === undefined && call.askedAtMs - fromMs < patienceMs) return true;
  const untilMs = nextMs ?? Number.POSITIVE_INFINITY;
  const within = ({ atMs }: SeenFrame): boolean => atMs >= fromMs && atMs <= untilMs;
  return call.frames.some((seen) => within(seen) && (seen.frame.kind === 'error' || byTheApplication(call, seen)));
}

/** An interruption that no user turn made. */
function byTheApplication({ frames }: ObservedCall, { frame, atMs }: SeenFrame): boolean {
  if (frame.kind !== 'interruption') return false;
  return !frames.some(
    (other) =>
      Math.abs(other.atMs - atMs) < 1e-6 &&
      (other.frame.kind === 'user-started-speaking' || other.frame.kind === 'vad-user-started-speaking'),
  );
}
