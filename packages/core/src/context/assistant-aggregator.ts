import type { FrameOf } from '../frames/frame.js';
import type { HandlerTable } from '../processor/handler.js';
import type { Conversation } from './conversation.js';
import { ReplyWatch } from './reply-watch.js';

/** The bot's side of a conversation in one session: writes what was heard of it, and where it was cut. */
export class AssistantAggregator {
  readonly #conversation: Conversation;
  readonly #reply = new ReplyWatch();

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  get handlers(): { readonly down: HandlerTable; readonly up: HandlerTable } {
    const spoke = (frame: FrameOf<'bot-spoke'>): FrameOf<'bot-spoke'> => {
      const { utterance, text, turn, state } = frame;
      if (frame.aside === true) return frame;
      this.#conversation.heard(utterance, text, turn);
      if (state === 'complete') this.#conversation.commit();
      if (state === 'interrupted') this.#conversation.cut();
      if (this.#reply.heard(utterance, text, state !== 'playing')) this.#conversation.finish();
      return frame;
    };
    return {
      up: { 'bot-spoke': spoke },
      down: {
        'bot-spoke': spoke,
        'llm-response-start': (frame) => {
          this.#reply.responseStarted();
          return frame;
        },
        'llm-response-end': (frame) => {
          this.#conversation.responded();
          if (this.#reply.responseEnded()) this.#conversation.finish();
          return frame;
        },
        'tts-started': (frame) => {
          if (frame.aside !== true) this.#reply.utteranceStarted(frame.utterance);
          return frame;
        },
        interruption: (frame) => {
          // Between two sentences there is no utterance that could be cut, and yet the reply was.
          if (this.#reply.interrupted()) this.#conversation.cut();
          return frame;
        },
      },
    };
  }
}
