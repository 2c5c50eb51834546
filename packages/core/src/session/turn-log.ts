import type { Frame, FrameOf } from '../frames/frame.js';
import { asksForReply } from '../turn/asks-for-reply.js';
import { LateTranscripts } from './late-transcripts.js';

/** One user turn and its answer; session milliseconds. */
export interface TurnRecord {
  /** Where the user's speech ended. */
  readonly userStoppedAtMs: number;
  /** When the turn was held to be over. */
  readonly decidedAtMs: number;
  readonly text: string;
  /** When the first sample of the answer was played. */
  readonly botStartedAtMs?: number;
  /** From the end of the user's speech to the first sample of the answer: what the user waits. */
  readonly voiceToVoiceMs?: number;
  /**
   * `pending`: not answered yet. `continued`: the user went on while the answer could still come, so that it is asked and
   * answered together with the next turn. `unanswered`: no answer came, and none will.
   */
  readonly state: 'pending' | 'answered' | 'continued' | 'unanswered';
}

/** How many turns a report lists; older ones are only counted. */
const maxListed = 1000;
/** For how many turns transcripts are still taken: the user may have gone on meanwhile. */
const maxLate = 64;

/** The answer that the user waits for. */
interface Due {
  /** The epoch in which it was asked for; speech of an older one is no answer. */
  readonly turn: number;
  readonly sinceMs: number;
  /** `taken up`: the user has begun to speak again. `failed`: nothing more is to be expected. */
  hope: 'expected' | 'taken up' | 'failed';
}

/** Keeps account of who waited how long for what. */
export class TurnLog {
  readonly #turns: TurnRecord[] = [];
  #total = 0;
  #unanswered = 0;
  /** Belongs to the last of the turns, while that one is pending. */
  #due: Due | undefined;
  /** Where the open turn began. */
  #began: { readonly turn: number; readonly speechAtMs: number } | undefined;
  /** The last turns that the model has heard, by their number in the session. */
  readonly #late = new Map<number, LateTranscripts>();

  see(frame: Frame): void {
    switch (frame.kind) {
      case 'user-started-speaking':
        this.#began = frame;
        if (this.#due?.hope === 'expected') this.#due.hope = 'taken up';
        return;
      case 'user-stopped-speaking':
        if (asksForReply(frame)) {
          // A typed turn begins and ends at once.
          this.#settle({ state: this.#due?.hope === 'failed' ? 'unanswered' : 'continued' });
          this.#total++;
          this.#turns.push({ userStoppedAtMs: frame.speechAtMs, decidedAtMs: frame.at, text: frame.text, state: 'pending' });
          if (this.#turns.length > maxListed) this.#turns.shift();
          if (frame.heard === true) this.#awaitTranscripts(frame);
          this.#due = { turn: frame.turn, sinceMs: frame.at, hope: 'expected' };
        } else if (this.#due?.hope === 'taken up') {
          // It was only a noise, after which the model is asked again.
          this.#due.hope = 'expected';
        }
        this.#began = undefined;
        return;
      case 'transcription':
        this.#transcribed(frame);
        return;
      case 'error':
        if (this.#due?.hope === 'expected') this.#due.hope = 'failed';
        return;
      case 'bot-spoke':
        if (frame.playedMs > 0 && frame.aside !== true) this.#answered(frame.turn, frame.startedAtMs ?? frame.at);
        return;
      default:
    }
  }

  /** The session is over: what is not answered now never will be. */
  close(): void {
    this.#settle({ state: 'unanswered' });
  }

  get records(): readonly TurnRecord[] {
    return this.#turns;
  }

  get total(): number {
    return this.#total;
  }

  /** How often the user got no answer. Turns that were continued count with the turn that took them up. */
  get unanswered(): number {
    return this.#unanswered;
  }

  #awaitTranscripts({ id, turn, speechAtMs, text }: FrameOf<'user-stopped-speaking'>): void {
    const { turn: fromTurn, speechAtMs: startMs } = this.#began ?? { turn, speechAtMs };
    const heard = { fromTurn, toTurn: turn, startMs, endMs: speechAtMs, decidedBy: id, text };
    this.#late.set(this.#total, new LateTranscripts(heard));
    const oldest = this.#late.keys().next();
    if (this.#late.size > maxLate && oldest.done !== true) this.#late.delete(oldest.value);
  }

  /** It belongs to the turn in which it was said, which need not be the last one. */
  #transcribed(frame: FrameOf<'transcription'>): void {
    const newestFirst = [...this.#late].reverse();
    const [number, late] =
      newestFirst.find(([, turn]) => turn.saidIn(frame)) ?? newestFirst.find(([, turn]) => turn.saidBefore(frame)) ?? [];
    if (number === undefined || late === undefined) return;
    const index = this.#turns.length - 1 - (this.#total - number);
    const record = this.#turns[index];
    if (record !== undefined) this.#turns[index] = { ...record, text: late.take(frame) };
  }

  /** Speech that began before the turn was over answers something else. */
  #answered(turn: number, botStartedAtMs: number): void {
    if (this.#due === undefined || turn < this.#due.turn || botStartedAtMs < this.#due.sinceMs) return;
    this.#settle({ state: 'answered', botStartedAtMs });
  }

  #settle(outcome: Pick<TurnRecord, 'state' | 'botStartedAtMs'>): void {
    const last = this.#turns.at(-1);
    if (this.#due === undefined || last === undefined) return;
    this.#due = undefined;
    if (outcome.state === 'unanswered') this.#unanswered++;
    const { botStartedAtMs } = outcome;
    const waited = botStartedAtMs === undefined ? {} : { voiceToVoiceMs: botStartedAtMs - last.userStoppedAtMs };
    this.#turns[this.#turns.length - 1] = { ...last, ...outcome, ...waited };
  }
}
