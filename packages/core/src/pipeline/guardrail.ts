import type { Frame, FrameOf } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { HandlerTable, StageScope } from '../processor/handler.js';
import type { SessionContext } from '../session/session-context.js';
import { answerWithin } from './answer-within.js';

const guardrailFit = { emits: ['tts-speak'] } as const;

/** Of a longer text only the end is looked at. */
const maxText = 8_000;

/** What a guardrail is told beside the text. */
export interface GuardrailCall {
  /** Whose text it is: what the model is writing, or what is being understood of the user. */
  readonly who: 'bot' | 'user';
  /** Fires when the answer is no longer wanted. */
  readonly signal: AbortSignal;
  readonly session: SessionContext;
}

/** What a guardrail wants to be done. */
export interface GuardrailTrip {
  /** Why the bot is interrupted. */
  readonly reason: string;
  /** What is said instead. @defaultValue nothing */
  readonly say?: string;
}

/** Options of {@link guardrail}. */
export interface GuardrailOptions {
  /**
   * Looks at a text as it grows: the whole reply, or utterance, so far. Gives back nothing when all is well. Also called for a
   * text that has grown further while it was at work; one call at a time.
   */
  readonly check: (text: string, call: GuardrailCall) => GuardrailTrip | undefined | Promise<GuardrailTrip | undefined>;
  /** Which texts are looked at. @defaultValue ['bot'] */
  readonly watches?: readonly ('bot' | 'user')[];
  /** How long one check may take; then that is an error, and the text passes. @defaultValue 5_000 */
  readonly limitMs?: number;
  /** @defaultValue 'guardrail' */
  readonly name?: string;
}

/** A text that is being looked at. */
interface Watched {
  readonly id: string;
  readonly who: 'bot' | 'user';
  text: string;
  state: 'idle' | 'checking' | 'grown' | 'tripped';
}

/**
 * Watches over what a model writes, or what is understood of the user, while it happens, and pulls the brake: the bot is
 * interrupted and something else is said. Nothing is held up meanwhile, so what a slow check finds may have been heard in part;
 * `moderationGate` holds instead. Stands between the model and the voice. A check that throws or hangs costs an error frame.
 *
 * With `watches: ['user']`, what it says while the user has a turn open is the answer to that turn: the text that the model
 * writes when the turn is over is swallowed. The tools that the model calls run; to keep it from being asked at all, put the
 * guardrail before the model. A trip that says nothing leaves the answer to the model, and so does a user who goes on and
 * cuts off what the guardrail says.
 *
 * @example
 * ```ts
 * const rail = guardrail({
 *   check: (text) => (/discount/i.test(text) ? { reason: 'It promises a discount.', say: 'Let me ask a colleague.' } : undefined),
 * });
 * ```
 */
export function guardrail(options: GuardrailOptions): FrameProcessor<typeof guardrailFit> {
  const { watches = ['bot'], limitMs = 5_000, name = 'guardrail' } = options;
  if (!(limitMs > 0)) throw new RangeError(`limitMs is ${limitMs}; it is a number of milliseconds, more than 0.`);
  return defineProcessor(
    name,
    (stage) => {
      const rail = new Rail(stage, options.check, limitMs);
      const understood = <K extends 'transcription' | 'interim-transcription'>(frame: FrameOf<K>): FrameOf<K> => {
        if (watches.includes('user')) rail.see('user', frame.utterance, frame.text);
        return frame;
      };
      const heard = {
        transcription: (frame: FrameOf<'transcription'>) => understood(frame),
        'interim-transcription': (frame: FrameOf<'interim-transcription'>) => understood(frame),
      };
      return {
        up: heard,
        down: {
          ...heard,
          'llm-text': (frame: FrameOf<'llm-text'>) => {
            if (watches.includes('bot')) rail.see('bot', frame.response, rail.textOf('bot', frame.response) + frame.text);
            // If the brake was pulled the frame is of a dead turn, and goes no further.
            return rail.hasAnswered(frame) ? undefined : frame;
          },
          ...rail.turnHandlers,
        },
      };
    },
    { fit: guardrailFit },
  );
}

/** The guardrail of one session: at most one text of either side. */
class Rail {
  readonly #stage: StageScope;
  readonly #check: GuardrailOptions['check'];
  readonly #limitMs: number;
  readonly #watched: { bot?: Watched; user?: Watched } = {};
  #turn = new AbortController();
  #userTurn = false;
  /** The epoch in which the user was given an answer here, and what the model makes of it is not wanted. */
  #answeredIn: number | undefined;
  #callsTools = false;

  constructor(stage: StageScope, check: GuardrailOptions['check'], limitMs: number) {
    this.#stage = stage;
    this.#check = check;
    this.#limitMs = limitMs;
    stage.session.onInterrupt(() => this.#forgetReply('The turn was interrupted.'));
    stage.session.onClose(() => this.#forgetReply('The session is over.'));
  }

  /** Whether this is of the model's answer to what was answered here. */
  hasAnswered({ turn }: Frame): boolean {
    return turn === this.#answeredIn;
  }

  get turnHandlers(): HandlerTable {
    return {
      'user-started-speaking': (frame) => {
        this.#userTurn = true;
        return frame;
      },
      'user-stopped-speaking': (frame) => {
        this.#userTurn = false;
        return frame;
      },
      'llm-context': (frame) => {
        if (!this.hasAnswered(frame)) return frame;
        if (frame.speculative === undefined) this.#answeredIn = undefined;
        return undefined;
      },
      'tool-calls': (frame) => {
        this.#callsTools = true;
        return frame;
      },
      'llm-response-end': (frame) => {
        // After its tools the model goes on answering; after that, whoever asks it wants to hear it.
        if (this.hasAnswered(frame) && !this.#callsTools) this.#answeredIn = undefined;
        this.#callsTools = false;
        return frame;
      },
    };
  }

  textOf(who: 'bot' | 'user', id: string): string {
    const watched = this.#watched[who];
    return watched?.id === id ? watched.text : '';
  }

  see(who: 'bot' | 'user', id: string, text: string): void {
    let watched = this.#watched[who];
    if (watched?.id !== id) {
      watched = { id, who, text: '', state: 'idle' };
      this.#watched[who] = watched;
    }
    if (watched.state === 'tripped' || watched.text === text) return;
    watched.text = text.slice(-maxText);
    if (watched.state === 'idle') this.#look(watched);
    else watched.state = 'grown';
  }

  #look(watched: Watched): void {
    const { session, name } = this.#stage;
    watched.state = 'checking';
    const signal = watched.who === 'bot' ? this.#turn.signal : session.signal;
    const context = { session, name, signal, fail: (error: unknown) => this.#stage.fail(error) };
    let answer: ReturnType<GuardrailOptions['check']>;
    try {
      answer = answerWithin(context, this.#limitMs, 'answer', (wanted) =>
        this.#check(watched.text, { who: watched.who, signal: wanted, session }),
      );
    } catch (error) {
      watched.state = 'idle';
      this.#stage.fail(error);
      return;
    }
    if (!(answer instanceof Promise)) {
      this.#answered(watched, answer);
      return;
    }
    const release = session.hold(name);
    answer
      .then(
        (trip) => {
          if (!signal.aborted) session.guard(name, () => this.#answered(watched, trip));
        },
        (error: unknown) => {
          if (signal.aborted) return;
          this.#stage.fail(error);
          session.guard(name, () => this.#answered(watched, undefined));
        },
      )
      .finally(release);
  }

  #answered(watched: Watched, trip: GuardrailTrip | undefined): void {
    if (trip === undefined) {
      const grown = watched.state === 'grown';
      watched.state = 'idle';
      if (grown) this.#look(watched);
      return;
    }
    watched.state = 'tripped';
    const { session } = this.#stage;
    session.interrupt(trip.reason, this.#stage.name);
    if (trip.say === undefined) return;
    if (watched.who === 'user' && this.#userTurn) this.#answeredIn = session.turn;
    this.#stage.pushDown(this.#stage.frame('tts-speak', { text: trip.say, response: this.#stage.name }));
  }

  /** A dead reply needs no verdict; what the user said does. */
  #forgetReply(reason: string): void {
    this.#turn.abort(new Error(reason));
    this.#turn = new AbortController();
    delete this.#watched.bot;
  }
}
