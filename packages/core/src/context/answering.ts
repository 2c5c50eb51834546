import type { FrameOf } from '../frames/frame.js';
import type { StageScope } from '../processor/handler.js';
import type { ToolDefinition } from '../tools/tool.js';
import type { ChatMessage } from './chat-message.js';
import type { Conversation } from './conversation.js';
import type { ContextVersion } from './llm-context.js';

/** How often the model is asked in one turn before it is over. */
const maxTries = 3;

/** An answer that was asked for before the turn was over. */
interface Speculation {
  readonly text: string;
  /** What the conversation was, without this text. */
  readonly version: ContextVersion;
  readonly turn: number;
  failed: boolean;
}

/** Asks the model, and knows whether the user is owed an answer. */
export class Answering {
  readonly #stage: StageScope;
  readonly #conversation: Conversation;
  readonly #tools: readonly ToolDefinition[];
  /** Something was said, or a tool has answered, and nothing of a reply to it has been heard yet. */
  #owed = false;
  /** An interruption is going on, and whether it was the user who made it. */
  #interruption: 'none' | 'by the user' | 'by others' = 'none';
  #speculation: Speculation | undefined;
  #tries = 0;
  /** What a model that keeps the conversation itself was told last. */
  #told: readonly ChatMessage[] | undefined;

  constructor(stage: StageScope, conversation: Conversation, tools: readonly ToolDefinition[]) {
    this.#stage = stage;
    this.#conversation = conversation;
    this.#tools = tools;
  }

  /** Tells a model that keeps the conversation itself what it is to know. */
  inform(): void {
    const messages = this.#conversation.forRecord();
    if (messages === this.#told) return;
    this.#told = messages;
    this.#stage.pushDown(this.#stage.frame('llm-context-changed', { messages, tools: this.#tools }));
  }

  /** Another model, or another connection to it, knows nothing. */
  informAnew(): void {
    this.#told = undefined;
    this.inform();
  }

  get owed(): boolean {
    return this.#owed;
  }

  owe(): void {
    this.#owed = true;
  }

  get interruption(): 'none' | 'by the user' | 'by others' {
    return this.#interruption;
  }

  ask(tools = this.#tools): void {
    this.#owed = true;
    const messages = this.#conversation.forModel();
    this.#stage.pushDown(this.#stage.frame('llm-context', { messages, tools }));
  }

  /** The user speaks: what is being answered is not wanted any more. */
  interrupt(): void {
    this.#interruption = 'by the user';
    this.#stage.session.interrupt('The user began to say something.', this.#stage.name);
    this.#interruption = 'none';
  }

  /** To be called in each interruption; `run` is what else is to be done while its cause is known. */
  interrupted(run: () => void): void {
    if (this.#speculation !== undefined) {
      this.#speculation = undefined;
      this.#stage.broadcast(this.#stage.frame('speculation', { state: 'discarded' }));
    }
    if (this.#interruption !== 'none') {
      run();
      return;
    }
    // Somebody else wants silence: then no answer is due either.
    this.#owed = false;
    this.#interruption = 'by others';
    run();
    this.#interruption = 'none';
  }

  /** Something went wrong: what was asked ahead of time is asked again when the turn is over. */
  failed(): void {
    if (this.#speculation !== undefined) this.#speculation.failed = true;
  }

  /** What the bot was told to say is no answer of the model. */
  heard({ text, turn, response }: FrameOf<'bot-spoke'>): void {
    if (text !== '' && response !== undefined && turn === this.#stage.session.turn) this.#owed = false;
  }

  /** Asks the model what it would answer, if this were all that the user says. */
  speculate(text: string, how: 'text' | 'speech'): void {
    if (this.#holds(text)) return;
    if (this.#speculation !== undefined) this.interrupt();
    if (this.#tries >= maxTries) return;
    this.#tries++;
    const messages = [...this.#conversation.forModel(), { role: 'user', content: text } as const];
    const { session } = this.#stage;
    this.#speculation = { text, version: this.#conversation.context.version, turn: session.turn, failed: false };
    this.#stage.broadcast(this.#stage.frame('speculation', { state: 'begun' }));
    this.#stage.pushDown(this.#stage.frame('llm-context', { messages, tools: this.#tools, speculative: how }));
  }

  /** The turn is over, with this text, which `write` writes down. Returns whether the answer to it is on its way already. */
  settle(text: string, write: () => void): boolean {
    this.#tries = 0;
    // What was heard of the bot since the model was asked comes before what the user said, and the model has not seen it.
    this.#conversation.commit();
    const holds = this.#holds(text);
    if (this.#speculation !== undefined && !holds) this.interrupt();
    this.#speculation = undefined;
    write();
    if (!holds) return false;
    this.#owed = true;
    // The model has seen what was just written.
    this.#conversation.markSeen();
    return true;
  }

  #holds(text: string): boolean {
    const speculation = this.#speculation;
    return (
      speculation !== undefined &&
      !speculation.failed &&
      speculation.text === text &&
      speculation.version === this.#conversation.context.version &&
      speculation.turn === this.#stage.session.turn
    );
  }
}
