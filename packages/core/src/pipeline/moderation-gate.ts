import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { SessionContext } from '../session/session-context.js';
import { answerWithin } from './answer-within.js';
import { moderateReply } from './moderate-reply.js';
import { moderateUser } from './moderate-user.js';
import type { Judge, ModerationVerdict } from './moderation-verdict.js';

/** What a moderator gets beside the text. */
export interface ModerationCall {
  /** Fires when the verdict is no longer wanted: time is up, the user went on, or the session is over. */
  readonly signal: AbortSignal;
  readonly session: SessionContext;
}

/** Options of {@link moderationGate}. */
export interface ModerationGateOptions {
  /**
   * `user`: what the user said is judged before the model is asked; stands between the user's side of the conversation and the
   * model. `reply`: what the model writes is judged before it is spoken; stands between the model and the voice.
   */
  readonly side: 'user' | 'reply';
  readonly moderate: (text: string, call: ModerationCall) => ModerationVerdict | Promise<ModerationVerdict>;
  /** How long a verdict may take; then that is an error, and `otherwise` counts. @defaultValue 2_000 */
  readonly limitMs?: number;
  /** What counts when the moderator gives no verdict in time, or throws. @defaultValue 'block' */
  readonly otherwise?: ModerationVerdict;
  /** What is said instead. @defaultValue "I'm sorry, I can't talk about that." */
  readonly refusal?: string;
  /**
   * What is judged of a reply at a time: sentences, so that a long reply starts early, or the whole. A sentence that is blocked
   * ends the reply. @defaultValue 'sentence'
   */
  readonly unit?: 'sentence' | 'response';
  /** What the model is shown instead of a message of the user that was blocked. @defaultValue '(withheld)' */
  readonly withheld?: string;
  /** @defaultValue 'moderation-gate' */
  readonly name?: string;
}

const userFit = { needs: ['llm-context'], emits: ['tts-speak'] } as const;
const replyFit = { needs: ['llm-text'], emits: [] } as const;

/**
 * Holds what the user said, or what the model replies, until a moderator has judged it. A message of the user that is blocked
 * never reaches the model, neither now nor with a later request; a reply that is blocked is not heard. The refusal is said
 * instead. A moderator that throws or hangs costs an error frame, and `otherwise` counts. What a context policy has its own
 * model sum up does not pass the gate, and a message without words, a picture say, is not judged.
 *
 * @example
 * ```ts
 * const gate = moderationGate({
 *   side: 'reply',
 *   moderate: (text) => (/password/i.test(text) ? 'block' : 'pass'),
 *   refusal: 'I would rather not say.',
 * });
 * ```
 */
export function moderationGate(options: ModerationGateOptions & { readonly side: 'user' }): FrameProcessor<typeof userFit>;
export function moderationGate(options: ModerationGateOptions & { readonly side: 'reply' }): FrameProcessor<typeof replyFit>;
export function moderationGate(options: ModerationGateOptions): FrameProcessor {
  const { side, moderate, limitMs = 2_000, otherwise = 'block', refusal = "I'm sorry, I can't talk about that." } = options;
  const { unit = 'sentence', withheld = '(withheld)', name = 'moderation-gate' } = options;
  if (!(limitMs > 0)) throw new RangeError(`limitMs is ${limitMs}; it is a number of milliseconds, more than 0.`);
  const judge: Judge = async (text, context) => {
    const { session } = context;
    try {
      const verdict: unknown = await answerWithin(context, limitMs, 'verdict', (signal) => moderate(text, { signal, session }));
      if (verdict === 'pass' || verdict === 'block') return verdict;
      throw new TypeError(`The moderator answered ${JSON.stringify(verdict)}; a verdict is "pass" or "block".`);
    } catch (error) {
      if (!context.signal.aborted) context.fail(error);
      return otherwise;
    }
  };
  return side === 'user'
    ? defineProcessor(name, () => moderateUser(judge, refusal, withheld), { fit: userFit })
    : defineProcessor(name, (stage) => moderateReply(stage, judge, refusal, unit), { fit: replyFit });
}
