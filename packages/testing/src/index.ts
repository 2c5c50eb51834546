export type { ConformanceCase, ConformanceOptions } from './conformance/conformance-case.js';
export type { FailingService } from './conformance/failing-service.js';
export { type InputConformanceOptions, type InputUnderTest, inputConformance } from './conformance/input-conformance.js';
export { type LLMConformanceOptions, llmConformance } from './conformance/llm-conformance.js';
export { type RealtimeConformanceOptions, realtimeConformance } from './conformance/realtime-conformance.js';
export { type RealtimeScene, realtimeScene } from './conformance/realtime-scene.js';
export type { RealtimeSetting, RealtimeUnderTest } from './conformance/realtime-talk.js';
export { type SinkConformanceOptions, type SinkUnderTest, sinkConformance } from './conformance/sink-conformance.js';
export { type SpokenUtterance, type STTConformanceOptions, sttConformance } from './conformance/stt-conformance.js';
export { type TTSConformanceOptions, ttsConformance } from './conformance/tts-conformance.js';
export {
  type VadConformanceOptions,
  type VadDecisionLike,
  type VadUnderTest,
  vadConformance,
} from './conformance/vad-conformance.js';
export type { CallOutcome, CallRecord } from './fakes/call-log.js';
export {
  type FakeLLM,
  type FakeLLMCall,
  type FakeLLMOptions,
  type FakeReply,
  type FakeReplyPart,
  fakeLLM,
} from './fakes/fake-llm.js';
export { type FakeRealtime, fakeRealtime } from './fakes/fake-realtime.js';
export type { FakeRealtimeOptions } from './fakes/fake-realtime-options.js';
export { type FakeHearing, type FakeSTT, type FakeSTTCall, type FakeSTTOptions, fakeSTT } from './fakes/fake-stt.js';
export { type FakeSpeech, type FakeTTS, type FakeTTSCall, type FakeTTSOptions, fakeTTS } from './fakes/fake-tts.js';
export { type FakeVadOptions, fakeVad } from './fakes/fake-vad.js';
export { type FakeVadEngineOptions, fakeVadEngine } from './fakes/fake-vad-engine.js';
export { type FakeError, Faults } from './fakes/faults.js';
export { type SpokenTextOptions, spokenText, textIn } from './fakes/spoken-text.js';
export type { Impairment } from './network/impairment.js';
export {
  type ImpairmentProxy,
  type ImpairmentProxyOptions,
  impairmentProxy,
  type ProxyCounts,
} from './network/impairment-proxy.js';
export { epochBroken } from './random-calls/epoch-broken.js';
export { invariants } from './random-calls/invariants/invariants.js';
export type { Invariant, ObservedCall } from './random-calls/observed-call.js';
export type { Sabotage } from './random-calls/random-bot.js';
export {
  type RandomCallResult,
  type RandomCallsOptions,
  runRandomCalls,
  type Violation,
} from './random-calls/run-random-calls.js';
export { type CompareFramesOptions, compareFrames, type FrameDifference } from './record/compare-frames.js';
export {
  type RecordedEnding,
  type RecordedTurn,
  type Recording,
  RecordingError,
  readRecording,
} from './record/read-recording.js';
export {
  type FrameRecorder,
  type RecordFramesOptions,
  type RecordingSummary,
  recordFrames,
} from './record/record-frames.js';
export type { RecordedParts, RecordedServiceOptions } from './record/recorded-parts.js';
export type { RecordedRealtime } from './record/recorded-realtime.js';
export type { RecordedLLM, RecordedSTT, RecordedTTS } from './record/recorded-services.js';
export { type ReplayOptions, type ReplayResult, replay } from './record/replay.js';
export type { Said } from './simulator/call-watch.js';
export { type CascadeParts, cascadeBot, type SimulatedBot } from './simulator/cascade-bot.js';
export type { ScriptBot, WithinOptions } from './simulator/script-bot.js';
export type { ScriptUser } from './simulator/script-user.js';
export { type Random, seededRandom } from './simulator/seeded-random.js';
export {
  type Script,
  type Simulation,
  type SimulationOptions,
  type SimulationResult,
  simulate,
  simulateTogether,
} from './simulator/simulate.js';
export { SimulationError } from './simulator/simulation-error.js';
export { type TimelineNote, type TimelineOptions, timeline } from './timeline/timeline.js';
export type { HeardSpeech } from './transport/heard-audio.js';
export type { MemoryLine } from './transport/memory-line.js';
export { type MemoryTransport, type MemoryTransportOptions, memoryTransport } from './transport/memory-transport.js';
