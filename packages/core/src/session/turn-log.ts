import type { Frame } from '../frames/frame.js';

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
  /** `pending`: not answered yet. `continued`: the user went on speaking before the answer began. */
  readonly state: 'pending' | 'answered' | 'continued';
}

/** How many turns a report lists; older ones are only counted. */
const maxListed = 1000;

/** Keeps account of who waited how long for what. */
export class TurnLog {
  readonly #turns: TurnRecord[] = [];
  #total = 0;
  #unanswered = 0;
  #onRecord: ((record: TurnRecord) => void) | undefined;

  constructor(onRecord?: (record: TurnRecord) => void) {
    this.#onRecord = onRecord;
  }

  see(frame: Frame): void {
    switch (frame.kind) {
      case 'user-stopped-speaking':
        if (frame.text === '') return;
        this.#settleLast({ state: 'continued' });
        this.#total++;
        this.#unanswered++;
        this.#turns.push({ userStoppedAtMs: frame.speechAtMs, decidedAtMs: frame.at, text: frame.text, state: 'pending' });
        if (this.#turns.length > maxListed) this.#turns.shift();
        return;
      case 'user-started-speaking':
        this.#settleLast({ state: 'continued' });
        return;
      case 'bot-started-speaking':
        this.#settleLast({ state: 'answered', botStartedAtMs: frame.at });
        return;
      default:
    }
  }

  get records(): readonly TurnRecord[] {
    return this.#turns;
  }

  get total(): number {
    return this.#total;
  }

  /** Turns that got no answer and were not taken up again by the user. */
  get unanswered(): number {
    return this.#unanswered;
  }

  #settleLast(outcome: Pick<TurnRecord, 'state' | 'botStartedAtMs'>): void {
    const last = this.#turns.at(-1);
    if (last?.state !== 'pending') return;
    const { botStartedAtMs } = outcome;
    const record = {
      ...last,
      ...outcome,
      ...(botStartedAtMs === undefined ? {} : { voiceToVoiceMs: botStartedAtMs - last.userStoppedAtMs }),
    };
    this.#turns[this.#turns.length - 1] = record;
    this.#unanswered--;
    this.#onRecord?.(record);
  }
}
