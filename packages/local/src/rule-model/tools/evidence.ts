import type { WallTime } from '../rule.js';
import type { Utterance } from '../utterance.js';

/** What a value may be read from. */
export interface Evidence {
  readonly said: Utterance;
  /** Stems that spoke for the tool itself, and so are no values. */
  readonly hits: ReadonlySet<string>;
  readonly facts: ReadonlyMap<string, string>;
  readonly wallClock?: (() => WallTime) | undefined;
  readonly timeZone?: string | undefined;
  /** True when another parameter takes the day, so that a time is only a time. */
  readonly dayElsewhere: boolean;
  /** Values that other parameters have taken, as text in lower case. */
  readonly taken: Set<string>;
  /** Places of numbers, as word indexes, that other parameters have taken. */
  readonly takenNumbers: Set<number>;
}
