import {
  type InputPort,
  inputTransport,
  type LLMTuning,
  outputTransport,
  type SessionContext,
  type STTTuning,
  type TappedFrame,
  type Tool,
  type TTSTuning,
} from '@voxrill/core';
import { type MemoryTransport, type MemoryTransportOptions, memoryTransport } from '../transport/memory-transport.js';
import { realtimeNamesIn, toolsProvider } from './outside-event.js';
import { inputNameIn } from './outside-events.js';
import { RecordedProvider } from './recorded-provider.js';
import { RecordedRealtime } from './recorded-realtime.js';
import { RecordedLLM, RecordedSTT, RecordedTTS, recordedTool } from './recorded-services.js';

/** Which of several services of a kind is meant, and how the framework is to treat it: as in the recorded session. */
export interface RecordedServiceOptions<Tuning> {
  /** @defaultValue the first one of its kind in the recording */
  readonly name?: string;
  readonly tuning?: Tuning;
}

/** What a recorded call is played again with, in place of the transport and the providers. They bear the recorded names. */
export interface RecordedParts {
  /** Brings what the user did; plays into memory, at the pace of the clock. */
  readonly transport: MemoryTransport;
  stt(options?: RecordedServiceOptions<STTTuning> & { readonly sampleRate?: number }): RecordedSTT;
  llm(options?: RecordedServiceOptions<LLMTuning>): RecordedLLM;
  tts(options?: RecordedServiceOptions<TTSTuning>): RecordedTTS;
  /** An end-to-end model: what it has made it makes again, by itself. `name`: which of several. */
  realtime(options?: { readonly name?: string }): RecordedRealtime;
  /** The same tools to the model; they answer what they have answered, and nothing is really done. */
  tools(tools: readonly Tool[]): readonly Tool[];
}

/** The parts of one replay, with what its driver needs. */
export class ReplayParts implements RecordedParts {
  readonly transport: MemoryTransport;
  readonly inputName: string;
  /** What the pipeline has opened to take what comes from the user. */
  port: InputPort | undefined;
  readonly #frames: readonly TappedFrame[];
  readonly #models = new Map<string, RecordedRealtime>();
  readonly #providers = new Map<string, RecordedProvider>();

  constructor(frames: readonly TappedFrame[], options: MemoryTransportOptions) {
    this.#frames = frames;
    this.inputName = inputNameIn(frames);
    const memory = memoryTransport(options);
    this.transport = {
      input: inputTransport({
        name: this.inputName,
        open: (port) => {
          this.port = port;
          return memory.of(port.session).attach(port);
        },
      }),
      output: outputTransport({
        name: this.#madeBy(['bot-started-speaking', 'bot-spoke'], 'transport.output'),
        openSink: (format, session: SessionContext) => memory.of(session).openSink(format, session),
      }),
      of: (session) => memory.of(session),
    };
  }

  stt({ name, tuning = {}, sampleRate }: RecordedServiceOptions<STTTuning> & { readonly sampleRate?: number } = {}): RecordedSTT {
    const called = name ?? this.#madeBy(['transcription', 'interim-transcription'], 'recorded-stt');
    return new RecordedSTT(called, this.provider(called), sampleRate ?? this.#inputRate(), tuning);
  }

  llm({ name, tuning = {} }: RecordedServiceOptions<LLMTuning> = {}): RecordedLLM {
    const called = name ?? this.#madeBy(['llm-response-start'], 'recorded-llm');
    return new RecordedLLM(called, this.provider(called), tuning);
  }

  tts({ name, tuning = {} }: RecordedServiceOptions<TTSTuning> = {}): RecordedTTS {
    const called = name ?? this.#madeBy(['tts-started'], 'recorded-tts');
    return new RecordedTTS(called, this.provider(called), tuning);
  }

  realtime({ name }: { readonly name?: string } = {}): RecordedRealtime {
    const [first = 'recorded-realtime'] = realtimeNamesIn(this.#frames);
    const called = name ?? first;
    const model = this.#models.get(called) ?? new RecordedRealtime(called);
    this.#models.set(called, model);
    return model;
  }

  /** The end-to-end models that the pipeline was built with, by name. */
  get models(): ReadonlyMap<string, RecordedRealtime> {
    return this.#models;
  }

  /** Throws when an end-to-end model of the recording is missing: nobody else could make what it has made. */
  checkModels(): void {
    for (const name of realtimeNamesIn(this.#frames)) {
      if (this.#models.has(name)) continue;
      throw new Error(
        `In the recording "${name}" is an end-to-end model; build the pipeline with parts.realtime({ name: '${name}' }) in its place.`,
      );
    }
  }

  tools(tools: readonly Tool[]): readonly Tool[] {
    return tools.map((tool) => recordedTool(tool, this.provider(toolsProvider)));
  }

  provider(name: string): RecordedProvider {
    const known = this.#providers.get(name);
    if (known !== undefined) return known;
    const fresh = new RecordedProvider();
    this.#providers.set(name, fresh);
    return fresh;
  }

  /** Who made the first frame of these kinds. */
  #madeBy(kinds: readonly string[], otherwise: string): string {
    return this.#frames.find(({ frame }) => kinds.includes(frame.kind))?.from ?? otherwise;
  }

  #inputRate(): number {
    for (const { frame } of this.#frames) if (frame.kind === 'input-audio') return frame.sampleRate;
    return 16_000;
  }
}
