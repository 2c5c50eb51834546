import type { Frame } from '../../frames/frame.js';
import { Fifo } from '../../rx/fifo.js';
import type { SessionContext } from '../../session/session-context.js';

type Direction = 'down' | 'up';

interface Held {
  readonly frame: Frame;
  readonly direction: Direction;
}

/**
 * Holds back what a branch says as long as it may turn out a moment later that the branch has failed: a service that fails
 * first tells what it has so far, a half transcript or the end of a broken sentence, and then its error. So an utterance
 * waits for its first audio, which nobody can hear earlier anyway; a final transcript and a broken end wait until everything
 * else that is due now has been done.
 */
export class DoubtedOutput {
  readonly #session: SessionContext;
  readonly #leave: (frame: Frame, direction: Direction) => void;
  /** What dies with its turn, and what does not: the one may wait for audio, and must not keep up the other. */
  readonly #reply = new Fifo<Held>();
  readonly #facts = new Fifo<Held>();
  #awaitsAudio = false;
  #cancelTimer: (() => void) | undefined;

  constructor(session: SessionContext, leave: (frame: Frame, direction: Direction) => void) {
    this.#session = session;
    this.#leave = leave;
    session.onInterrupt(() => {
      this.#awaitsAudio = false;
      this.#reply.filter(({ frame }) => frame.turn === session.turn);
    });
    session.onClose(() => this.drop());
  }

  /** `own`: the branch has made it, and it does not only pass. */
  pass(frame: Frame, direction: Direction, own: boolean): void {
    const { kinds } = this.#session;
    if (kinds.lane(frame.kind) !== 'data') this.#leave(frame, direction);
    else if (kinds.diesWithTurn(frame.kind)) this.#passReply({ frame, direction }, own);
    else if (this.#facts.length > 0 || (own && frame.kind === 'transcription')) {
      this.#facts.push({ frame, direction });
      this.#releaseSoon();
    } else this.#leave(frame, direction);
  }

  /** The doubts have come to nothing. */
  release(): void {
    this.#stopTimer();
    this.#letGo(this.#facts);
    if (!this.#awaitsAudio) this.#letGo(this.#reply);
  }

  /** They have come true. */
  drop(): void {
    this.#stopTimer();
    this.#awaitsAudio = false;
    this.#reply.clear();
    this.#facts.clear();
  }

  #passReply(held: Held, own: boolean): void {
    const { frame, direction } = held;
    if (own && frame.kind === 'tts-started') this.#awaitsAudio = true;
    const broken = own && frame.kind === 'tts-stopped' && frame.broken === true;
    if (this.#reply.length === 0 && !this.#awaitsAudio && !broken) {
      this.#leave(frame, direction);
      return;
    }
    this.#reply.push(held);
    if (own && (frame.kind === 'tts-audio' || frame.kind === 'tts-stopped')) this.#awaitsAudio = false;
    if (this.#awaitsAudio) return;
    if (broken) this.#releaseSoon();
    else if (this.#cancelTimer === undefined) this.#letGo(this.#reply);
  }

  #releaseSoon(): void {
    if (this.#cancelTimer !== undefined) return;
    const release = this.#session.hold('switchable, hearing a branch out');
    const cancel = this.#session.clock.setTimer(() => this.#session.guard('switchable', () => this.release()), 0);
    this.#cancelTimer = () => {
      cancel();
      release();
    };
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #letGo(queue: Fifo<Held>): void {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) this.#leave(next.frame, next.direction);
  }
}
