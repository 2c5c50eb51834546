import type { FrameProcessor } from '../processor/frame-processor.js';
import { type MetricsSummary, metricsProcessor } from './metrics-processor.js';

/** Options of {@link metricsLogger}. */
export interface MetricsLoggerOptions {
  /** @defaultValue 'metrics-logger' */
  readonly name?: string;
  /** How loud it says what was measured in a turn; the whole session is always `info`. @defaultValue 'debug' */
  readonly turnLevel?: 'debug' | 'info';
}

/**
 * A stage that writes what was measured into the session's log, a line for each turn and one at the end.
 *
 * @example
 * ```ts
 * const stages = pipeline(metricsLogger({ turnLevel: 'info' }));
 * ```
 */
export function metricsLogger(options: MetricsLoggerOptions = {}): FrameProcessor<{ readonly emits: readonly [] }> {
  const { name = 'metrics-logger', turnLevel = 'debug' } = options;
  return metricsProcessor({
    name,
    onTurn: (summary, { log }) => log[turnLevel]('Metrics of a turn.', fields(summary)),
    onEnd: (summary, { log }) => log.info('Metrics of the session.', fields(summary)),
  });
}

/** Times as their mean, everything else as its sum. */
function fields({ session, turn, metrics }: MetricsSummary): Record<string, unknown> {
  const values = metrics.map(({ processor, name, unit, sum, count }) => [
    processor === undefined ? name : `${processor} ${name}`,
    unit === 'ms' ? `${Math.round(sum / count)} ms` : sum,
  ]);
  return { session, ...(turn === undefined ? {} : { turn }), ...Object.fromEntries(values) };
}
