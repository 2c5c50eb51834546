import type { SpeechModel } from './speech-model.js';
import type { VadDecision, VadEngine } from './vad-engine.js';
import { type VadParts, VadStream } from './vad-stream.js';

/** An engine that decides at once. */
export class FrameVad implements VadEngine {
  readonly name: string;
  readonly sampleRate: number;
  readonly frameMs: number;
  readonly prefixMs: number;
  readonly #stream: VadStream;
  readonly #model: SpeechModel<number> | undefined;

  constructor({ name, model, judge, options }: VadParts<SpeechModel<number> | undefined>) {
    this.name = name;
    this.sampleRate = options.sampleRate;
    this.prefixMs = options.prefixMs;
    this.#model = model;
    this.#stream = new VadStream(judge, options);
    this.frameMs = this.#stream.cutter.frameMs;
  }

  process(samples: Int16Array): readonly VadDecision[] {
    return this.#hear(this.#stream.cutter.push(samples));
  }

  flush(): readonly VadDecision[] {
    const decisions = this.#stream.end(this.#hear(this.#stream.cutter.flush()));
    this.#model?.reset();
    return decisions;
  }

  #hear(frames: Iterable<Float32Array>): VadDecision[] {
    const decisions: VadDecision[] = [];
    const model = this.#model;
    for (const frame of frames) this.#stream.hear(frame, model?.probability(frame) ?? 0, model?.inside, decisions);
    return decisions;
  }

  reset(): void {
    this.#stream.reset();
    this.#model?.reset();
  }
}
