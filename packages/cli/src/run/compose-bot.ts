import { combinedVad, energyVad, sileroVad, voiceActivity, wavInput, wavOutput } from '@voxrill/audio';
import { contextPair, type LLMService, pipeline, type TTSService, wallTime } from '@voxrill/core';
import { festival, flite, moonshine, ruleModel } from '@voxrill/local';
import { openaiChat } from '@voxrill/openai';
import { UsageError } from '../command-line/usage-error.js';
import type { RunOptions } from './run-options.js';

const engines = { combined: combinedVad, silero: sileroVad, energy: energyVad } as const;

/** The pipeline that the options describe. */
export function composeBot(options: RunOptions) {
  const context = contextPair({ system: 'You are a helpful voice assistant. Answer in one or two short sentences.' });
  return pipeline(
    wavInput(options.input),
    voiceActivity({ engine: engines[options.vad] }),
    moonshine({ size: options.stt }),
    context.user,
    model(options),
    voice(options),
    wavOutput(options.output, { sampleRate: options.tts === 'festival' ? 32_000 : 16_000 }),
    context.assistant,
  );
}

function model({ llm }: RunOptions): LLMService {
  if (llm === undefined) return ruleModel({ wallClock: wallTime });
  const { model: name, baseURL, apiKey } = llm;
  try {
    return openaiChat({
      model: name,
      ...(baseURL === undefined ? {} : { baseURL }),
      ...(apiKey === undefined ? {} : { apiKey }),
    });
  } catch (error) {
    // What the library says is said in options of the library.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message} Here, baseURL is --base-url, and apiKey comes with --api-key-env NAME.`);
  }
}

function voice({ tts, voice: name }: RunOptions): TTSService {
  return tts === 'festival' ? festival() : flite({ voice: name });
}
