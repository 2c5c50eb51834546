import type { Fault } from '../fault.js';
import type { Invariant } from '../observed-call.js';

/** What the processors may take to let go of everything, and rounding. */
const closeMs = 2000;
const roundingMs = 1e-6;

export const everySessionEnds: Invariant = {
  name: 'every session ends',
  sentence: 'Every session ends, within its drain limit.',
  check({ report, ending, askedAtMs, endedAtMs, drainMs }) {
    if (report === undefined || endedAtMs === undefined) return [{ what: 'The session never ended.' }];
    const faults: Fault[] = [];
    const limitMs = drainMs + closeMs;
    if (endedAtMs - askedAtMs > limitMs + roundingMs)
      faults.push({
        what: `The end took ${Math.round(endedAtMs - askedAtMs)} ms, and ${limitMs} ms were allowed.`,
        atMs: askedAtMs,
      });
    if (ending === 'quiet' && report.reason === 'timed-out')
      faults.push({
        what: `Nothing had happened for a minute, and yet something was left to do. ${report.detail ?? ''}`.trim(),
        atMs: askedAtMs,
      });
    return faults;
  },
};
