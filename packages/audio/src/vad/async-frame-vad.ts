import type { SpeechModel } from './speech-model.js';
import type { AsyncVadEngine, VadDecision } from './vad-engine.js';
import { type VadParts, VadStream } from './vad-stream.js';

/** An engine whose model is awaited. Calls are worked off in order, however they overlap. */
export class AsyncFrameVad implements AsyncVadEngine {
  readonly name: string;
  readonly sampleRate: number;
  readonly frameMs: number;
  readonly prefixMs: number;
  readonly #stream: VadStream;
  readonly #model: SpeechModel<Promise<number>>;
  /** Settles, always well, when all calls so far are done. */
  #idle: Promise<unknown> = Promise.resolve();

  constructor({ name, model, judge, options }: VadParts<SpeechModel<Promise<number>>>) {
    this.name = name;
    this.sampleRate = options.sampleRate;
    this.prefixMs = options.prefixMs;
    this.#model = model;
    this.#stream = new VadStream(judge, options);
    this.frameMs = this.#stream.cutter.frameMs;
  }

  process(samples: Int16Array): Promise<readonly VadDecision[]> {
    // The caller may use its buffer again before these samples have their turn.
    const own = samples.slice();
    return this.#inTurn(() => this.#hear(this.#stream.cutter.push(own)));
  }

  flush(): Promise<readonly VadDecision[]> {
    return this.#inTurn(async () => {
      const decisions = this.#stream.end(await this.#hear(this.#stream.cutter.flush()));
      this.#model.reset();
      return decisions;
    });
  }

  async #hear(frames: Iterable<Float32Array>): Promise<VadDecision[]> {
    const decisions: VadDecision[] = [];
    for (const frame of frames) {
      const probability = await this.#model.probability(frame);
      this.#stream.hear(frame, probability, this.#model.inside, decisions);
    }
    return decisions;
  }

  /** Takes effect after the calls that were made before. */
  reset(): void {
    this.#idle = this.#idle.then(() => {
      this.#stream.reset();
      this.#model.reset();
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#idle.then(work);
    this.#idle = result.catch(() => undefined);
    return result;
  }
}
