import { downmix, Resampler } from '@voxrill/audio';
import { type FrameOf, Preroll } from '@voxrill/core';
import { realtimeClientEvents } from '../protocol/client-events.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import type { AudioCodec } from './audio-codec.js';
import { AudioTimeline } from './audio-timeline.js';

interface Committed {
  /** Unknown until the service has named it. */
  itemId: string | undefined;
  readonly chunks: readonly Int16Array[];
}

/** How the microphone goes to the service. */
export interface UserAudioOptions {
  readonly codec: AudioCodec;
  /** Whether the service finds the turns: then it hears everything. Otherwise it gets what is said in a turn. */
  readonly continuous: boolean;
  /** How much before the onset belongs to what is said; milliseconds. */
  readonly prefixMs: number;
  /** How much of the user is kept for a connection that is gone; milliseconds. Beyond it the oldest is lost. */
  readonly keepMs: number;
  /** Hands on an event, if there is a connection. */
  readonly send: (event: RealtimeClientEvent) => void;
  readonly connected: () => boolean;
  readonly lostAudio: (ms: number) => void;
}

/** The least that a service takes for something that was said. */
const leastCommitMs = 100;
/** How much is sent again to a new connection when nothing is being said: an onset that was not recognised as one yet. */
const overlapMs = 500;
/** Turns that were said and may have to be told to another connection. */
const maxCommitted = 4;

/**
 * Brings the user's voice to the service, and keeps what it has not understood yet: when a connection breaks, the next one
 * hears it from its onset.
 */
export class UserAudio {
  readonly #options: UserAudioOptions;
  readonly #timeline = new AudioTimeline();
  readonly #recent: Preroll;
  #resampler: Resampler | undefined;
  /** What is being said, from its onset; and everything while there is no connection. */
  #kept: { readonly samples: Int16Array; readonly atMs: number }[] = [];
  #keptMs = 0;
  #committed: Committed[] = [];
  #speaking = false;
  #lastAtMs = 0;
  /** Samples of the turn that have gone out. */
  #turnSamples = 0;

  constructor(options: UserAudioOptions) {
    this.#options = options;
    this.#recent = new Preroll(options.codec.sampleRate);
  }

  /** Something is being said. */
  get speaking(): boolean {
    return this.#speaking;
  }

  hear(frame: FrameOf<'input-audio'>): void {
    const samples = this.#atRate(frame);
    if (samples.length === 0) return;
    this.#lastAtMs = frame.at;
    this.#recent.push(samples, frame.at);
    if (this.#speaking || !this.#options.connected()) this.#keep(samples, frame.at);
    if (this.#options.continuous || this.#speaking) this.#append(samples, frame.at);
  }

  /** The service has heard an onset at this position of what it was sent. Returns it in session milliseconds. */
  onset(positionMs: number): number {
    const startMs = this.#timeline.at(positionMs);
    if (!this.#speaking && this.#kept.length === 0) this.#keepSince(startMs);
    this.#speaking = true;
    return startMs;
  }

  positionAt(positionMs: number): number {
    return this.#timeline.at(positionMs);
  }

  /** The service has heard the end of it, and says next what item it made of it. */
  stopped(): void {
    this.#speaking = false;
  }

  /** Our own detector has: from here on, and a little before, it is sent. */
  begin(startMs: number, prefixMs = this.#options.prefixMs): void {
    if (this.#speaking) return;
    this.#speaking = true;
    this.#turnSamples = 0;
    const kept = this.#kept.length > 0 && !this.#options.connected();
    if (!kept) this.#keepSince(startMs - prefixMs);
    if (!this.#options.continuous) for (const { samples, atMs } of this.#kept) this.#append(samples, atMs);
  }

  /** The user has finished: what was sent is one item. Returns false if nothing was. */
  commit(): boolean {
    if (!this.#speaking) return false;
    const missing = Math.ceil((leastCommitMs / 1000) * this.#options.codec.sampleRate) - this.#turnSamples;
    if (!this.#options.continuous && missing > 0) this.#append(new Int16Array(missing), this.#lastAtMs);
    this.#options.send(realtimeClientEvents.commitAudio());
    this.#close(undefined);
    return true;
  }

  /** What is being said is no turn. */
  discard(): void {
    if (!this.#speaking) return;
    this.#speaking = false;
    this.#dropKept();
    this.#options.send(realtimeClientEvents.clearAudio());
  }

  /** The service has made an item of what it was sent. */
  committed(itemId: string): void {
    const waiting = this.#committed.find((one) => one.itemId === undefined);
    if (waiting !== undefined) waiting.itemId = itemId;
    else this.#close(itemId);
  }

  /** An item has been understood, or answered: nobody needs its sound any more. */
  settle(itemId: string): void {
    this.#committed = this.#committed.filter((one) => one.itemId !== itemId);
  }

  /** Nobody writes down what is said, and it has been answered. */
  settleAll(): void {
    this.#committed = [];
  }

  /** Nothing of what was said is still to be understood. */
  get settled(): boolean {
    return this.#committed.length === 0;
  }

  /** The connection is gone. */
  lost(): void {
    if (!this.#speaking && this.#kept.length === 0) this.#keepSince(this.#lastAtMs - overlapMs);
  }

  /** Tells a new connection what the one before was told and had not understood; `item` makes an item of it, and names it. */
  restore(item: (audio: string, before: string | undefined) => string): void {
    this.#timeline.reset();
    for (const turn of this.#committed) turn.itemId = item(this.#options.codec.encode(joined(turn.chunks)), turn.itemId);
    const { continuous } = this.#options;
    if (continuous && this.#kept.length === 0) this.#keepSince(this.#lastAtMs - overlapMs);
    if (continuous || this.#speaking) for (const { samples, atMs } of this.#kept) this.#append(samples, atMs);
    if (!this.#speaking) this.#dropKept();
    // Whether it was an onset the new connection says for itself.
    if (continuous) this.#speaking = false;
  }

  #close(itemId: string | undefined): void {
    const chunks = this.#kept.map(({ samples }) => samples);
    this.#speaking = false;
    this.#dropKept();
    if (chunks.length > 0) this.#committed = [...this.#committed, { itemId, chunks }].slice(-maxCommitted);
  }

  #append(samples: Int16Array, atMs: number): void {
    if (!this.#options.connected()) return;
    const { codec, send } = this.#options;
    this.#turnSamples += samples.length;
    this.#timeline.sent((samples.length / codec.sampleRate) * 1000, atMs);
    send(realtimeClientEvents.appendAudio(codec.encode(samples)));
  }

  #keep(samples: Int16Array, atMs: number): void {
    const { codec, keepMs, lostAudio } = this.#options;
    this.#kept.push({ samples, atMs });
    this.#keptMs += (samples.length / codec.sampleRate) * 1000;
    while (this.#keptMs > keepMs) {
      const lostMs = ((this.#kept.shift()?.samples.length ?? 0) / codec.sampleRate) * 1000;
      this.#keptMs -= lostMs;
      if (!this.#options.connected()) lostAudio(lostMs);
    }
  }

  #keepSince(startMs: number): void {
    this.#dropKept();
    let atMs = this.#lastAtMs;
    const chunks = this.#recent.since(startMs);
    const ends = chunks.toReversed().map((samples) => {
      const endMs = atMs;
      atMs -= (samples.length / this.#options.codec.sampleRate) * 1000;
      return endMs;
    });
    ends.reverse();
    for (const [index, samples] of chunks.entries()) this.#keep(samples, ends[index] ?? this.#lastAtMs);
  }

  #dropKept(): void {
    this.#kept = [];
    this.#keptMs = 0;
  }

  #atRate({ samples, sampleRate, channels }: FrameOf<'input-audio'>): Int16Array {
    const { sampleRate: toRate } = this.#options.codec;
    const mono = channels === 1 ? samples : downmix(samples, channels);
    if (sampleRate === toRate) return mono;
    if (this.#resampler?.fromRate !== sampleRate) this.#resampler = new Resampler({ fromRate: sampleRate, toRate });
    return this.#resampler.process(mono);
  }
}

function joined(chunks: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
