import type { ChatMessage, FrameOf, SpeechSettings, StageScope, ToolDefinition } from '@voxrill/core';
import type { RealtimeConnection } from '../link/realtime-connection.js';
import { realtimeClientEvents } from '../protocol/client-events.js';
import { dialects } from '../protocol/dialect.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import { ItemMirror } from './item-mirror.js';
import { type OpenAIRealtimeOptions, sessionSettings } from './realtime-options.js';
import type { Reply } from './reply.js';
import { SessionPrompt } from './session-prompt.js';
import { SpokenItems } from './spoken-items.js';
import { WrittenItems } from './written-items.js';

/** The conversation as our side has it. */
export interface Known {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
}

/** An item of a response, as far as it matters here. */
export interface AddedItem {
  readonly id?: string | null | undefined;
  readonly type: string;
  readonly call_id?: string | null | undefined;
}

/** A response that is over. */
export interface EndedReply {
  /** Undefined if nobody wanted it. */
  readonly reply: Reply | undefined;
  readonly items: readonly { readonly id: string; readonly type: string }[];
}

/** How many responses are known at a time, and how many items of one; a service has one or two. */
const maxReplies = 64;
const maxItems = 128;

/** What is known of one connection: each is a session with a conversation of its own. */
export class SessionSide {
  readonly connection: RealtimeConnection;
  readonly mirror: ItemMirror;
  readonly spoken: SpokenItems;
  readonly written: WrittenItems;
  /** The responses that are under way. */
  readonly #replies = new Map<string, { reply: Reply | undefined; readonly items: { id: string; type: string }[] }>();
  /** The latest of those that are over. */
  #over: readonly string[] = [];
  readonly #stage: StageScope;
  readonly #prompt: SessionPrompt;
  #told = false;
  #spoke = false;

  constructor(stage: StageScope, options: OpenAIRealtimeOptions, connection: RealtimeConnection) {
    const { dialect = 'ga', history = 'items', instructions } = options;
    this.#stage = stage;
    this.connection = connection;
    this.mirror = new ItemMirror({ family: dialects[dialect].family, history, prefix: `vx${connection.id}` });
    this.spoken = new SpokenItems(this.mirror);
    this.written = new WrittenItems(this.mirror);
    const settings = sessionSettings(options);
    this.#prompt = new SessionPrompt(settings, settings.instructions ?? instructions);
  }

  /** Tells the service everything, unless that has been done. */
  begin(known: Known): void {
    if (!this.#told) this.take(known);
  }

  /** Tells the service what is new. Returns whether something of it wants an answer. */
  take({ messages, tools }: Known): boolean {
    const firstSaid = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
    const head = messages.slice(0, firstSaid === -1 ? messages.length : firstSaid);
    const session = this.#told ? this.#prompt.update(head, tools) : this.#prompt.whole(head, tools);
    this.#told = true;
    if (session !== undefined) this.send([realtimeClientEvents.updateSession(session)]);
    const { events, asks } = this.mirror.sync(messages.slice(head.length));
    this.send(events);
    return asks;
  }

  /**
   * Sets voice and language, from the first update on or by one of its own. Returns whether it takes another session to follow: a
   * voice that has been heard cannot be changed.
   */
  restyle(style: SpeechSettings): boolean {
    const update = this.#prompt.restyle(style);
    if (!this.#told || update === undefined) return false;
    const { audio } = update;
    if (audio?.output !== undefined && this.#spoke) return true;
    this.send([realtimeClientEvents.updateSession(update)]);
    return false;
  }

  /** Somebody else goes on with the call. */
  giveUp(): void {
    for (const known of this.#replies.values()) known.reply = undefined;
    this.interrupted(Number.POSITIVE_INFINITY);
  }

  /** The output tells what was heard. */
  heard(frame: FrameOf<'bot-spoke'>): void {
    this.written.heard(frame);
    this.send(this.spoken.heard(frame));
  }

  /** Everything older than `turn` is dead, and the output has told what was heard of it. */
  interrupted(turn: number): void {
    this.send([...this.spoken.interrupted(turn), ...this.written.interrupted(turn)]);
  }

  send(events: readonly RealtimeClientEvent[]): void {
    for (const event of events) this.connection.send(event);
  }

  /** A response has begun; undefined if nobody wants it. The voice is fixed from now on. */
  began(id: string, reply: Reply | undefined): void {
    this.#spoke = true;
    this.#replies.set(id, { reply, items: [] });
    const oldest = this.#replies.entries().next();
    if (this.#replies.size <= maxReplies || oldest.done === true) return;
    // The service has forgotten to end it.
    const [oldestId, { reply: forgotten }] = oldest.value;
    this.#replies.delete(oldestId);
    forgotten?.end(true, false);
  }

  /** Whether a response has begun and is not over, or was one that is over. */
  knows(id: string): boolean {
    return this.#replies.has(id) || this.#over.includes(id);
  }

  replyOf(id: string): Reply | undefined {
    return this.#replies.get(id)?.reply;
  }

  /** The service has put an item into its conversation. */
  added(responseId: string, { id, type, call_id }: AddedItem): void {
    const known = this.#replies.get(responseId);
    if (known === undefined || id === undefined || id === null || known.reply?.aside === true) return;
    // What was added and deleted again is told of once more at the end.
    if (known.items.some((item) => item.id === id)) return;
    if (known.items.length < maxItems) known.items.push({ id, type });
    if (type === 'function_call' && typeof call_id === 'string') this.mirror.called(call_id, id);
    else this.mirror.has(id);
  }

  /** A response is over. Returns whether it was known, and its reply, if somebody wanted it. */
  over(id: string): EndedReply | undefined {
    const known = this.#replies.get(id);
    this.#replies.delete(id);
    if (known !== undefined) this.#over = [...this.#over, id].slice(-maxReplies);
    return known;
  }

  /** A reply that is not to be heard any more is not remembered by the model either. */
  forget(items: EndedReply['items']): void {
    for (const { id, type } of items) if (type === 'function_call' || !this.spoken.wasHeard(id)) this.send(this.mirror.drop(id));
  }

  /** The connection is gone: what was being said ends here. Returns whether an answer was begun of which nothing was told. */
  close(): boolean {
    const { turn } = this.#stage.session;
    const open = [...this.#replies.values()].flatMap(({ reply }) => reply ?? []);
    this.#replies.clear();
    const untold = open.some((reply) => reply.turn === turn && !reply.told);
    for (const reply of open) reply.end(true, false);
    return untold;
  }
}
