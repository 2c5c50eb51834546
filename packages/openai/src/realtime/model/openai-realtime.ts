import { type AnySession, defineProcessor, type FrameProcessor, PerSession, realtimeFit } from '@voxrill/core';
import type { RealtimeTraffic } from '../link/link-traffic.js';
import { realtimeTarget } from '../link/realtime-target.js';
import type { RealtimeResponse, RealtimeResponseParams } from '../protocol/schema/response-schema.js';
import { checkRealtimeOptions } from './check-realtime-options.js';
import type { OpenAIRealtimeOptions } from './realtime-options.js';
import { RealtimeStage } from './realtime-stage.js';

/** An end-to-end model in a pipeline. */
export interface OpenAIRealtime extends FrameProcessor<typeof realtimeFit> {
  /**
   * Asks the model beside the conversation of a session, which neither hears of it nor waits: a summary, a verdict. In text unless
   * the request says otherwise. Rejects with a ServiceError, or with a TypeError for a session that the model is not in.
   */
  ask(session: AnySession, request: RealtimeResponseParams): Promise<RealtimeResponse>;
  /** What has gone over the wire in a session so far. */
  traffic(session: AnySession): RealtimeTraffic;
}

/**
 * An end-to-end model of the Realtime protocol, at OpenAI, at Azure, or at any server that speaks it, in the place of recogniser,
 * language model and voice. The service finds the turns of the user, or our own turn controller does. What was not heard is cut
 * on the server too, by the samples that were played. A connection that breaks is had again, and a session that is about to end
 * is replaced at a quiet moment: the conversation, and what the user was saying, go along.
 *
 * Throws at once for options that are wrong, or when there is no key for a server that needs one.
 *
 * @example
 * ```ts
 * import { contextPair, pipeline } from '@voxrill/core';
 * import { memoryTransport } from '@voxrill/testing';
 *
 * const transport = memoryTransport();
 * const context = contextPair({ system: 'You are brief.' });
 * const model = openaiRealtime({ model: 'gpt-realtime', voice: 'marin', apiKey: 'key' });
 * const bot = pipeline(transport.input, context.user, model, context.assistant, transport.output);
 * ```
 */
export function openaiRealtime(options: OpenAIRealtimeOptions): OpenAIRealtime {
  // Who has given wrong options hears of it here, and not when a call begins.
  checkRealtimeOptions(options);
  realtimeTarget(options);
  const { name = 'openai-realtime' } = options;
  const stages = new PerSession<RealtimeStage>(name);
  const processor = defineProcessor(
    name,
    (stage) => {
      const realtime = new RealtimeStage(stage, options);
      stages.set(stage.session, realtime);
      return realtime.handlers;
    },
    { fit: realtimeFit },
  );
  return {
    ...processor,
    ask: async (session, request) => stages.of(session).ask(request),
    traffic: (session) => stages.of(session).traffic,
  };
}
