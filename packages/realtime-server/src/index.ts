export type {
  MakeTurnDetector,
  RealtimeCallLimits,
  RealtimeCallOptions,
  TurnDetectorSettings,
} from './call/call-options.js';
export type { MakePipeline, RealtimeCallParts, RealtimeWire } from './call/call-parts.js';
export { RealtimeCall } from './call/realtime-call.js';
export type { AcceptorOptions } from './door/acceptor-options.js';
export type { RealtimeCallEnd, RealtimeCallInfo, RealtimeCallTraffic } from './door/call-info.js';
export type { DeflateOptions, DoorOptions } from './door/door-options.js';
export type { EngineEndpointOptions, RealtimeEndpoint } from './door/engine-endpoint.js';
export type { RealtimeKeys } from './door/key-check.js';
export type { RealtimeCallCounts } from './door/open-calls.js';
export type { RealtimeOrigins } from './door/origin-check.js';
export type { RealtimeAcceptor, RealtimePeer, RealtimeReceiver, RealtimeRequest } from './door/realtime-peer.js';
export type { RealtimeServer, RealtimeServerCounts, RealtimeUrls } from './door/realtime-server.js';
export type { RealtimeLog, RealtimeLogLine } from './door/wire-log.js';
export { type MemoryNetwork, memoryNetwork } from './memory/memory-network.js';
export { type RealtimeEndpointOptions, realtimeEndpoint } from './realtime-endpoint.js';
export type { ProviderTarget } from './relay/provider-target.js';
export type { RelayCall, RelayHooks, RelayVerdict } from './relay/relay-hooks.js';
export type { RelayRealtimeOptions } from './relay/relay-options.js';
export type { RelayProvider } from './relay/relay-provider.js';
export { relayEndpoint, relayRealtime } from './relay/relay-realtime.js';
export type { OpenUpstream, ProviderRefusal, UpstreamEvents, UpstreamOptions } from './relay/upstream.js';
export { type ServeRealtimeOptions, serveRealtime } from './serve-realtime.js';
