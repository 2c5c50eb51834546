import type { Invariant } from '../observed-call.js';

export const nothingIsLeft: Invariant = {
  name: 'nothing is left',
  sentence: 'When a session is over it has no timer set.',
  check({ report, pendingTimers }) {
    if (report === undefined || pendingTimers === 0) return [];
    return [{ what: `${pendingTimers} timers are still set after the end.` }];
  },
};
