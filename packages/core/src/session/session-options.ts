import type { Clock } from '../clock/clock.js';
import { realClock } from '../clock/real-clock.js';
import type { FrameOf } from '../frames/frame.js';
import { type Logger, silentLogger } from './logger.js';

/** What becomes of a session when one of its processors says that it cannot go on. */
export type UnusablePolicy = 'end' | 'cancel' | 'report';

/** Options of `createSession`. */
export interface SessionOptions {
  /** @defaultValue a random one */
  readonly id?: string;
  /** @defaultValue the real clock */
  readonly clock?: Clock;
  /** @defaultValue silent */
  readonly logger?: Logger;
  /** How long the processors may take to get ready. @defaultValue 20_000 */
  readonly startMs?: number;
  /** How long a graceful end may take before it becomes a cancel. @defaultValue 10_000 */
  readonly drainMs?: number;
  /** How long the processors may take to let go of everything. @defaultValue 2_000 */
  readonly closeMs?: number;
  /** Ends a session in which nobody has spoken or typed for so long, and nothing is under way. @defaultValue never */
  readonly idleMs?: number;
  /** Ends a session that has lasted so long; one that is ending already gets `drainMs` from then on, at most. @defaultValue never */
  readonly maxDurationMs?: number;
  /** @defaultValue 'end' */
  readonly onUnusable?: UnusablePolicy | ((error: FrameOf<'error'>) => UnusablePolicy);
}

/** The options as a session uses them. */
export type ResolvedSessionOptions = Required<SessionOptions>;

const defaults = {
  startMs: 20_000,
  drainMs: 10_000,
  closeMs: 2_000,
  idleMs: Number.POSITIVE_INFINITY,
  maxDurationMs: Number.POSITIVE_INFINITY,
  onUnusable: 'end',
} as const satisfies SessionOptions;

export function resolveSessionOptions(options: SessionOptions): ResolvedSessionOptions {
  for (const name of ['startMs', 'drainMs', 'closeMs', 'idleMs', 'maxDurationMs'] as const) {
    const value = options[name];
    if (value !== undefined && !(value >= 0))
      throw new RangeError(`${name} is ${value}; it is a number of milliseconds, 0 or more.`);
  }
  return {
    ...defaults,
    id: options.id ?? crypto.randomUUID(),
    clock: options.clock ?? realClock(),
    logger: options.logger ?? silentLogger,
    ...withoutUndefined(options),
  };
}

function withoutUndefined(options: SessionOptions): SessionOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
