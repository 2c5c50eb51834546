import { downmix, Resampler } from '@voxrill/audio';
import { type ChatMessage, type FrameOf, type Logger, Preroll, prerollMs } from '@voxrill/core';
import { realtimeClientEvents } from '../protocol/client-events.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import type { AudioCodec } from './audio-codec.js';
import { AudioTimeline } from './audio-timeline.js';
import { CommittedTurns } from './committed-turns.js';
import { KeptAudio } from './kept-audio.js';
import { MissingDetector } from './missing-detector.js';

/** A turn that was said, and may not have been understood. */
export interface ToldTurn {
  /** Base64, in the format of the wire. */
  readonly audio: string;
  /** What it was called by the connection before, if that had named it. */
  readonly itemBefore: string | undefined;
  /** What was said before it. */
  readonly behind: ChatMessage | undefined;
  /** What the turn before it is called, if that has a name. */
  readonly after: string | undefined;
}

/** How the microphone goes to the service. */
export interface UserAudioOptions {
  readonly codec: AudioCodec;
  /** Whether the service finds the turns: then it hears everything. Otherwise it gets what is said in a turn. */
  readonly continuous: boolean;
  /** How much before the onset belongs to what is said; milliseconds. */
  readonly prefixMs: number;
  /**
   * How much is kept of what is being said for a connection that is gone, and as much again of turns that were said and not
   * understood; milliseconds. Beyond it the oldest is lost.
   */
  readonly keepMs: number;
  /** Hands on an event, if there is a connection. */
  readonly send: (event: RealtimeClientEvent) => void;
  readonly connected: () => boolean;
  /** How long ago the service gave its last sign of life; milliseconds. */
  readonly silentMs: () => number;
  /** The last message of the conversation as it is known. */
  readonly lastMessage: () => ChatMessage | undefined;
  /** Is told, when there is a connection again, how much had to be dropped meanwhile. */
  readonly log: Logger;
}

/** The least that a service takes for something that was said. */
const leastCommitMs = 100;
/** How long a service may take to tell of an onset in the middle of a call; milliseconds. */
const noticeMs = 1_000;
/** How long a new connection may take to say that what it was sent again was an onset; milliseconds. */
const recognitionMs = 5_000;

/**
 * Brings the user's voice to the service, and keeps what it has not understood yet: when a connection breaks, the next one
 * hears it from its onset.
 */
export class UserAudio {
  readonly #options: UserAudioOptions;
  readonly #timeline = new AudioTimeline();
  readonly #recent: Preroll;
  #resampler: Resampler | undefined;
  /** What is being said, from its onset; and, if the service finds the turns, everything while there is no connection. */
  readonly #kept: KeptAudio;
  readonly #committed: CommittedTurns;
  readonly #detector: MissingDetector;
  #speaking = false;
  /** What is being said was announced, and nothing of it has been sent: it may be typed. */
  #unsent = false;
  #lastAtMs = 0;
  /**
   * How much the microphone's own memory has, and a new connection is sent again when nothing is being said: an onset that was
   * not recognised as one yet, was on a slow way, or was said into a line that was dead already.
   */
  #reachMs = prerollMs;
  /** Samples of the turn that have gone out. */
  #turnSamples = 0;
  #lostMs = 0;
  /** Up to here everything belongs to turns that are over. */
  #closedToMs = 0;
  /** Until then what was sent again is kept: nobody has said yet whether it was an onset. */
  #undecidedToMs = 0;
  #closed = false;

  constructor(options: UserAudioOptions) {
    this.#options = options;
    this.#detector = new MissingDetector(options.log);
    this.#recent = new Preroll(options.codec.sampleRate, () => this.#reachMs);
    this.#kept = new KeptAudio(options.codec.sampleRate, options.keepMs);
    this.#committed = new CommittedTurns(options.codec.sampleRate, options.keepMs);
  }

  /** Something is being said. */
  get speaking(): boolean {
    return this.#speaking;
  }

  hear(frame: FrameOf<'input-audio'>): void {
    if (this.#closed) return;
    const samples = this.#atRate(frame);
    if (samples.length === 0) return;
    this.#lastAtMs = frame.at;
    const { continuous, connected, silentMs, keepMs } = this.#options;
    if (continuous && connected()) this.#reachMs = Math.max(prerollMs, Math.min(keepMs, noticeMs + silentMs()));
    this.#recent.push(samples, frame.at);
    if (!continuous) this.#detector.hear(frame);
    this.#sendBegun();
    // A service that was silent all the time has not decided anything: the line may be dead.
    const decided = this.#undecidedToMs > 0 && frame.at - silentMs() > this.#undecidedToMs;
    if (!this.#speaking && decided) this.#forget();
    if (this.#speaking || this.#undecidedToMs > 0 || (continuous && !connected())) this.#keep(samples, frame.at);
    if (continuous || this.#speaking) this.#append(samples, frame.at);
  }

  /** The service has heard an onset at this position of what it was sent. Returns it in session milliseconds. */
  onset(positionMs: number): number {
    const startMs = this.#timeline.at(positionMs);
    if (this.#kept.empty) this.#keepSince(startMs);
    else if (!this.#speaking) this.#kept.dropBefore(startMs);
    this.#undecidedToMs = 0;
    this.#speaking = true;
    return startMs;
  }

  positionAt(positionMs: number): number {
    return this.#timeline.at(positionMs);
  }

  /** The service has heard the end of it, at this position, and makes this item of it. */
  stopped(itemId: string, positionMs: number): void {
    const endMs = this.#timeline.at(positionMs);
    this.#close(itemId, endMs);
    // What has come since may be an onset.
    if (!this.#kept.empty) this.#undecidedToMs = this.#lastAtMs + noticeMs;
  }

  /** Our own detector has: from here on, and a little before, it is sent. */
  begin(startMs: number, prefixMs = this.#options.prefixMs): void {
    if (this.#speaking) return;
    this.announce(startMs, prefixMs);
    this.#sendBegun();
  }

  /** A turn begins, and it is not known yet whether it is spoken: if it is, more audio comes. */
  announce(startMs: number, prefixMs = this.#options.prefixMs): void {
    if (this.#speaking) return;
    this.#detector.found();
    this.#speaking = true;
    this.#turnSamples = 0;
    this.#keepSince(startMs - prefixMs);
    this.#unsent = true;
  }

  /** The user has finished: what was sent is one item. Returns false if nothing was said. */
  commit(): boolean {
    if (!this.#speaking) return false;
    if (this.#unsent) {
      this.#speaking = false;
      this.#unsent = false;
      this.#forget();
      return false;
    }
    const missing = leastSamples(this.#options.codec) - this.#turnSamples;
    if (!this.#options.continuous && missing > 0) this.#append(new Int16Array(missing), this.#lastAtMs);
    if (this.#options.connected()) this.#options.send(realtimeClientEvents.commitAudio());
    this.#close(undefined);
    return true;
  }

  /** What is being said is no turn. */
  discard(): void {
    if (!this.#speaking) return;
    const sent = !this.#unsent;
    this.#speaking = false;
    this.#unsent = false;
    this.#forget();
    if (sent) this.#options.send(realtimeClientEvents.clearAudio());
  }

  /** The service has made an item of what it was sent. */
  committed(itemId: string): void {
    if (!this.#committed.named(itemId)) this.#close(itemId);
  }

  /** An item has been understood, or answered: nobody needs its sound any more. */
  settle(itemId: string): void {
    this.#committed.settle(itemId);
  }

  /** Nobody writes down what is said, and it has been answered. */
  settleAll(): void {
    this.#committed.clear();
  }

  /** The connection is gone. */
  lost(): void {
    this.#undecidedToMs = 0;
    if (this.#options.continuous) this.#keepUnheard();
  }

  /** There will be no connection any more. */
  close(): void {
    this.#closed = true;
    this.#speaking = false;
    this.#forget();
    this.#committed.clear();
  }

  /**
   * Tells a new connection what the one before was told and had not understood: the turns that were over by `tell`, and after
   * `told` what is being said.
   */
  restore(tell: (turn: ToldTurn) => void, told: () => void): void {
    this.#timeline.reset();
    const { continuous, codec, log } = this.#options;
    if (this.#lostMs > 0)
      log.warn(`${Math.round(this.#lostMs)} ms of the user's voice were lost: the connection was gone for too long.`);
    this.#lostMs = 0;
    for (const turn of this.#committed) {
      const { name, after, behind, samples } = turn;
      const itemBefore = name.id;
      const sound = atLeast(samples, leastSamples(codec));
      name.id = undefined;
      tell({ audio: codec.encode(sound), itemBefore, behind, after: after?.id });
      this.#timeline.skip(this.#kept.msOf(sound));
    }
    told();
    if (continuous) this.#keepUnheard();
    this.#turnSamples = 0;
    if (continuous || (this.#speaking && !this.#unsent))
      for (const { samples, atMs } of this.#kept.chunks) this.#append(samples, atMs);
    if (!continuous) return;
    // Whether it was an onset the new connection says for itself.
    this.#speaking = false;
    this.#undecidedToMs = this.#lastAtMs + recognitionMs;
  }

  #sendBegun(): void {
    if (!this.#unsent) return;
    this.#unsent = false;
    if (!this.#options.continuous) for (const { samples, atMs } of this.#kept.chunks) this.#append(samples, atMs);
  }

  #close(itemId: string | undefined, endMs = this.#lastAtMs): void {
    const samples = this.#kept.take(endMs);
    this.#speaking = false;
    this.#undecidedToMs = 0;
    this.#closedToMs = endMs;
    if (samples.length === 0) return;
    const droppedMs = this.#committed.add(itemId, samples, this.#options.lastMessage());
    // What the service was told it may understand all the same.
    if (!this.#options.connected()) this.#lostMs += droppedMs;
  }

  #append(samples: Int16Array, atMs: number): void {
    if (!this.#options.connected()) return;
    const { codec, send } = this.#options;
    this.#turnSamples += samples.length;
    this.#timeline.sent(this.#kept.msOf(samples), atMs);
    send(realtimeClientEvents.appendAudio(codec.encode(samples)));
  }

  #keep(samples: Int16Array, atMs: number): void {
    const lostMs = this.#kept.add(samples, atMs);
    if (!this.#options.connected()) this.#lostMs += lostMs;
  }

  #keepUnheard(): void {
    if (this.#kept.empty) this.#keepSince(Math.max(this.#closedToMs, this.#lastAtMs - this.#reachMs));
  }

  #keepSince(startMs: number): void {
    this.#kept.begin(this.#recent.since(startMs), this.#lastAtMs);
  }

  #forget(): void {
    this.#kept.clear();
    this.#undecidedToMs = 0;
  }

  #atRate({ samples, sampleRate, channels }: FrameOf<'input-audio'>): Int16Array {
    const { sampleRate: toRate } = this.#options.codec;
    const mono = channels === 1 ? samples : downmix(samples, channels);
    if (sampleRate === toRate) return mono;
    if (this.#resampler?.fromRate !== sampleRate) this.#resampler = new Resampler({ fromRate: sampleRate, toRate });
    return this.#resampler.process(mono);
  }
}

const leastSamples = ({ sampleRate }: AudioCodec): number => Math.ceil((leastCommitMs / 1000) * sampleRate);

function atLeast(samples: Int16Array, length: number): Int16Array {
  if (samples.length >= length) return samples;
  const padded = new Int16Array(length);
  padded.set(samples);
  return padded;
}
