import type { StageScope } from '@voxrill/core';
import type { RealtimeServerEventOf } from '../protocol/server-events.js';

interface Stretch {
  turn: number;
  startMs: number;
  endMs: number | undefined;
  /** As far as it is understood. */
  text: string;
}

type Completed = RealtimeServerEventOf<'conversation.item.input_audio_transcription.completed'>;

/** How many stretches are remembered: transcripts may come seconds after the answer. */
const maxStretches = 64;
/** So much is written down of one stretch, an hour of speech; each piece tells all of it anew. */
const maxChars = 65_536;
/** How long a transcript is waited for; it is taken also when it comes later. */
const patienceMs = 5_000;

/**
 * What the user said, by the items that it became: transcripts come when they come, and carry the turn and the time in which
 * they were spoken.
 */
export class UserSpeech {
  readonly #stage: StageScope;
  readonly #stretches = new Map<string, Stretch>();
  /** Said without an item yet: our own turn, which the service names when it is told that it is over. */
  #unnamed: Stretch[] = [];
  #open: Stretch | undefined;
  /** Whether somebody writes down what is said. */
  readonly #written: boolean;
  readonly #calm: () => void;
  /** A graceful end, and a change of the connection, wait for these transcripts. */
  readonly #outstanding = new Map<string, () => void>();

  /** `calm`: nothing that was said is still to be written down. */
  constructor(stage: StageScope, written: boolean, calm: () => void) {
    this.#stage = stage;
    this.#calm = calm;
    this.#written = written;
    stage.session.onClose(() => {
      for (const settle of this.#outstanding.values()) settle();
      this.#outstanding.clear();
    });
    // The speech that interrupts belongs to the turn that it begins.
    stage.session.onInterrupt(() => {
      if (this.#open !== undefined) this.#open.turn = stage.session.turn;
    });
  }

  /** Nothing that was said is still to be written down. */
  get settled(): boolean {
    return this.#outstanding.size === 0;
  }

  /** Something is being said. */
  get open(): boolean {
    return this.#open !== undefined;
  }

  started(startMs: number, itemId?: string): void {
    const stretch: Stretch = { turn: this.#stage.session.turn, startMs, endMs: undefined, text: '' };
    this.#open = stretch;
    if (itemId === undefined) this.#unnamed = [...this.#unnamed, stretch].slice(-maxStretches);
    else this.#name(itemId, stretch);
  }

  stopped(endMs: number): void {
    if (this.#open !== undefined) this.#open.endMs = endMs;
    this.#open = undefined;
  }

  /** What was being said is no turn, or is told to another connection. */
  forget(): void {
    this.#unnamed = this.#unnamed.filter((stretch) => stretch !== this.#open);
    this.#open = undefined;
  }

  /** Another connection gets it, and will name it. */
  unnamed(from: string | undefined): void {
    const stretch = from === undefined ? undefined : this.#stretches.get(from);
    if (from === undefined || stretch === undefined) return;
    this.#stretches.delete(from);
    this.#settle(from);
    const unnamed = [...this.#unnamed, stretch].sort((a, b) => a.startMs - b.startMs);
    this.#unnamed = unnamed.slice(-maxStretches);
  }

  /** The service has made an item of it. */
  committed(itemId: string): void {
    this.#await(itemId);
    if (this.#stretches.has(itemId)) return;
    const now = this.#stage.session.now();
    this.#name(itemId, this.#unnamed.shift() ?? { turn: this.#stage.session.turn, startMs: now, endMs: now, text: '' });
  }

  understands(itemId: string, delta: string): void {
    const stretch = this.#stretches.get(itemId);
    if (stretch === undefined || delta === '' || stretch.text.length >= maxChars) return;
    stretch.text += delta.slice(0, maxChars - stretch.text.length);
    this.#tell('interim-transcription', itemId, stretch);
  }

  understood({ item_id, transcript, languages }: Completed): void {
    const stretch = this.#stretches.get(item_id);
    if (stretch === undefined) return;
    stretch.text = transcript.trim().slice(0, maxChars);
    this.#tell('transcription', item_id, stretch, languages?.[0]?.code);
    this.#settle(item_id);
  }

  /** Nothing more will come of it. */
  failed(itemId: string): void {
    const stretch = this.#stretches.get(itemId);
    if (stretch !== undefined) this.#tell('transcription', itemId, stretch);
    this.#settle(itemId);
  }

  #await(itemId: string): void {
    if (!this.#written || this.#outstanding.has(itemId)) return;
    const oldest = this.#outstanding.keys().next();
    if (this.#outstanding.size >= maxStretches && oldest.done !== true) this.#settle(oldest.value);
    const { session } = this.#stage;
    const release = session.hold(`${this.#stage.name}, writing down what was said`);
    const cancel = session.clock.setTimer(() => this.#settle(itemId), patienceMs);
    this.#outstanding.set(itemId, () => {
      cancel();
      release();
    });
  }

  #settle(itemId: string): void {
    const settle = this.#outstanding.get(itemId);
    if (settle === undefined) return;
    this.#outstanding.delete(itemId);
    settle();
    if (this.settled) this.#calm();
  }

  #name(itemId: string, stretch: Stretch): void {
    this.#stretches.set(itemId, stretch);
    const oldest = this.#stretches.keys().next();
    if (this.#stretches.size > maxStretches && oldest.done !== true) this.#stretches.delete(oldest.value);
  }

  #tell(kind: 'transcription' | 'interim-transcription', utterance: string, stretch: Stretch, language?: string): void {
    const { text, startMs, turn } = stretch;
    const endMs = stretch.endMs ?? this.#stage.session.now();
    const payload = { text, utterance, item: utterance, startMs, endMs, ...(language === undefined ? {} : { language }) };
    this.#stage.broadcast(this.#stage.frame(kind, payload, turn));
  }
}
