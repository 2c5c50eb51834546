/** What a meter has counted of one session. */
export interface SessionMeter<Report> {
  report(): Report;
  /** Counts no more. A session that is over need not be stopped. */
  stop(): void;
}
