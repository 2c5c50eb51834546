import {
  type ContextPair,
  type ContextPairOptions,
  contextPair,
  type FrameProcessor,
  type LLMService,
  pipeline,
  type STTService,
  type TTSService,
} from '@voxrill/core';
import { fakeLLM } from '../fakes/fake-llm.js';
import { fakeSTT } from '../fakes/fake-stt.js';
import { fakeTTS } from '../fakes/fake-tts.js';
import { fakeVad } from '../fakes/fake-vad.js';
import { Faults } from '../fakes/faults.js';
import { type MemoryTransport, memoryTransport } from '../transport/memory-transport.js';

/** A bot that a simulation can call. */
export interface SimulatedBot {
  readonly pipeline: FrameProcessor;
  /** The transport that the pipeline begins and ends with. */
  readonly transport: MemoryTransport;
  /** The conversation that the result shows. */
  readonly context?: ContextPair;
  /** The fakes that a script can give trouble to, by name. */
  readonly providers?: Readonly<Record<string, { readonly faults: Faults }>>;
}

/** The parts of {@link cascadeBot}; what is left out is a fake without latency. */
export interface CascadeParts {
  readonly transport?: MemoryTransport;
  readonly vad?: ReturnType<typeof fakeVad>;
  readonly stt?: STTService;
  readonly llm?: LLMService;
  readonly tts?: TTSService;
  readonly context?: ContextPairOptions;
}

/**
 * A whole cascade, ready to be called: transport, voice activity, recogniser, model, voice, conversation.
 *
 * @example
 * ```ts
 * const bot = cascadeBot({ llm: fakeLLM({ firstMs: 400, replies: 'Your order is on its way.' }) });
 * ```
 */
export function cascadeBot(parts: CascadeParts = {}): SimulatedBot & { readonly context: ContextPair } {
  const { transport = memoryTransport(), vad = fakeVad(), stt = fakeSTT(), llm = fakeLLM(), tts = fakeTTS() } = parts;
  const context = contextPair(parts.context);
  return {
    pipeline: pipeline(transport.input, vad, stt, context.user, llm, tts, transport.output, context.assistant),
    transport,
    context,
    providers: fakesAmong({ stt, llm, tts }),
  };
}

function fakesAmong(services: Readonly<Record<string, object>>): Record<string, { readonly faults: Faults }> {
  const fakes: Record<string, { readonly faults: Faults }> = {};
  for (const [name, service] of Object.entries(services)) {
    if ('faults' in service && service.faults instanceof Faults) fakes[name] = { faults: service.faults };
  }
  return fakes;
}
