/** What a network does to the bytes of one direction. */
export interface Impairment {
  /** How long each byte is on its way. @defaultValue 0 */
  readonly delayMs?: number;
  /** Up to so much more, by chance; order is kept, so that one late piece holds up those behind it. @defaultValue 0 */
  readonly jitterMs?: number;
  /** Share of the pieces that are lost on the way, 0 to 1. TCP sends them again: they, and all behind them, come `retransmitMs` later. @defaultValue 0 */
  readonly lossRate?: number;
  /** @defaultValue 200, what Linux waits at least */
  readonly retransmitMs?: number;
  /** The bandwidth. @defaultValue no limit */
  readonly bytesPerSecond?: number;
}
