import type { Frame, FrameOf } from '../frames/frame.js';
import type { ToolCallRequest } from '../frames/frame-map.js';
import type { FramePorts, FrameProcessor } from '../processor/frame-processor.js';
import type { HandlerContext, StageScope } from '../processor/handler.js';
import { untilAborted } from '../rx/until-aborted.js';
import type { SessionContext } from '../session/session-context.js';
import type { LanguageModel, LLMChunk, LLMRequest, ServiceCall } from './contracts.js';
import { HeldAnswer } from './held-answer.js';
import { connectService, patience, timeToFirst } from './service-stage.js';
import { usageMetrics } from './usage-metrics.js';

const llmFit = {
  needs: ['llm-context'],
  emits: ['llm-response-start', 'llm-text', 'llm-response-end', 'tool-calls', 'metrics'],
} as const;

/** How the base class treats its model. */
export interface LLMTuning {
  /** How long the first piece of an answer may take. @defaultValue 30_000 */
  readonly firstMs?: number;
  /** How long each further piece may take. @defaultValue 15_000 */
  readonly nextMs?: number;
}

/**
 * Base of language model services. A subclass answers a request piece by piece; this class brackets the answer, sends tool
 * calls as one group, reports time to first token and usage, and drops the whole at an interruption.
 *
 * @example
 * ```ts
 * class Echo extends LLMService {
 *   readonly name = 'echo';
 *   async *generate(request: LLMRequest): AsyncGenerator<LLMChunk> {
 *     yield { type: 'text', text: `You said: ${request.messages.at(-1)?.content}` };
 *   }
 * }
 * ```
 */
export abstract class LLMService implements LanguageModel, FrameProcessor<typeof llmFit> {
  abstract readonly name: string;
  readonly fit = llmFit;
  readonly tuning: LLMTuning = {};
  /** What the provider calls it; for reports and prices. */
  readonly model?: string;

  /** Loads what is needed; called once a session. */
  prepare?(call: ServiceCall): Promise<void>;

  abstract generate(request: LLMRequest, call: ServiceCall): AsyncIterable<LLMChunk>;

  connect(input: FramePorts, session: SessionContext): FramePorts {
    return connectService(this, 'llm', (stage) => this.#stage(stage), input, session);
  }

  #stage(stage: StageScope) {
    let count = 0;
    const held = new HeldAnswer((frame) => {
      if (frame.kind === 'tool-calls') stage.pushUp(frame);
      stage.pushDown(frame);
    });
    stage.session.onInterrupt(() => held.drop());
    return {
      down: {
        speculation: (frame: FrameOf<'speculation'>) => {
          if (frame.state === 'confirmed') held.release(frame.turn);
          return frame;
        },
        'llm-context': (frame: FrameOf<'llm-context'>, context: HandlerContext) => {
          const answer = this.#answer(frame, context, `${this.name}-${++count}`);
          return frame.speculative === undefined ? answer : held.hold(answer, frame.speculative, frame.turn);
        },
      },
    };
  }

  async *#answer(request: FrameOf<'llm-context'>, context: HandlerContext, response: string): AsyncGenerator<Frame> {
    const { clock } = context.session;
    const { firstMs = 30_000, nextMs = 15_000 } = this.tuning;
    const limit = patience(context, 'answer');
    const calls: ToolCallRequest[] = [];
    const askedAt = clock.now();
    let first = true;
    yield context.frame('llm-response-start', { response });
    try {
      limit.allow(firstMs);
      const { messages, tools, settings } = request;
      const asked: LLMRequest = { messages, tools, ...(settings === undefined ? {} : { settings }) };
      for await (const chunk of untilAborted(this.generate(asked, { clock, signal: limit.signal }), limit.signal)) {
        limit.allow(nextMs);
        if (first && chunk.type !== 'usage') {
          first = false;
          context.broadcast(context.frame('metrics', { metrics: [timeToFirst(context, askedAt)] }));
        }
        if (chunk.type === 'text') yield context.frame('llm-text', { text: chunk.text, response });
        else if (chunk.type === 'tool-call') calls.push(chunk.call);
        else context.broadcast(context.frame('metrics', { metrics: usageMetrics(this.name, chunk.usage) }));
      }
      if (calls.length > 0) {
        // Both ways: who runs the tools stands before the model, who speaks of them behind it.
        const asked = context.frame('tool-calls', { group: response, calls });
        if (request.speculative === undefined) context.pushUp(asked);
        yield asked;
      }
    } finally {
      limit.clear();
      yield context.frame('llm-response-end', { response });
    }
  }
}
