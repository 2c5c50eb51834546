import { defineProcessor, type FrameProcessor, realtimeFit } from '@voxrill/core';
import { type FakeLLMCall, fakeLLM } from './fake-llm.js';
import type { FakeRealtimeOptions } from './fake-realtime-options.js';
import { FakeRealtimeStage } from './fake-realtime-stage.js';
import type { Faults } from './faults.js';

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
