import type { FakeLLMOptions } from './fake-llm.js';

/** Options of `fakeRealtime`. */
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
