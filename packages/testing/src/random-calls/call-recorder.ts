import { type Frame, FrameKinds, type Session } from '@voxrill/core';
import { notableFrames } from '../timeline/notable.js';
import { type TimelineNote, timeline } from '../timeline/timeline.js';
import type { Fault } from './fault.js';

/** A frame when it was first handed on. */
export interface SeenFrame {
  readonly frame: Frame;
  /** Session milliseconds. */
  readonly atMs: number;
  /** The turn epoch of the session at that moment. */
  readonly epoch: number;
  readonly from: string;
  readonly to: string;
}

/** How many faults of one call are kept; one is enough to see that something is wrong. */
const maxFaults = 3;

/** Takes down one call: every frame once, what was wrong with how it travelled, and what the user did. */
export class CallRecorder {
  readonly frames: SeenFrame[] = [];
  /** Frames of a dead turn that were handed on. */
  readonly handedOnDead: Fault[] = [];
  /** Different frames with one id. */
  readonly sharedIds: Fault[] = [];
  readonly #session: Session;
  readonly #beganAt: number;
  /** The session's own kinds may be what is broken. */
  readonly #kinds = new FrameKinds();
  readonly #notable = notableFrames();
  readonly #notes: TimelineNote[] = [];
  readonly #kindOf = new Map<number, string>();
  readonly #waiting = new Set<() => void>();
  #botSpeaks = false;

  constructor(session: Session) {
    this.#session = session;
    this.#beganAt = session.clock.now();
    session.frames$.subscribe((tapped) => {
      const { frame, at: atMs, from, to } = tapped;
      const { turn: epoch } = session;
      if (frame.turn < epoch && this.handedOnDead.length < maxFaults && this.#kinds.diesWithTurn(frame.kind)) {
        const what = `A ${frame.kind} of turn ${frame.turn} was handed by ${from} to ${to} in turn ${epoch}.`;
        this.handedOnDead.push({ what, atMs });
      }
      const known = this.#kindOf.get(frame.id);
      if (known !== undefined) {
        if (known !== frame.kind && this.sharedIds.length < maxFaults)
          this.sharedIds.push({ what: `A ${known} and a ${frame.kind} have the id ${frame.id}.`, atMs });
        return;
      }
      this.#kindOf.set(frame.id, frame.kind);
      if (frame.kind === 'input-audio') return;
      this.frames.push({ frame, atMs, epoch, from, to });
      this.#notable.see(tapped);
      if (frame.kind === 'bot-started-speaking' || frame.kind === 'bot-stopped-speaking') {
        this.#botSpeaks = frame.kind === 'bot-started-speaking';
        for (const check of [...this.#waiting]) check();
      }
    });
    void session.done.then(() => {
      for (const check of [...this.#waiting]) check();
    });
  }

  get nowMs(): number {
    return this.#session.clock.now() - this.#beganAt;
  }

  note(column: TimelineNote['column'], text: string): void {
    this.#notes.push({ at: this.nowMs, afterFrames: this.#notable.frames.length, column, text });
  }

  /** Waits until the bot speaks, or does not; for so long at most, or until the session is over. */
  untilBot(speaks: boolean, withinMs: number): Promise<void> {
    if (this.#botSpeaks === speaks || this.#session.state === 'closed') return Promise.resolve();
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#waiting.delete(check);
        cancelTimer();
        resolve();
      };
      const check = (): void => {
        if (this.#botSpeaks === speaks || this.#session.state === 'closed') settle();
      };
      const cancelTimer = this.#session.clock.setTimer(settle, withinMs);
      this.#waiting.add(check);
    });
  }

  /** What happened, with a line that points at each of these. */
  timeline(faults: readonly Fault[] = []): string {
    const failed = faults.flatMap(({ what, atMs }): TimelineNote[] =>
      atMs === undefined ? [] : [{ at: atMs, column: 'services', text: what, failed: true }],
    );
    return timeline(this.#notable.frames, { notes: [...this.#notes, ...failed].sort((a, b) => a.at - b.at), columnWidth: 72 });
  }
}
