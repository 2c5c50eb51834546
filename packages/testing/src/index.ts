export type { CallOutcome, CallRecord } from './fakes/call-log.js';
export {
  type FakeLLM,
  type FakeLLMCall,
  type FakeLLMOptions,
  type FakeReply,
  type FakeReplyPart,
  fakeLLM,
} from './fakes/fake-llm.js';
export { type FakeHearing, type FakeSTT, type FakeSTTCall, type FakeSTTOptions, fakeSTT } from './fakes/fake-stt.js';
export { type FakeSpeech, type FakeTTS, type FakeTTSCall, type FakeTTSOptions, fakeTTS } from './fakes/fake-tts.js';
export { type FakeVadOptions, fakeVad } from './fakes/fake-vad.js';
export { type FakeError, Faults } from './fakes/faults.js';
export { type SpokenTextOptions, spokenText, textIn } from './fakes/spoken-text.js';
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
