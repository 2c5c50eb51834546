import type { ChatMessage } from '../context/chat-message.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { SessionContext } from '../session/session-context.js';
import type { ToolDefinition } from '../tools/tool.js';

const tapFit = { needs: ['llm-context'], emits: [] } as const;

/** What a model is asked. */
export interface TappedContext {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
  /** Session milliseconds. */
  readonly atMs: number;
  readonly turn: number;
  /** The user may go on: what the model answers is perhaps never said. */
  readonly speculative: boolean;
}

/**
 * Shows the application each request to the model, as it stands between the user's side of the conversation and the model.
 * What the listener throws becomes an error frame, and the request goes on.
 *
 * @example
 * ```ts
 * const tap = contextTap(({ messages }, session) => session.log.debug(`asked with ${messages.length} messages`));
 * ```
 */
export function contextTap(
  onContext: (context: TappedContext, session: SessionContext) => void,
  options: { readonly name?: string } = {},
): FrameProcessor<typeof tapFit> {
  const { name = 'context-tap' } = options;
  return defineProcessor(
    name,
    (stage) => ({
      down: {
        'llm-context': (frame) => {
          const { messages, tools, at, turn, speculative } = frame;
          stage.session.guard(stage.name, () =>
            onContext({ messages, tools, atMs: at, turn, speculative: speculative !== undefined }, stage.session),
          );
          return frame;
        },
      },
    }),
    { fit: tapFit },
  );
}
