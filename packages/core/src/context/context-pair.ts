import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { type Kernel, kernelKey } from '../processor/kernel.js';
import type { Tool } from '../tools/tool.js';
import type { TurnOptions } from '../turn/turn-controller.js';
import { AssistantAggregator } from './assistant-aggregator.js';
import type { ChatMessage } from './chat-message.js';
import { Conversation } from './conversation.js';
import type { LLMContext } from './llm-context.js';
import { UserAggregator } from './user-aggregator.js';

/** Options of {@link contextPair}. */
export interface ContextPairOptions {
  /** What the model is to be, as the first message. */
  readonly system?: string;
  /** A conversation to go on with; comes behind `system`. */
  readonly messages?: readonly ChatMessage[];
  readonly tools?: readonly Tool[];
  readonly turn?: TurnOptions;
}

/** The two processors that keep the conversation. */
export interface ContextPair {
  /** Stands before the model: writes what the user said, once a turn, and asks the model. */
  readonly user: FrameProcessor<typeof userFit>;
  /** Stands behind the voice: writes what was heard of the bot. */
  readonly assistant: FrameProcessor<typeof assistantFit>;
  /** The conversation of one session. */
  of(session: object): LLMContext;
}

const userFit = {
  needsAnywhere: [['transcription', 'input-text']],
  emits: ['llm-context', 'user-started-speaking', 'user-stopped-speaking', 'tool-result'],
} as const;

const assistantFit = { needsAnywhere: ['bot-spoke'], emits: [] } as const;

/**
 * Makes the two sides of a conversation. What the bot said is taken from the output's account of what was played, so the
 * conversation holds what was heard, wherever in the pipeline the two stand.
 *
 * @example
 * ```ts
 * const context = contextPair({ system: 'You take orders for strawberries.' });
 * ```
 */
export function contextPair(options: ContextPairOptions = {}): ContextPair {
  const { system, messages = [], tools = [], turn = {} } = options;
  const first: readonly ChatMessage[] = system === undefined ? messages : [{ role: 'system', content: system }, ...messages];
  // One description serves many sessions; each has a conversation of its own.
  const conversations = new WeakMap<object, Conversation>();
  const conversationOf = (kernel: Kernel): Conversation => {
    const known = conversations.get(kernel);
    if (known !== undefined) return known;
    const fresh = new Conversation(first);
    conversations.set(kernel, fresh);
    return fresh;
  };
  return {
    user: defineProcessor(
      'context.user',
      (stage) => new UserAggregator(stage, conversationOf(stage.session[kernelKey]), tools, turn).handlers,
      { fit: userFit },
    ),
    assistant: defineProcessor(
      'context.assistant',
      (stage) => new AssistantAggregator(conversationOf(stage.session[kernelKey])).handlers,
      { fit: assistantFit },
    ),
    of(session) {
      const kernel = kernelKey in session ? session[kernelKey] : undefined;
      const conversation = isKernel(kernel) ? conversations.get(kernel) : undefined;
      if (conversation === undefined)
        throw new TypeError('This session has no conversation of this pair: its pipeline holds neither side of it.');
      return conversation.context;
    },
  };
}

function isKernel(value: unknown): value is Kernel {
  return typeof value === 'object' && value !== null && 'epoch' in value;
}
