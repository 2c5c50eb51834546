export type {
  MakeTurnDetector,
  RealtimeCallLimits,
  RealtimeCallOptions,
  TurnDetectorSettings,
} from './call/call-options.js';
export type { MakePipeline, RealtimeCallParts, RealtimeWire } from './call/call-parts.js';
export { RealtimeCall } from './call/realtime-call.js';
