import type { Frame } from '../../frames/frame.js';
import type { SessionContext } from '../../session/session-context.js';
import { OpenBrackets } from './open-brackets.js';
import { type Replayed, SpeechJournal } from './speech-journal.js';
import type { SwitchWork } from './switch-work.js';
import { TurnWatch } from './turn-watch.js';
import { WorkJournal } from './work-journal.js';

/** What is under way in the active branch of a switch: what it was given and has not dealt with, what it has begun and not ended. */
export class WorkUnderWay {
  readonly #session: SessionContext;
  readonly #kind: SwitchWork;
  readonly #speech = new SpeechJournal();
  readonly #work: WorkJournal;
  readonly #brackets = new OpenBrackets();
  readonly #turn = new TurnWatch();
  /** A transcript goes both ways; the second time its speech is settled already. */
  readonly #named = new WeakMap<Frame, Frame>();

  constructor(session: SessionContext, kind: SwitchWork) {
    this.#session = session;
    this.#kind = kind;
    this.#work = new WorkJournal(session.kinds, kind.speaks);
    session.onInterrupt(() => {
      this.#work.interrupted(session.turn);
      this.#speech.interrupted(session.turn);
      this.#brackets.clear();
    });
  }

  /** Something is in the middle of being said or answered. */
  get begun(): boolean {
    return this.#brackets.begun;
  }

  /** Neither has anybody the floor, nor is anything owed. */
  get betweenTurns(): boolean {
    return !this.#work.owes && !this.#speech.owes && this.#turn.quiet(this.#session.now());
  }

  /** Session milliseconds until which the bot is expected to begin its answer. */
  get answerUntilMs(): number {
    return this.#turn.answerUntilMs;
  }

  /** A frame comes in. */
  enter(frame: Frame, direction: 'down' | 'up'): void {
    this.#turn.see(frame, this.#session.now());
    if (direction === 'up') return;
    if (this.#kind.hears) this.#speech.enter(frame, this.#session.turn);
    this.#work.enter(frame, this.#session.turn);
  }

  /** A frame that had come in goes out downwards, as it was. */
  passed(frame: Frame): void {
    this.#work.left(frame);
  }

  /**
   * A frame that the branch has made goes out: notes what that says of the work. Returns it under the name that its work has
   * had so far, and whether it is a result.
   */
  settle(frame: Frame): { readonly frame: Frame; readonly result: boolean } {
    this.#turn.see(frame, this.#session.now());
    const ended = this.#brackets.see(frame);
    switch (frame.kind) {
      case 'interim-transcription':
        return { frame: this.#speech.heard(frame), result: false };
      case 'transcription': {
        const known = this.#named.get(frame);
        if (known !== undefined) return { frame: known, result: true };
        const heard = this.#speech.heard(frame);
        this.#named.set(frame, heard);
        if (!this.#kind.replies) this.#speech.settle(frame);
        return { frame: heard, result: true };
      }
      case 'llm-text':
      case 'tool-calls':
        this.#work.answered();
        return { frame, result: true };
      case 'llm-response-end':
        this.#work.empty();
        return { frame, result: false };
      case 'tts-audio':
        if (this.#kind.replies) this.#speech.settleStopped();
        return { frame, result: true };
      case 'tts-stopped':
        if (ended?.kind === 'tts-started') this.#work.spoken(ended);
        return { frame, result: false };
      default:
        return { frame, result: false };
    }
  }

  /** What has failed is not to be asked again. */
  failed(): void {
    this.#work.answered();
  }

  /** The frames that close what is open. */
  closing(): readonly Frame[] {
    return this.#brackets.closing(this.#session);
  }

  /** What whoever takes over must get, in order. */
  replay(): readonly Replayed[] {
    // The onset of what is said next may lie in what was just heard; who answers speech would take that for speech.
    const hears = this.#kind.hears && (this.#speech.owes || !this.#kind.replies);
    return [...(hears ? this.#speech.replay(this.#session.now()) : []), ...this.#work.replay()];
  }
}
