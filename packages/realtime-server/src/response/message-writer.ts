import type { PcmAudio, TimedWord } from '@voxrill/core';
import { type RealtimePartAddress, type RealtimeServerItem, realtimeAudioRate } from '@voxrill/openai';
import { BotSpeech } from '../conversation/bot-speech.js';
import { ItemAudio } from '../conversation/item-audio.js';
import { OutputEncoder } from './output-encoder.js';
import { beginItem, closeItem, type ResponseScope } from './response-scope.js';

/** Writes the one message of a response: an item with one part, spoken or written, however many sentences it has. */
export class MessageWriter {
  readonly kind: 'audio' | 'text';
  readonly #scope: ResponseScope;
  readonly #at: RealtimePartAddress;
  readonly #after: string | null;
  readonly #encoder: OutputEncoder;
  readonly #audio: ItemAudio;
  readonly #speech = new BotSpeech();
  readonly #bytesPerMs: number;
  #text = '';

  constructor(scope: ResponseScope, outputIndex: number, kind: 'audio' | 'text') {
    const { conversation, say, send, id, settings } = scope;
    const { format } = settings.audio.output;
    this.kind = kind;
    this.#scope = scope;
    this.#encoder = new OutputEncoder(format);
    this.#audio = new ItemAudio(format, { maxBytes: conversation?.maxAudioBytes ?? 0 });
    this.#bytesPerMs = realtimeAudioRate(format).bytesPerMs;
    const itemId = scope.nextId('item');
    this.#at = { response_id: id, item_id: itemId, output_index: outputIndex, content_index: 0 };
    const item: RealtimeServerItem = { id: itemId, type: 'message', role: 'assistant', status: 'in_progress', content: [] };
    const spoken = kind === 'audio' ? { audio: this.#audio, botSpeech: this.#speech } : {};
    this.#after = beginItem(scope, outputIndex, { item, ...spoken });
    send(say.contentPartAdded(this.#at, kind));
  }

  get itemId(): string {
    return this.#at.item_id;
  }

  /** How much audio was sent. */
  get audioMs(): number {
    return this.#speech.audioMs;
  }

  /** All that was written or is spoken so far. */
  get text(): string {
    return this.#text;
  }

  /** A sentence begins to be spoken, with the white space before it: its text goes ahead of its audio. */
  speak(text: string): void {
    this.#speech.begin(text);
    this.#transcript(text);
  }

  moreText(text: string): void {
    this.#speech.more(text);
    this.#transcript(text);
  }

  words(words: readonly TimedWord[]): void {
    this.#speech.words(words);
  }

  audio(audio: PcmAudio): void {
    this.#send(this.#encoder.encode(audio));
  }

  /** The sentence is over. */
  spoken(): void {
    this.#send(this.#encoder.flush());
  }

  write(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#scope.send(this.#scope.say.textDelta(this.#at, text));
  }

  close(status: 'completed' | 'incomplete'): RealtimeServerItem {
    const { say, send, conversation } = this.#scope;
    if (this.kind === 'audio') {
      send(say.audioDone(this.#at));
      send(say.audioTranscriptDone(this.#at, this.#text));
    } else send(say.textDone(this.#at, this.#text));
    send(say.contentPartDone(this.#at, this.kind, this.#text));
    const item: RealtimeServerItem = {
      id: this.itemId,
      type: 'message',
      role: 'assistant',
      status,
      content: [
        this.kind === 'audio' ? { type: 'output_audio', transcript: this.#text } : { type: 'output_text', text: this.#text },
      ],
    };
    // What was truncated meanwhile keeps no transcript.
    conversation?.update(this.itemId, (stored) => ({ ...stored, item: stored.heardMs === undefined ? item : withoutText(item) }));
    closeItem(this.#scope, this.#at.output_index, item, this.#after);
    return item;
  }

  #transcript(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#scope.send(this.#scope.say.audioTranscriptDelta(this.#at, text));
  }

  #send(pieces: readonly Uint8Array[]): void {
    const { say, send } = this.#scope;
    for (const bytes of pieces) {
      this.#audio.push(bytes);
      this.#speech.audio(bytes.length / this.#bytesPerMs);
      send(say.audioDelta(this.#at, bytes));
    }
  }
}

/** An item whose words nobody can place any more. */
export function withoutText(item: RealtimeServerItem): RealtimeServerItem {
  if (item.type !== 'message' || item.role !== 'assistant') return item;
  return { ...item, content: item.content.map((part) => (part.type === 'output_audio' ? { type: part.type } : part)) };
}
