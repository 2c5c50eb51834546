import { defineProcessor, type FrameProcessor } from '@voxrill/core';
import { type FakeLLMCall, type FakeLLMOptions, fakeLLM } from './fake-llm.js';
import { FakeRealtimeStage } from './fake-realtime-stage.js';
import type { Faults } from './faults.js';
import { realtimeFit } from './realtime-fit.js';

/** Options of {@link fakeRealtime}. */
export interface FakeRealtimeOptions extends Pick<FakeLLMOptions, 'replies' | 'firstMs' | 'tokenMs' | 'usage'> {
  /** @defaultValue 'fake-realtime' */
  readonly name?: string;
  /** What it says in its `service-metadata`. @defaultValue nothing */
  readonly model?: string;
  /** Who finds the turns of the user: detectors that stand before it, or the model by itself. @defaultValue 'own' */
  readonly turns?: 'own' | 'service';
  /** How long the silence must last before speech is over, for a model that finds turns by itself. @defaultValue 500 */
  readonly stopMs?: number;
  /** How long after the end of a turn the transcript comes; without it there is none. @defaultValue none */
  readonly transcriptMs?: number;
  /** What the transcript says of what was said. @defaultValue what was said */
  readonly writes?: (spoken: string) => string;
  /** Of its voice, samples a second. @defaultValue 16_000 */
  readonly sampleRate?: number;
  /** Audio for a character. @defaultValue 60 */
  readonly charMs?: number;
  /** Audio in a chunk. @defaultValue 100 */
  readonly chunkMs?: number;
  /** How long the next piece of an answer may take, before it counts as not coming. @defaultValue 30_000 */
  readonly nextMs?: number;
}

/** An end-to-end model by script. Make one with {@link fakeRealtime}. */
export interface FakeRealtime extends FrameProcessor<typeof realtimeFit> {
  /** Each answer that was asked for, with the conversation as the model knows it: what it has heard stands in it as text. */
  readonly calls: readonly FakeLLMCall[];
  readonly faults: Faults;
}

/**
 * An end-to-end model that answers by script. It hears what the audio of the user carries (see `spokenText`), whether or not
 * there is a transcript of it, and what it says carries its text: the audio of each word comes with the word. Without
 * latencies it sets no timer.
 *
 * @example
 * ```ts
 * import { contextPair, pipeline } from '@voxrill/core';
 *
 * const transport = memoryTransport();
 * const context = contextPair();
 * const model = fakeRealtime({ turns: 'service', firstMs: 300, transcriptMs: 800, replies: ['Once upon a time.', 'Good night.'] });
 * const bot = pipeline(transport.input, context.user, model, context.assistant, transport.output);
 * ```
 */
export function fakeRealtime(options: FakeRealtimeOptions = {}): FakeRealtime {
  const { name = 'fake-realtime', chunkMs = 100, replies, firstMs, tokenMs, usage } = options;
  if (!(chunkMs > 0)) throw new RangeError(`chunkMs is ${chunkMs}; it must be more than 0.`);
  const mind = fakeLLM({
    name,
    ...(replies === undefined ? {} : { replies }),
    ...(firstMs === undefined ? {} : { firstMs }),
    ...(tokenMs === undefined ? {} : { tokenMs }),
    ...(usage === undefined ? {} : { usage }),
  });
  const model = defineProcessor(name, (stage) => new FakeRealtimeStage(stage, mind, options).handlers, { fit: realtimeFit });
  return {
    ...model,
    get calls() {
      return mind.calls;
    },
    faults: mind.faults,
  };
}
