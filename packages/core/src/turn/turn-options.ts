import { atOnce } from './interruption/at-once.js';
import type { MuteStrategy } from './mute/mute-strategy.js';
import { transcriptStart } from './start/transcript-start.js';
import { vadStart } from './start/vad-start.js';
import { silenceStop } from './stop/silence-stop.js';
import type { InterruptionStrategy, StartStrategy, StopStrategy } from './turn-strategy.js';

/** How turns are taken: when the user's begins and ends, and what of it interrupts the bot. All of it can be changed in a call. */
export interface TurnOptions {
  /** The first that says so begins the turn. @defaultValue `[vadStart(), transcriptStart()]` */
  readonly start?: StartStrategy | readonly StartStrategy[];
  /** The first that says so ends it. @defaultValue `silenceStop()` */
  readonly stop?: StopStrategy | readonly StopStrategy[];
  /** @defaultValue `atOnce()` */
  readonly interruption?: InterruptionStrategy;
  /** The user is not heard while any of them says so. @defaultValue none */
  readonly mute?: MuteStrategy | readonly MuteStrategy[];
  /**
   * Asks the model already when the turn seems to be over, and throws the answer away if the user goes on: `text` keeps what
   * it answers until the turn is over, `speech` has it spoken meanwhile as well.
   * @defaultValue 'never'
   */
  readonly speculate?: 'never' | 'text' | 'speech';
  /**
   * How long a turn waits for its transcript once the user has finished; then it ends with what has been heard so far. What
   * the recogniser announces as its latency shortens it if something has been heard.
   * @defaultValue 3_000
   */
  readonly transcriptMs?: number;
  /** How long a silence may last before the turn ends though no strategy has ended it. @defaultValue 5_000 */
  readonly watchdogMs?: number;
  /** How long a turn may last, with a detector that hears speech without end. @defaultValue 300_000 */
  readonly maxTurnMs?: number;
}

/** The options as the controller uses them. */
export interface ResolvedTurnOptions extends Required<TurnOptions> {
  readonly start: readonly StartStrategy[];
  readonly stop: readonly StopStrategy[];
  readonly mute: readonly MuteStrategy[];
}

const defaults = {
  speculate: 'never',
  transcriptMs: 3_000,
  watchdogMs: 5_000,
  maxTurnMs: 300_000,
} as const satisfies TurnOptions;

export function resolveTurnOptions(options: TurnOptions): ResolvedTurnOptions {
  for (const name of ['transcriptMs', 'watchdogMs', 'maxTurnMs'] as const) {
    const value = options[name];
    if (value !== undefined && !(value >= 0)) {
      throw new RangeError(`turn.${name} is ${value}; it is a number of milliseconds, 0 or more.`);
    }
  }
  const { start = [vadStart(), transcriptStart()], stop = silenceStop(), interruption = atOnce(), mute = [] } = options;
  const resolved = { ...defaults, ...options, interruption, start: list(start), stop: list(stop), mute: list(mute) };
  for (const [name, strategies] of Object.entries({
    start: resolved.start,
    stop: resolved.stop,
    mute: resolved.mute,
    interruption: [interruption],
  }))
    for (const strategy of strategies) mustBeStrategy(name, strategy);
  if (!['never', 'text', 'speech'].includes(resolved.speculate)) {
    throw new TypeError(`turn.speculate is "${resolved.speculate}"; it is "never", "text" or "speech".`);
  }
  if (resolved.start.length === 0) throw new TypeError('turn.start is empty, so no turn could ever begin; name a strategy.');
  return resolved;
}

/** Who writes `atOnce` for `atOnce()` hears of it here, and not in the middle of a call. */
function mustBeStrategy(name: string, strategy: unknown): void {
  if (typeof strategy === 'object' && strategy !== null && 'attach' in strategy && typeof strategy.attach === 'function') return;
  if (typeof strategy === 'function')
    throw new TypeError(`turn.${name} is a function; call it: ${strategy.name || 'strategy'}().`);
  throw new TypeError(
    `turn.${name} is no strategy: it has no attach(); make one with vadStart(), silenceStop(), atOnce() and the like.`,
  );
}

function list<T>(one: T | readonly T[]): readonly T[] {
  return isList(one) ? one : [one];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
