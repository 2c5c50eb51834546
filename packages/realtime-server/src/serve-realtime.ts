import type { MakePipeline } from './call/call-parts.js';
import { checkOptions } from './door/check-options.js';
import type { DoorOptions } from './door/door-options.js';
import { listenRealtime } from './door/listen-realtime.js';
import { doorRules } from './door/option-rules.js';
import type { RealtimeServer } from './door/realtime-server.js';
import { type RealtimeEndpointOptions, realtimeEndpointRules, servingEndpoint } from './realtime-endpoint.js';

/** Options of {@link serveRealtime}. */
export interface ServeRealtimeOptions extends RealtimeEndpointOptions, DoorOptions {}

/**
 * Serves a pipeline as an OpenAI Realtime endpoint on WebSockets: clients of today, of the beta and of Azure connect to any of
 * the paths they know, and each gets a pipeline and a conversation of its own. Rejects for options that are wrong, when the port is
 * taken, or when it would listen on another host than this machine without keys.
 *
 * @example
 * ```ts
 * import { pipeline } from '@voxrill/core';
 * import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
 *
 * const server = await serveRealtime(
 *   (call) => pipeline(call.input, fakeSTT(), call.conversation, fakeLLM(), fakeTTS(), call.output),
 *   { port: 8790 },
 * );
 * console.log(server.url); // ws://127.0.0.1:8790/v1/realtime
 * await server.close();
 * ```
 */
export async function serveRealtime(makePipeline: MakePipeline, options: ServeRealtimeOptions = {}): Promise<RealtimeServer> {
  checkOptions('serveRealtime', options, { ...realtimeEndpointRules, ...doorRules });
  return listenRealtime(servingEndpoint('serveRealtime', makePipeline, options), options);
}
