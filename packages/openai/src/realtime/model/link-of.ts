import type { Clock } from '@voxrill/core';
import type { RealtimeLinkEvents } from '../link/link-options.js';
import { RealtimeLink } from '../link/realtime-link.js';
import { realtimeTarget } from '../link/realtime-target.js';
import type { OpenAIRealtimeOptions } from './realtime-options.js';

/** The link that the options of a model ask for. `streams`: the microphone goes to the service all the time. */
export function linkOf(options: OpenAIRealtimeOptions, streams: boolean, clock: Clock, events: RealtimeLinkEvents): RealtimeLink {
  const {
    dialect = 'ga',
    sessionLimitMs = 3_600_000,
    connectMs = 15_000,
    reconnectMs = 60_000,
    open,
    wallClock,
    random,
  } = options;
  const { renewMs = Math.min(120_000, sessionLimitMs / 4) } = options;
  return new RealtimeLink({
    target: realtimeTarget(options),
    dialect,
    clock,
    connectMs,
    retry: { giveUpAfterMs: reconnectMs, ...(random === undefined ? {} : { random }) },
    // What may have been said into a dead line is kept meanwhile.
    ...(streams ? { heartbeat: { idleMs: 500 } } : {}),
    session: { limitMs: sessionLimitMs, leadMs: renewMs },
    ...(open === undefined ? {} : { open }),
    ...(wallClock === undefined ? {} : { wallClock }),
    events,
  });
}
