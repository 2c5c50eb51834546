import type { RealtimeRateLimit } from '@voxrill/openai';
import { checkLimits, type MakeTurnDetector, type RealtimeCallLimits } from './call/call-options.js';
import type { MakePipeline } from './call/call-parts.js';
import { RealtimeCall } from './call/realtime-call.js';
import { aFunction, checkOptions, lookedAtElsewhere, type OptionRules } from './door/check-options.js';
import { type EngineEndpointOptions, engineEndpoint, type RealtimeEndpoint } from './door/engine-endpoint.js';
import { engineEndpointRules } from './door/option-rules.js';

/** Options of {@link realtimeEndpoint}. */
export interface RealtimeEndpointOptions extends EngineEndpointOptions {
  /** What else a call may take. */
  readonly limits?: Omit<RealtimeCallLimits, 'sessionMs'>;
  /** Makes the detector of turns. @defaultValue `combinedVad` */
  readonly vad?: MakeTurnDetector;
  /** Samples a second of the audio that the pipeline is given. @defaultValue 16_000 */
  readonly inputSampleRate?: number;
  /** What `rate_limits.updated` says. */
  readonly rateLimits?: () => readonly RealtimeRateLimit[];
}

export const realtimeEndpointRules: OptionRules<RealtimeEndpointOptions> = {
  ...engineEndpointRules,
  limits: lookedAtElsewhere,
  vad: aFunction,
  inputSampleRate: lookedAtElsewhere,
  rateLimits: aFunction,
};

/**
 * A pipeline as a Realtime server without a socket: `accept` connects a client by two functions, in memory or over a transport
 * of one's own. `serveRealtime` puts it on WebSockets. Each client gets a pipeline of its own. Throws at once for options that are
 * wrong.
 *
 * @example
 * ```ts
 * import { pipeline } from '@voxrill/core';
 * import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
 *
 * const endpoint = realtimeEndpoint((call) => pipeline(call.input, fakeSTT(), call.conversation, fakeLLM(), fakeTTS(), call.output));
 * const client = endpoint.accept({ url: '/v1/realtime?model=any' }, { send: (text) => console.log(text), close: () => undefined });
 * client.receive('{"type":"response.create"}');
 * ```
 */
export function realtimeEndpoint(makePipeline: MakePipeline, options: RealtimeEndpointOptions = {}): RealtimeEndpoint {
  checkOptions('realtimeEndpoint', options, realtimeEndpointRules);
  return servingEndpoint('realtimeEndpoint', makePipeline, options);
}

/** The same with options that were looked at. `of`: who was given them. */
export function servingEndpoint(of: string, makePipeline: MakePipeline, options: RealtimeEndpointOptions): RealtimeEndpoint {
  if (!aFunction.is(makePipeline)) throw new TypeError(`${of}: pass a function that makes the pipeline of a call.`);
  const { sessionMs, vad, inputSampleRate, rateLimits } = options;
  const limits = { ...options.limits, ...(sessionMs === undefined ? {} : { sessionMs }) };
  checkLimits(limits);
  if (inputSampleRate !== undefined && !(inputSampleRate >= 8_000 && Number.isInteger(inputSampleRate))) {
    throw new RangeError(`inputSampleRate is ${inputSampleRate}; it is a whole number of samples a second, 8000 or more.`);
  }
  return engineEndpoint(
    (seed) =>
      new RealtimeCall({
        ...seed,
        makePipeline,
        limits,
        ...(vad === undefined ? {} : { vad }),
        ...(inputSampleRate === undefined ? {} : { inputSampleRate }),
        ...(rateLimits === undefined ? {} : { rateLimits }),
      }),
    options,
  );
}
