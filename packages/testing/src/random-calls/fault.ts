/** What breaks a rule. */
export interface Fault {
  /** In a sentence. */
  readonly what: string;
  /** When it happened, in session milliseconds, if that can be said. */
  readonly atMs?: number;
}
