import type { Frame, Session, TappedFrame } from '@voxrill/core';
import { notableFrames } from '../timeline/notable.js';
import { type TimelineNote, timeline } from '../timeline/timeline.js';
import { SimulationError } from './simulation-error.js';

/** Something that was said in a call; session milliseconds at which it was first heard, or understood. */
export interface Said {
  readonly who: 'user' | 'bot';
  readonly text: string;
  readonly atMs: number;
}

interface Utterance {
  readonly id: string;
  text: string;
  readonly atMs: number;
}

/** How much of what happened a failure shows. */
const linesOnFailure = 60;

/** Watches one call: what has been said, who speaks, and whoever waits for something to become true. */
export class CallWatch {
  readonly #session: Session;
  readonly #seed: number | undefined;
  readonly #notable = notableFrames();
  readonly #notes: TimelineNote[] = [];
  readonly #spoken: Utterance[] = [];
  readonly #user: Said[] = [];
  readonly #waiting = new Set<() => void>();
  /** Answers and utterances that have begun and not ended. */
  #open = new Set<string>();
  #beganAt: number;
  #speakingSinceMs: number | undefined;
  #startedSinceMark = 0;
  #mark = { utterances: 0, characters: 0 };
  #over = false;

  constructor(session: Session, seed: number | undefined) {
    this.#session = session;
    this.#seed = seed;
    this.#beganAt = session.clock.now();
    session.frames$.subscribe((tapped) => this.#see(tapped));
    void session.done.then(() => {
      this.#over = true;
      this.#wake();
    });
  }

  /** Session milliseconds. */
  get now(): number {
    return this.#session.clock.now() - this.#beganAt;
  }

  get over(): boolean {
    return this.#over;
  }

  get frames(): readonly TappedFrame[] {
    return this.#notable.frames;
  }

  /** Session milliseconds since which the bot speaks; undefined while it does not. */
  get speakingSinceMs(): number | undefined {
    return this.#speakingSinceMs;
  }

  /** The bot has spoken since the mark, and nothing more is to come. */
  get replied(): boolean {
    return this.#spokeSinceMark && this.#speakingSinceMs === undefined && this.#open.size === 0;
  }

  get said(): readonly Said[] {
    const bot = this.#spoken.map(({ text, atMs }): Said => ({ who: 'bot', text, atMs }));
    return [...this.#user, ...bot].filter(({ text }) => text !== '').sort((a, b) => a.atMs - b.atMs);
  }

  /** It has begun to speak since the mark, or gone on with what it was saying. */
  get #spokeSinceMark(): boolean {
    return this.#startedSinceMark > 0 || this.heardSinceMark !== '';
  }

  /** From here on counts what the bot says. */
  mark(): void {
    const last = this.#spoken.at(-1);
    this.#mark = { utterances: Math.max(0, this.#spoken.length - 1), characters: last?.text.length ?? 0 };
    this.#startedSinceMark = 0;
  }

  /** What was heard of the bot since the mark. */
  get heardSinceMark(): string {
    const { utterances, characters } = this.#mark;
    return this.#spoken
      .slice(utterances)
      .map(({ text }, i) => (i === 0 ? text.slice(characters) : text))
      .join(' ')
      .trim();
  }

  note(column: TimelineNote['column'], text: string): void {
    this.#notes.push({ at: this.now, afterFrames: this.frames.length, column, text });
  }

  /** Resolves as soon as `test` holds; fails with `complaint` after `withinMs`, or when the call is over before. */
  until(test: () => boolean, withinMs: number, complaint: () => string): Promise<void> {
    if (test()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        this.#waiting.delete(check);
        cancelTimer();
        then();
      };
      const check = (): void => {
        if (test()) settle(resolve);
        else if (this.#over) settle(() => reject(this.failure(`${complaint()} The session was over before.`)));
      };
      const cancelTimer = this.#session.clock.setTimer(() => settle(() => reject(this.failure(complaint()))), withinMs);
      this.#waiting.add(check);
      if (this.#over) check();
    });
  }

  /** The error that says what went wrong, and shows what led to it. */
  failure(complaint: string, cause?: unknown): SimulationError {
    const failed: TimelineNote = { at: this.now, column: 'services', text: firstSentence(complaint), failed: true };
    const shown = timeline(this.frames, { notes: [...this.#notes, failed], lastLines: linesOnFailure });
    return new SimulationError(complaint, shown, { seed: this.#seed, cause });
  }

  timeline(): string {
    return timeline(this.frames, { notes: this.#notes });
  }

  #see(tapped: TappedFrame): void {
    if (!this.#notable.see(tapped)) return;
    this.#take(tapped.frame, tapped.at);
    this.#wake();
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check();
  }

  #take(frame: Frame, atMs: number): void {
    switch (frame.kind) {
      case 'interruption':
        this.#open = new Set();
        this.mark();
        return;
      case 'llm-context':
      case 'tts-speak':
        this.#open.add('asked');
        return;
      case 'llm-response-start':
        this.#open.delete('asked');
        this.#open.add(frame.response);
        return;
      case 'llm-response-end':
        this.#open.delete(frame.response);
        return;
      case 'tts-started':
        this.#open.delete('asked');
        this.#open.add(frame.utterance);
        return;
      case 'tts-stopped':
        this.#open.delete(frame.utterance);
        return;
      case 'bot-started-speaking':
        this.#speakingSinceMs = atMs;
        this.#startedSinceMark++;
        return;
      case 'bot-stopped-speaking':
        this.#speakingSinceMs = undefined;
        return;
      case 'bot-spoke': {
        const known = this.#spoken.findLast(({ id }) => id === frame.utterance);
        if (known === undefined) this.#spoken.push({ id: frame.utterance, text: frame.text, atMs });
        else known.text = frame.text;
        return;
      }
      case 'user-stopped-speaking':
        this.#user.push({ who: 'user', text: frame.text, atMs });
        return;
      default:
    }
  }
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.)\s/u)[0] ?? text;
}
