import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { type Kernel, kernelKey } from '../processor/kernel.js';
import type { AnySession } from '../session/any-session.js';
import { PerSession } from '../session/per-session.js';
import { inTurn, type Tool } from '../tools/tool.js';
import { resolveTurnOptions, type TurnOptions } from '../turn/turn-options.js';
import { AssistantAggregator } from './assistant-aggregator.js';
import type { ChatMessage } from './chat-message.js';
import { Conversation } from './conversation.js';
import type { LLMContext } from './llm-context.js';
import type { ContextPolicy } from './policy/context-policy.js';
import { PolicyChain } from './policy/policy-chain.js';
import { policyScope } from './policy/policy-scope.js';
import { UserAggregator } from './user-aggregator.js';

/** Options of {@link contextPair}. */
export interface ContextPairOptions {
  /** What the model is to be, as the first message. */
  readonly system?: string;
  /** A conversation to go on with; comes behind `system`. */
  readonly messages?: readonly ChatMessage[];
  readonly tools?: readonly Tool[];
  /** The tools of a group run one after the other, in the order asked, as if each were `parallel: false`. @defaultValue false */
  readonly sequentialTools?: boolean;
  /** What keeps the conversation within bounds, in this order. @defaultValue nothing is ever dropped */
  readonly policies?: readonly ContextPolicy[];
  readonly turn?: TurnOptions;
}

/** The two processors that keep the conversation. */
export interface ContextPair {
  /** Stands before the model: writes what the user said, once a turn, and asks the model. */
  readonly user: FrameProcessor<typeof userFit>;
  /** Stands behind the voice: writes what was heard of the bot. */
  readonly assistant: FrameProcessor<typeof assistantFit>;
  /** The conversation of one session. */
  of(session: AnySession): LLMContext;
  /** How turns are taken in one session, to be changed while it goes on. */
  turns(session: AnySession): TurnControl;
}

/** Changes how turns are taken in a session. */
export interface TurnControl {
  /** What is named replaces what was; the rest stays. */
  use(options: TurnOptions): void;
}

const userFit = {
  needsAnywhere: [['transcription', 'input-text']],
  emits: ['llm-context', 'user-started-speaking', 'user-stopped-speaking', 'tool-result', 'tool-progress', 'metrics'],
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
  const { system, messages = [], policies = [], turn = {} } = options;
  const tools = options.sequentialTools === true ? (options.tools ?? []).map(inTurn) : (options.tools ?? []);
  const first: readonly ChatMessage[] = system === undefined ? messages : [{ role: 'system', content: system }, ...messages];
  resolveTurnOptions(turn);
  // One description serves many sessions; each has a conversation of its own.
  const conversations = new PerSession<Conversation>('contextPair');
  const turns = new PerSession<UserAggregator>('context.user');
  const heard = new WeakSet<Kernel>();
  const begin = () => new Conversation(first);
  return {
    user: defineProcessor(
      'context.user',
      (stage) => {
        const conversation = conversations.ensure(stage.session, begin);
        const definitions = tools.map((tool) => tool.definition);
        conversation.keepTo(new PolicyChain(policies, policyScope(stage, definitions)));
        const aggregator = new UserAggregator(stage, conversation, tools, turn);
        turns.set(stage.session, aggregator);
        stage.session.onStart(() => {
          if (heard.has(stage.session[kernelKey])) return;
          const message =
            'No context.assistant of this pair stands in the pipeline, so the model never sees what it has said itself.';
          stage.session.log.warn(message, { session: stage.session.id });
        });
        return aggregator.handlers;
      },
      { fit: userFit },
    ),
    assistant: defineProcessor(
      'context.assistant',
      (stage) => {
        heard.add(stage.session[kernelKey]);
        const conversation = conversations.ensure(stage.session, begin);
        conversation.watchReplies();
        return new AssistantAggregator(conversation).handlers;
      },
      { fit: assistantFit },
    ),
    of: (session) => conversations.of(session).context,
    turns: (session) => turns.of(session),
  };
}
