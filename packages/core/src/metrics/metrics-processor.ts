import type { FrameOf } from '../frames/frame.js';
import type { MetricData } from '../frames/frame-map.js';
import { RecentlySeen } from '../observe/recently-seen.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { SessionContext } from '../session/session-context.js';

/** What was measured of one thing by one processor. */
export interface MetricSummary {
  readonly processor?: string;
  readonly name: string;
  readonly unit: MetricData['unit'];
  readonly count: number;
  readonly sum: number;
  readonly max: number;
}

/** All that was measured in one turn, or in a whole session. Plain data. */
export interface MetricsSummary {
  readonly session: string;
  /** The turn epoch; missing for the whole session. */
  readonly turn?: number;
  readonly metrics: readonly MetricSummary[];
}

/** Options of {@link metricsProcessor}. */
export interface MetricsProcessorOptions {
  /** @defaultValue 'metrics' */
  readonly name?: string;
  /** Called when a turn is over in which something was measured. */
  readonly onTurn?: (summary: MetricsSummary, session: SessionContext) => void;
  /** Called when the session is over, if anything was measured. */
  readonly onEnd?: (summary: MetricsSummary, session: SessionContext) => void;
}

/** Different things that are measured in one session; more are not gathered. */
const maxSeries = 256;
/** A frame that comes by several branches is counted once. */
const maxRemembered = 256;

/**
 * A stage that gathers the `metrics` frames of its session and hands them on, summed up by name, when a turn is over and at
 * the end: for a dashboard, a database. It lets everything pass, and may stand anywhere, since services send their metrics
 * both ways. A metric counts in the turn in which it arrives. What services have used is told by `usageMeter`, and what that
 * costs by `costMeter`; both also know of recognisers that report no usage themselves.
 *
 * @example
 * ```ts
 * const dashboard = metricsProcessor({
 *   name: 'dashboard',
 *   onEnd: ({ session, metrics }) => console.log(session, metrics.find(({ name }) => name === 'completion-tokens')?.sum),
 * });
 * ```
 */
export function metricsProcessor(options: MetricsProcessorOptions = {}): FrameProcessor<{ readonly emits: readonly [] }> {
  const { name = 'metrics', onTurn, onEnd } = options;
  return defineProcessor(
    name,
    (stage) => {
      const { session } = stage;
      const all: Series = new Map();
      const ofTurn: Series = new Map();
      const counted = new RecentlySeen<number>(maxRemembered);
      let { turn } = session;
      const turnOver = (): void => {
        const metrics = [...ofTurn.values()];
        const over = turn;
        ofTurn.clear();
        turn = session.turn;
        if (metrics.length > 0) onTurn?.({ session: session.id, turn: over, metrics }, session);
      };
      session.onInterrupt(() => session.guard(name, turnOver));
      session.onClose(() => {
        try {
          turnOver();
        } finally {
          if (all.size > 0) onEnd?.({ session: session.id, metrics: [...all.values()] }, session);
        }
      });

      const gather = (frame: FrameOf<'metrics'>): FrameOf<'metrics'> => {
        if (!counted.first(frame.id)) return frame;
        for (const metric of frame.metrics) {
          add(all, metric);
          add(ofTurn, metric);
        }
        return frame;
      };
      return { down: { metrics: gather }, up: { metrics: gather } };
    },
    { fit: { emits: [] } as const },
  );
}

type Series = Map<string, MetricSummary>;

function add(series: Series, { name, value, unit, processor }: MetricData): void {
  const key = `${processor ?? ''} ${name}`;
  const known = series.get(key);
  if (known !== undefined) {
    series.set(key, { ...known, count: known.count + 1, sum: known.sum + value, max: Math.max(known.max, value) });
  } else if (series.size < maxSeries) {
    series.set(key, { ...(processor === undefined ? {} : { processor }), name, unit, count: 1, sum: value, max: value });
  }
}
