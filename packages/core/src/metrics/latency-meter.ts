import type { ObservedSession } from './each-frame-once.js';
import { LatencyLedger, type LatencyReport } from './latency-ledger.js';
import { observeLatency } from './observe-latency.js';
import type { SessionMeter } from './session-meter.js';
import type { TurnLatency } from './turn-latency.js';

/** Options of {@link latencyMeter}. */
export interface LatencyMeterOptions {
  /** Also called for each turn. */
  readonly onTurn?: (turn: TurnLatency) => void;
  /** From how many values percentiles are taken; beyond it, from a fair sample of so many. @defaultValue 1024 */
  readonly maxSamples?: number;
}

/** Gathers the latencies of sessions. */
export interface LatencyMeter {
  /** Takes another session in. */
  watch(session: ObservedSession): SessionMeter<LatencyReport>;
  /** Of all sessions together. */
  report(): LatencyReport;
}

/**
 * Measures what people wait, over any number of turns and sessions, in bounded memory.
 *
 * @example
 * ```ts
 * const session = createSession(pipeline(defineProcessor('nothing', {})));
 * const meter = latencyMeter();
 * meter.watch(session);
 * await session.start();
 * await session.end();
 * console.log(meter.report().voiceToVoice?.p50);
 * ```
 */
export function latencyMeter(options: LatencyMeterOptions = {}): LatencyMeter {
  const { onTurn, maxSamples } = options;
  const all = new LatencyLedger(maxSamples);
  return {
    watch: (session) => {
      const own = new LatencyLedger(maxSamples);
      const stop = observeLatency(session, (turn) => {
        own.add(turn);
        all.add(turn);
        onTurn?.(turn);
      });
      return { report: () => own.report(), stop };
    },
    report: () => all.report(),
  };
}
