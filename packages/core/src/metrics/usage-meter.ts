import type { ObservedSession } from './each-frame-once.js';
import { observeUsage, type ServiceUsage } from './observe-usage.js';
import type { SessionMeter } from './session-meter.js';
import { UsageLedger, type UsageReport } from './usage-ledger.js';

/** Sums up what sessions use. */
export interface UsageMeter {
  /** Takes another session in. */
  watch(session: ObservedSession): SessionMeter<UsageReport>;
  /** Counts what no session tells of. */
  add(usage: ServiceUsage): void;
  /** Of all sessions together. */
  report(): UsageReport;
}

/**
 * Accounts for what services use, over any number of sessions: tokens with their cached and audio parts, characters, audio.
 *
 * @example
 * ```ts
 * const session = createSession(pipeline(defineProcessor('nothing', {})));
 * const meter = usageMeter();
 * const ofSession = meter.watch(session);
 * await session.start();
 * await session.end();
 * console.log(ofSession.report().total.characters, meter.report().total.cachedPromptTokens);
 * ```
 */
export function usageMeter(): UsageMeter {
  const all = new UsageLedger();
  return {
    watch: (session) => {
      const own = new UsageLedger();
      const stop = observeUsage(session, (usage) => {
        own.add(usage);
        all.add(usage);
      });
      return { report: () => own.report(), stop };
    },
    add: (usage) => all.add(usage),
    report: () => all.report(),
  };
}
