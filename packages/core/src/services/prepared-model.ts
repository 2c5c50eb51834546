import type { LanguageModel, LLMChunk, LLMRequest, ServiceCall } from './contracts.js';

/**
 * How a model is asked that is no stage of a pipeline, and that no session prepares: it is prepared before the first request,
 * once. `whole` lasts as long as the model is used, so that a request that is given up does not undo what is being loaded. If
 * it fails, the request fails, and the next one tries again.
 */
export function preparedModel(model: LanguageModel, whole: ServiceCall): PreparedModel {
  let ready: Promise<void> | undefined;
  const prepare = async (): Promise<void> => {
    try {
      await model.prepare?.(whole);
    } catch (error) {
      ready = undefined;
      throw error;
    }
  };
  return async function* (request, call) {
    ready ??= prepare();
    await ready;
    call.signal.throwIfAborted();
    yield* model.generate(request, call);
  };
}

/** Asks the model; see {@link preparedModel}. */
export type PreparedModel = (request: LLMRequest, call: ServiceCall) => AsyncIterable<LLMChunk>;
