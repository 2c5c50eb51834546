/** What the user has heard of the audio of an item. */
export interface HeardAudio {
  /** What was played, by the output's samples; may be more than was received, if it was taken from a clock. */
  readonly playedMs: number;
  /** How much audio of the item has arrived. */
  readonly receivedMs: number;
  /** Whether more of it may come. @defaultValue false */
  readonly expectsMore?: boolean;
}

/** What is to be done with the item on the server. */
export type TruncationPoint =
  | { readonly kind: 'truncate'; readonly audioEndMs: number }
  /** Nothing of it was heard. */
  | { readonly kind: 'delete' }
  /** All of it was heard. */
  | { readonly kind: 'none' };

/**
 * Where to cut the bot's item on a Realtime server when the user interrupts: never behind the audio that arrived, which the
 * server answers with an error, and never after all of it has been heard.
 *
 * @example
 * ```ts
 * console.log(truncationPoint({ playedMs: 1234.5, receivedMs: 8000 })); // { kind: 'truncate', audioEndMs: 1234 }
 * ```
 */
export function truncationPoint({ playedMs, receivedMs, expectsMore = false }: HeardAudio): TruncationPoint {
  const audioEndMs = Math.floor(Math.min(playedMs, receivedMs));
  // Also what is not a number ends here: an item that nobody heard is better lost than one that is cut at random.
  if (!(audioEndMs > 0)) return { kind: 'delete' };
  return playedMs >= receivedMs && !expectsMore ? { kind: 'none' } : { kind: 'truncate', audioEndMs };
}
