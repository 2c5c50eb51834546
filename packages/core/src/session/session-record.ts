import type { Frame } from '../frames/frame.js';
import type { Kernel } from '../processor/kernel.js';
import type { SessionContext } from './session-context.js';
import type { EndReason, ReportedError, SessionReport } from './session-report.js';
import { TurnLog } from './turn-log.js';

/** How many errors a report lists; later ones are only counted. */
const maxListed = 100;

/** Keeps what the report of a session will say. */
export class SessionRecord {
  interruptions = 0;
  readonly #turns = new TurnLog();
  readonly #errors: ReportedError[] = [];
  readonly #session: SessionContext;
  readonly #kernel: Kernel;
  #totalErrors = 0;

  constructor(session: SessionContext, kernel: Kernel) {
    this.#session = session;
    this.#kernel = kernel;
  }

  see(frame: Frame): void {
    this.#turns.see(frame);
    if (frame.kind !== 'error') return;
    const { processor, category, message } = frame;
    this.#totalErrors++;
    if (this.#errors.length < maxListed) this.#errors.push({ atMs: frame.at, processor, category, message });
    try {
      this.#session.log.error(message, { session: this.#session.id, processor, category });
    } catch {
      // A logger that throws has nowhere to be reported to.
    }
  }

  report(reason: EndReason, detail: string | undefined): SessionReport {
    this.#turns.close();
    return {
      id: this.#session.id,
      reason,
      ...(detail === undefined ? {} : { detail }),
      durationMs: this.#session.now(),
      turns: [...this.#turns.records],
      totalTurns: this.#turns.total,
      unansweredTurns: this.#turns.unanswered,
      interruptions: this.interruptions,
      errors: [...this.#errors],
      totalErrors: this.#totalErrors,
      dropped: { ...this.#kernel.dropped },
    };
  }
}
