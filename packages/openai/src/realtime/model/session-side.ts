import type { ChatMessage, StageScope, ToolDefinition } from '@voxrill/core';
import type { RealtimeConnection } from '../link/realtime-connection.js';
import { realtimeClientEvents } from '../protocol/client-events.js';
import { dialects } from '../protocol/dialect.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import { ItemMirror } from './item-mirror.js';
import { type OpenAIRealtimeOptions, sessionSettings } from './realtime-options.js';
import type { Reply } from './reply.js';
import { SessionPrompt } from './session-prompt.js';
import { SpokenItems } from './spoken-items.js';

/** The conversation as our side has it. */
export interface Known {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
}

/** What is known of one connection: each is a session with a conversation of its own. */
export class SessionSide {
  readonly connection: RealtimeConnection;
  readonly mirror: ItemMirror;
  readonly spoken: SpokenItems;
  /** The responses that are under way; undefined for one that nobody wants. */
  readonly replies = new Map<string, Reply | undefined>();
  readonly #stage: StageScope;
  readonly #prompt: SessionPrompt;
  #told = false;

  constructor(stage: StageScope, options: OpenAIRealtimeOptions, connection: RealtimeConnection) {
    const { dialect = 'ga', history = 'items', instructions } = options;
    this.#stage = stage;
    this.connection = connection;
    this.mirror = new ItemMirror({ family: dialects[dialect].family, history, prefix: `vx${connection.id}` });
    this.spoken = new SpokenItems(this.mirror);
    this.#prompt = new SessionPrompt(sessionSettings(options), instructions);
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

  send(events: readonly RealtimeClientEvent[]): void {
    for (const event of events) this.connection.send(event);
  }

  /** A reply that is not to be heard any more is not remembered by the model either. */
  forget(output: readonly { readonly id?: string | null | undefined; readonly type: string }[]): void {
    for (const { id, type } of output) {
      if (id === undefined || id === null) continue;
      if (type === 'function_call' || !this.spoken.wasHeard(id)) this.send(this.mirror.drop(id));
    }
  }

  /** The connection is gone: what was being said ends here. Returns whether an answer was begun of which nothing was heard. */
  close(): boolean {
    const { turn } = this.#stage.session;
    const open = [...this.replies.values()].filter((reply) => reply !== undefined);
    this.replies.clear();
    for (const reply of open) reply.end(true, false);
    return open.some((reply) => reply.turn === turn && !reply.audible);
  }
}
