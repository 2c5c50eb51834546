import { voiceActivity, wavInput, wavOutput } from '@voxrill/audio';
import { contextPair, type LLMService, pipeline, wallTime } from '@voxrill/core';
import { moonshine, ruleModel } from '@voxrill/local';
import { type OpenAIRealtimeOptions, openaiChat, openaiRealtime } from '@voxrill/openai';
import { UsageError } from '../command-line/usage-error.js';
import { engines, localVoice } from '../realtime/local-cascade.js';
import type { RunOptions } from './run-options.js';

/** Somebody waits in front of a terminal. */
const connectMs = 6_000;
const reconnectMs = 15_000;

const conversation = () => contextPair({ system: 'You are a helpful voice assistant. Answer in one or two short sentences.' });

/** The cascade that the options describe. */
export function composeBot(options: RunOptions) {
  const context = conversation();
  return pipeline(
    wavInput(options.input),
    voiceActivity({ engine: engines[options.vad] }),
    moonshine({ size: options.stt }),
    context.user,
    model(options),
    localVoice(options),
    wavOutput(options.output, { sampleRate: options.tts === 'festival' ? 32_000 : 16_000 }),
    context.assistant,
  );
}

/** The same with one end-to-end model in the place of detector, recogniser, language model and voice. */
export function composeRealtimeBot({ input, output }: RunOptions, connection: OpenAIRealtimeOptions) {
  const context = conversation();
  return pipeline(
    wavInput(input),
    context.user,
    endToEnd(connection),
    wavOutput(output, { sampleRate: 24_000 }),
    context.assistant,
  );
}

function model({ llm }: RunOptions): LLMService {
  if (llm === undefined) return ruleModel({ wallClock: wallTime });
  const { model: name, baseURL, apiKey } = llm;
  return inOurOptions('baseURL is --base-url', () =>
    openaiChat({
      model: name,
      ...(baseURL === undefined ? {} : { baseURL }),
      ...(apiKey === undefined ? {} : { apiKey }),
    }),
  );
}

const endToEnd = (connection: OpenAIRealtimeOptions) =>
  inOurOptions('baseURL is --url', () => openaiRealtime({ connectMs, reconnectMs, ...connection }));

/** What the library says is said in options of the library. */
function inOurOptions<T>(hint: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message} Here, ${hint}, and apiKey comes with --api-key-env NAME.`);
  }
}
