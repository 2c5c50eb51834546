import {
  type LLMChunk,
  type LLMRequest,
  LLMService,
  type LLMTuning,
  type ServiceCall,
  STTService,
  type STTTuning,
  type Tool,
  type TranscriptResult,
  type TTSChunk,
  TTSService,
  type TTSTuning,
  type UtteranceAudio,
} from '@voxrill/core';
import { isFields } from './decode-value.js';
import type { ToolStep } from './outside-event.js';
import type { RecordedProvider } from './recorded-provider.js';

/** A recogniser that hears what one has heard in a recording, when it has heard it. */
export class RecordedSTT extends STTService {
  readonly name: string;
  readonly sampleRate: number;
  override readonly tuning: STTTuning;
  readonly #provider: RecordedProvider;
  #count = 0;

  constructor(name: string, provider: RecordedProvider, sampleRate: number, tuning: STTTuning) {
    super();
    this.name = name;
    this.sampleRate = sampleRate;
    this.tuning = tuning;
    this.#provider = provider;
  }

  transcribe({ chunks }: UtteranceAudio, { signal }: ServiceCall): AsyncIterable<TranscriptResult> {
    // What is taken is what is billed. It ends with the utterance; that it was cut off is told by what waits for the text.
    takeAll(chunks).catch(() => undefined);
    return this.#provider.play(`${this.name}-${++this.#count}`, signal, (value) => (isTranscript(value) ? value : undefined));
  }
}

/** A model that answers what one has answered in a recording, when it has answered it. */
export class RecordedLLM extends LLMService {
  readonly name: string;
  override readonly tuning: LLMTuning;
  readonly #provider: RecordedProvider;

  constructor(name: string, provider: RecordedProvider, tuning: LLMTuning) {
    super();
    this.name = name;
    this.tuning = tuning;
    this.#provider = provider;
  }

  generate(_request: LLMRequest, { signal }: ServiceCall): AsyncIterable<LLMChunk> {
    return this.#provider.play(undefined, signal, (value) => (isLLMChunk(value) ? value : undefined));
  }
}

/** A voice that says what one has said in a recording, when it has said it. */
export class RecordedTTS extends TTSService {
  readonly name: string;
  override readonly tuning: TTSTuning;
  readonly #provider: RecordedProvider;

  constructor(name: string, provider: RecordedProvider, tuning: TTSTuning) {
    super();
    this.name = name;
    this.tuning = tuning;
    this.#provider = provider;
  }

  synthesize(_text: string, { signal }: ServiceCall): AsyncIterable<TTSChunk> {
    return this.#provider.play(undefined, signal, (value) => (isTTSChunk(value) ? value : undefined));
  }
}

/** The same tool to the model; what it answers is what it has answered in the recording, and nothing is really done. */
export function recordedTool(tool: Tool, provider: RecordedProvider): Tool {
  return {
    ...tool,
    call(_argumentsText, { id, progress }) {
      return new Promise((resolve, reject) => {
        // Not an async function: each of its steps would put the result further back among what happens at that time.
        const goOn = (): void => {
          for (let step = provider.take(id); step !== undefined; step = provider.take(id)) {
            if (step.type === 'throw') reject(step.error);
            else if (step.type === 'yield' && isToolStep(step.value)) {
              if ('progress' in step.value) {
                progress(step.value.progress);
                continue;
              }
              resolve(step.value.result);
            } else continue;
            return;
          }
          provider.whenGiven(goOn);
        };
        goOn();
      });
    },
  };
}

async function takeAll(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of chunks);
}

function isTranscript(value: unknown): value is TranscriptResult {
  return isFields(value) && 'final' in value;
}

function isLLMChunk(value: unknown): value is LLMChunk {
  return isFields(value) && ['text', 'tool-call', 'usage'].includes(String(value.type));
}

function isTTSChunk(value: unknown): value is TTSChunk {
  return isFields(value) && ['audio', 'words'].includes(String(value.type));
}

function isToolStep(value: unknown): value is ToolStep {
  return isFields(value) && ('result' in value || 'progress' in value);
}
