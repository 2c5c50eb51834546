import type { VadDecision } from '@voxrill/audio';
import {
  invalidRequest,
  type RealtimeClientEventOf,
  type RealtimeServerItem,
  type RealtimeSessionState,
  realtimeAudioRate,
} from '@voxrill/openai';
import { bytesOf } from '../audio/wire-audio.js';
import type { MakeTurnDetector } from '../call/call-options.js';
import type { CallScope } from '../call/call-scope.js';
import { serverTrouble } from '../call/server-trouble.js';
import { ItemAudio } from '../conversation/item-audio.js';
import type { Transcripts } from '../conversation/transcripts.js';
import type { UserSpeech } from '../conversation/user-speech.js';
import { IdleTimeout, idleMsOf } from './idle-timeout.js';
import { InputBuffer } from './input-buffer.js';
import { inputReader } from './input-reader.js';
import type { Recogniser } from './recogniser.js';
import { TurnDetector, turnRules } from './turn-detector.js';

/** What the input works with, and whom it tells. */
export interface AudioInputParts {
  readonly recogniser: Recogniser;
  readonly transcripts: Transcripts;
  readonly makeDetector: MakeTurnDetector;
  /** The user speaks, and may cut the bot off. */
  readonly onSpeech: () => void;
  /** This item wants an answer. */
  readonly onTurn: (itemId: string) => void;
  /** Whether the bot is about to answer, or answers. */
  readonly replying: () => boolean;
  /** Runs something in order with what the client sends. */
  readonly enqueue: (work: () => void) => void;
}

type InputSettings = RealtimeSessionState['audio']['input'];

/** So much is heard in one go; between two pieces of a longer one others get their turn. */
const pieceMs = 200;
/** Of silence so much is kept, for whoever commits by hand although a detector listens. */
const keptSilenceMs = 5_000;
/** A detector is sure of the onset so much later, at the most. */
const onsetMs = 1_500;
const minCommitMs = 100;

/** The input audio buffer: what the client appends, the turns that are found in it, and the items that they become. */
export class AudioInput {
  readonly #call: CallScope;
  readonly #parts: AudioInputParts;
  readonly #idle: IdleTimeout;
  #buffer: InputBuffer;
  #read: (base64: string) => Int16Array;
  #detector: TurnDetector | undefined;
  /** The detector cannot be made, or cannot hear; the client was told. */
  #deaf = false;
  /** Speech that the client was told of, and that is not committed yet. */
  #speech: { readonly itemId: string; readonly startMs: number } | undefined;
  /** What the recogniser hears now, and up to where it was given it. */
  #heard: UserSpeech | undefined;
  #givenMs = 0;
  #closed = false;

  constructor(call: CallScope, parts: AudioInputParts) {
    this.#call = call;
    this.#parts = parts;
    const { format } = this.#settings;
    this.#buffer = new InputBuffer(realtimeAudioRate(format).sampleRate);
    this.#read = inputReader(format);
    this.#idle = new IdleTimeout(call.clock, () => parts.enqueue(() => this.#timeOut()));
  }

  append(event: RealtimeClientEventOf<'input_audio_buffer.append'>): void | Promise<void> {
    const samples = this.#read(event.audio);
    if (samples.length === 0) return undefined;
    const addedMs = (samples.length / this.#buffer.sampleRate) * 1000;
    if (this.#settings.turn_detection === null && this.#buffer.durationMs + addedMs > this.#call.limits.bufferMs) {
      const message = `The input audio buffer holds ${this.#call.limits.bufferMs} ms at the most: commit or clear it first.`;
      const eventId = event.event_id ?? undefined;
      this.#call.refuse(invalidRequest('input_audio_buffer_full', message, { param: 'audio', eventId }));
      return undefined;
    }
    const piece = Math.ceil((this.#buffer.sampleRate * pieceMs) / 1000);
    const first = this.#take(samples.subarray(0, piece));
    return first === undefined && samples.length <= piece ? undefined : this.#takeRest(first, samples, piece);
  }

  commit(event: RealtimeClientEventOf<'input_audio_buffer.commit'>): void {
    const { durationMs, startMs, endMs } = this.#buffer;
    if (durationMs < minCommitMs) {
      const message = `Error committing input audio buffer: buffer too small. Expected at least ${minCommitMs}ms of audio, but buffer only has ${durationMs.toFixed(2)}ms of audio.`;
      this.#call.refuse(invalidRequest('input_audio_buffer_commit_empty', message, { eventId: event.event_id ?? undefined }));
      return;
    }
    if (this.#heard === undefined) this.#beginHearing(startMs);
    this.#giveUpTo(endMs);
    const itemId = this.#speech?.itemId ?? this.#call.nextId('item');
    this.#commit(itemId, this.#speech?.startMs ?? startMs, endMs, 0, event.event_id ?? undefined);
  }

  clear(): void {
    this.#forget();
    this.#speech = undefined;
    this.#buffer.dropBefore(this.#buffer.endMs, true);
    this.#read = inputReader(this.#settings.format);
    this.#detector?.reset(this.#buffer.endMs);
    this.#call.send(this.#call.say.audioCleared());
  }

  /** The session was changed. */
  reconfigure(before: InputSettings): void {
    const now = this.#settings;
    if (now.format.type !== before.format.type) {
      this.#read = inputReader(now.format);
      const { sampleRate } = realtimeAudioRate(now.format);
      if (sampleRate !== this.#buffer.sampleRate) {
        this.#giveUpTo(this.#buffer.endMs);
        this.#buffer = this.#buffer.atRate(sampleRate);
        this.#detector = undefined;
        // What the recogniser heard of it goes on at another rate: it hears it from the beginning.
        if (this.#heard !== undefined) this.#forget();
      }
    }
    const detection = now.turn_detection;
    if (detection === null) {
      this.#detector = undefined;
      this.#idle.limit(undefined);
      return;
    }
    if (this.#idleMs(now) !== this.#idleMs(before)) this.#idle.limit(this.#idleMs(now));
    if (before.turn_detection === null) {
      if (this.#speech === undefined) this.#forget();
      this.#detector = undefined;
    } else if (JSON.stringify(turnRules(detection)) !== JSON.stringify(turnRules(before.turn_detection))) {
      this.#detector = undefined;
    }
  }

  /** The bot has answered with so much speech. */
  replied(spokenMs: number): void {
    if (this.#speech !== undefined || this.#closed) return;
    this.#idle.start(spokenMs, this.#idleMs(this.#settings));
  }

  close(): void {
    this.#closed = true;
    this.#idle.stop();
  }

  get #settings(): InputSettings {
    return this.#call.session.audio.input;
  }

  #idleMs({ turn_detection: detection }: InputSettings): number | undefined {
    return idleMsOf(detection, this.#call.dialect);
  }

  async #takeRest(first: void | Promise<void>, samples: Int16Array, piece: number): Promise<void> {
    await first;
    for (let at = piece; at < samples.length && !this.#closed; at += piece) {
      await this.#call.clock.sleep(0);
      await this.#take(samples.subarray(at, at + piece));
    }
  }

  #take(samples: Int16Array): void | Promise<void> {
    // A copy, so that a short piece does not keep the whole of a long one.
    this.#buffer.push(samples.length === samples.buffer.byteLength / 2 ? samples : samples.slice());
    const detection = this.#settings.turn_detection;
    if (detection === null) {
      if (this.#heard === undefined) this.#beginHearing(this.#buffer.startMs);
      this.#giveUpTo(this.#buffer.endMs);
      return undefined;
    }
    this.#detector ??= new TurnDetector(turnRules(detection), this.#buffer.sampleRate, this.#parts.makeDetector);
    const heard = (decisions: readonly VadDecision[]): void => {
      this.#deaf = false;
      this.#decide(decisions);
    };
    let decided: ReturnType<TurnDetector['hear']>;
    try {
      decided = this.#detector.hear(samples, this.#buffer);
    } catch (error) {
      return this.#hearsNothing(error);
    }
    return decided instanceof Promise ? decided.then(heard, (error: unknown) => this.#hearsNothing(error)) : heard(decided);
  }

  /** Told once, and tried again with what comes next. As much is kept for a commit by hand as without a detector. */
  #hearsNothing(error: unknown): void {
    this.#buffer.dropBefore(this.#buffer.endMs - this.#call.limits.bufferMs);
    if (!this.#deaf) this.#call.refuse(serverTrouble(error));
    this.#deaf = true;
  }

  #decide(decisions: readonly VadDecision[]): void {
    if (this.#closed) return;
    for (const { type, atMs, speechAtMs } of decisions) {
      if (type === 'start') this.#startSpeech(speechAtMs);
      else this.#stopSpeech(Math.min(atMs, this.#buffer.endMs), speechAtMs);
    }
    const { endMs } = this.#buffer;
    if (this.#speech === undefined) {
      this.#buffer.dropBefore(endMs - Math.max(keptSilenceMs, this.#prefixMs + onsetMs));
      return;
    }
    this.#giveUpTo(endMs);
    if (this.#buffer.durationMs > this.#call.limits.bufferMs) this.#stopSpeech(endMs, endMs);
  }

  get #prefixMs(): number {
    return this.#detector?.rules.prefixMs ?? 0;
  }

  #startSpeech(speechAtMs: number): void {
    if (this.#speech !== undefined) return;
    this.#idle.stop();
    const startMs = Math.max(this.#buffer.startMs, speechAtMs - this.#prefixMs);
    const itemId = this.#call.nextId('item');
    this.#speech = { itemId, startMs };
    this.#call.send(this.#call.say.speechStarted(itemId, startMs));
    if (this.#settings.turn_detection?.interrupt_response !== false) this.#parts.onSpeech();
    this.#buffer.dropBefore(startMs, true);
    this.#beginHearing(startMs);
  }

  #stopSpeech(endMs: number, speechEndMs: number): void {
    if (this.#speech === undefined) return;
    const { itemId, startMs } = this.#speech;
    this.#call.send(this.#call.say.speechStopped(itemId, endMs));
    if (this.#heard === undefined) this.#beginHearing(startMs);
    this.#giveUpTo(endMs);
    if (!this.#commit(itemId, startMs, endMs, endMs - speechEndMs)) return;
    const { turn_detection: detection } = this.#settings;
    if (this.#call.session.type === 'realtime' && detection?.create_response !== false) this.#parts.onTurn(itemId);
  }

  /** Makes an item of what was heard. Returns whether there was room for it. `eventId`: of the client's event, if it has asked. */
  #commit(itemId: string, startMs: number, endMs: number, silenceMs: number, eventId?: string): boolean {
    const { conversation, limits, say, send } = this.#call;
    const { format } = this.#settings;
    const heard = this.#heard;
    const audio = new ItemAudio(format, { bytes: bytesOf(this.#buffer.between(startMs, endMs), format) });
    heard?.lasted(audio.durationMs);
    this.#speech = undefined;
    this.#heard = undefined;
    this.#idle.stop();
    this.#buffer.dropBefore(endMs, true);
    this.#parts.recogniser.end(silenceMs);
    if (conversation.size >= limits.items) {
      const message = 'The conversation has no room for what was said: delete some items.';
      this.#call.refuse(invalidRequest('conversation_full', message, { eventId }));
      return false;
    }
    const after = conversation.lastId;
    const item: RealtimeServerItem = {
      id: itemId,
      type: 'message',
      role: 'user',
      status: 'completed',
      content: [{ type: 'input_audio', transcript: null }],
    };
    send(say.audioCommitted(itemId, after));
    conversation.insert({ item, audio, ...(heard === undefined ? {} : { userSpeech: heard }) }, after);
    send(say.itemAdded(item, after));
    send(say.itemDone(item, after));
    if (heard !== undefined) this.#parts.transcripts.watch(itemId, heard);
    return true;
  }

  /** The user has been silent for long: the silence is an item, which the bot may answer. */
  #timeOut(): void {
    if (this.#closed || this.#speech !== undefined || this.#settings.turn_detection === null || this.#parts.replying()) return;
    const itemId = this.#call.nextId('item');
    const { startMs, endMs } = this.#buffer;
    this.#call.send(this.#call.say.timeoutTriggered(itemId, startMs, endMs));
    if (this.#commit(itemId, startMs, endMs, 0) && this.#call.session.type === 'realtime') this.#parts.onTurn(itemId);
  }

  #beginHearing(startMs: number): void {
    const { sampleRate, endMs } = this.#buffer;
    this.#heard = this.#parts.recogniser.begin(sampleRate, endMs - startMs);
    this.#givenMs = startMs;
  }

  #giveUpTo(placeMs: number): void {
    if (this.#heard === undefined) return;
    this.#parts.recogniser.push(this.#buffer.between(this.#givenMs, placeMs));
    this.#givenMs = Math.max(this.#givenMs, placeMs);
  }

  /** What the recogniser hears becomes no item. */
  #forget(): void {
    if (this.#heard === undefined) return;
    this.#heard = undefined;
    this.#parts.recogniser.end(0);
  }
}
