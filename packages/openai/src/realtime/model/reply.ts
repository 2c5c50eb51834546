import {
  type FrameKind,
  type FramePayload,
  ServiceError,
  type StageScope,
  type ToolCallRequest,
  type UtteranceTraits,
} from '@voxrill/core';
import type { RealtimeConversationItem } from '../protocol/schema/item-schema.js';
import type { RealtimeServerEventOf } from '../protocol/server-events.js';
import type { AudioCodec } from './audio-codec.js';
import type { SpokenItems } from './spoken-items.js';
import type { WrittenItems } from './written-items.js';

interface Utterance {
  readonly name: string;
  readonly read: (base64: string) => Int16Array;
  /** What of its text has been sent. */
  text: string;
  open: boolean;
}

/** How many parts and calls one response has at the most; what is beyond is dropped. */
const maxParts = 128;
/** How much text one response has at the most, hours of speech; what is beyond is dropped. */
const maxChars = 2 ** 20;

/** What a reply needs of its stage. */
export interface ReplyHost {
  readonly stage: StageScope;
  readonly codec: AudioCodec;
  readonly spoken: SpokenItems;
  readonly written: WrittenItems;
  /** The first piece has come. */
  first(): void;
}

type Delta = RealtimeServerEventOf<'response.output_audio.delta'>;
type CallDone = RealtimeServerEventOf<'response.function_call_arguments.done'>;
type Part = Pick<Delta, 'item_id' | 'content_index'>;

/** One response of the model, as the frames that a voice and a language model would have made of it. */
export class Reply {
  readonly id: string;
  readonly turn: number;
  readonly #host: ReplyHost;
  readonly #traits: UtteranceTraits | undefined;
  readonly #utterances = new Map<string, Utterance>();
  /** Texts that are shown and not spoken, by part, as far as they were sent. */
  readonly #texts = new Map<string, string>();
  readonly #calls = new Map<string, ToolCallRequest>();
  /** The names of the calls that have begun. */
  readonly #names = new Map<string, string>();
  #chars = 0;
  #begun = false;
  #saidSomething = false;
  #over = false;

  /** `traits`: what is special about what the model was told to say; then it is no answer of its own. */
  constructor(id: string, turn: number, host: ReplyHost, traits?: UtteranceTraits) {
    this.id = id;
    this.turn = turn;
    this.#host = host;
    this.#traits = traits;
    if (traits === undefined) this.#down('llm-response-start', { response: id });
  }

  /** Nobody wants it any more: whatever still comes of it is dropped. */
  get dead(): boolean {
    return this.#over || this.turn < this.#host.stage.session.turn;
  }

  /** It is no part of the conversation. */
  get aside(): boolean {
    return this.#traits?.aside === true;
  }

  /** Something of it has been handed on, to be heard or to be read. */
  get told(): boolean {
    return this.#saidSomething;
  }

  audio({ delta, ...part }: Delta): void {
    const utterance = this.#utterance(part);
    if (utterance?.open !== true) return;
    const samples = this.#samples(utterance, delta, part.event_id);
    if (samples.length === 0) return;
    this.#begin();
    this.#saidSomething = true;
    const { sampleRate } = this.#host.codec;
    this.#host.spoken.received(utterance.name, (samples.length / sampleRate) * 1000);
    this.#down('tts-audio', { utterance: utterance.name, samples, sampleRate, channels: 1 });
  }

  /** What is being said, in words; the whole of it when `whole`. */
  transcript(part: Part, text: string, whole = false): void {
    const utterance = this.#utterance(part);
    if (utterance === undefined) return;
    const fresh = this.#bounded(whole ? rest(utterance.text, text) : text);
    if (fresh === '') return;
    this.#begin();
    utterance.text += fresh;
    this.#down('tts-text', { utterance: utterance.name, text: fresh });
    if (this.#traits === undefined) this.#down('llm-text', { text: fresh, response: this.id });
  }

  /** An answer in text, which a voice behind may speak. */
  text({ item_id, content_index }: Part, text: string, whole = false): void {
    const name = nameOf(item_id, content_index);
    if (!this.#texts.has(name) && this.#texts.size >= maxParts) return;
    if (!this.aside) this.#host.written.written(this.id, item_id, this.turn);
    const sent = this.#texts.get(name) ?? '';
    const fresh = this.#bounded(whole ? rest(sent, text) : text);
    if (fresh === '') return;
    this.#begin();
    this.#saidSomething = true;
    this.#texts.set(name, sent + fresh);
    this.#down('llm-text', { text: fresh, response: this.id });
  }

  /** A call is told of up to three times; the whole of it counts, once. */
  call(request: ToolCallRequest): void {
    const known = this.#calls.has(request.id);
    if (known ? request.arguments === '' : this.#calls.size >= maxParts) return;
    this.#begin();
    this.#calls.set(request.id, { ...request, arguments: request.arguments === '' ? '{}' : request.arguments });
  }

  /** An item has begun; what it is called is not said again. */
  itemAdded(item: RealtimeConversationItem): void {
    if (item.type !== 'function_call' || typeof item.call_id !== 'string' || this.#names.size >= maxParts) return;
    this.#names.set(item.call_id, item.name);
  }

  /** The arguments of a call are whole; not every service says again whose. */
  callDone({ call_id, name, arguments: text }: CallDone): void {
    const known = name ?? this.#names.get(call_id);
    if (known !== undefined) this.call({ id: call_id, name: known, arguments: text });
  }

  partDone({ item_id, content_index }: Part): void {
    this.#close(this.#utterances.get(nameOf(item_id, content_index)), false);
  }

  itemDone(itemId: string, broken: boolean): void {
    for (const utterance of this.#utterances.values())
      if (utterance.name === itemId || utterance.name.startsWith(`${itemId}/`)) this.#close(utterance, broken);
  }

  /** It is over: closes what is open and hands the calls on, as one group, if they are to be run. */
  end(broken: boolean, run: boolean): void {
    if (this.#over) return;
    for (const utterance of this.#utterances.values()) this.#close(utterance, broken);
    const { stage } = this.#host;
    if (run && this.#calls.size > 0) {
      const asked = stage.frame('tool-calls', { group: this.id, calls: [...this.#calls.values()] }, this.turn);
      stage.pushUp(asked);
      stage.pushDown(asked);
    }
    if (this.#traits === undefined) this.#down('llm-response-end', { response: this.id });
    this.#over = true;
  }

  #bounded(text: string): string {
    const kept = text.slice(0, maxChars - this.#chars);
    this.#chars += kept.length;
    return kept;
  }

  #utterance({ item_id, content_index }: Part): Utterance | undefined {
    const name = nameOf(item_id, content_index);
    const known = this.#utterances.get(name);
    if (known !== undefined || this.#utterances.size >= maxParts) return known;
    const utterance: Utterance = { name, read: this.#host.codec.reader(), text: '', open: true };
    this.#utterances.set(name, utterance);
    if (!this.aside) this.#host.spoken.begin(name, this.turn);
    this.#down('tts-started', { utterance: name, text: '', ...(this.#traits ?? { response: this.id }) });
    return utterance;
  }

  #samples(utterance: Utterance, base64: string, eventId: string | null | undefined): Int16Array {
    try {
      return utterance.read(base64);
    } catch (cause) {
      const message = `The audio in the event "${eventId ?? 'without an id'}" of the service is not base64: that piece is left out.`;
      this.#host.stage.fail(new ServiceError('server', message, { usable: true, cause }));
      return new Int16Array();
    }
  }

  #close(utterance: Utterance | undefined, broken: boolean): void {
    if (utterance?.open !== true) return;
    utterance.open = false;
    this.#host.spoken.ended(utterance.name);
    this.#down('tts-stopped', { utterance: utterance.name, ...(broken ? { broken } : {}) });
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#host.first();
  }

  #down<K extends FrameKind>(kind: K, payload: FramePayload<K>): void {
    const { stage } = this.#host;
    stage.pushDown(stage.frame(kind, payload, this.turn));
  }
}

function nameOf(itemId: string, contentIndex: number): string {
  return contentIndex === 0 ? itemId : `${itemId}/${contentIndex}`;
}

/** What `whole` has beyond what was sent of it. A text that was put right afterwards is left as it was said. */
function rest(sent: string, whole: string): string {
  return whole.startsWith(sent) ? whole.slice(sent.length) : '';
}
