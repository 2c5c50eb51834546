import { onnxInitializers } from './onnx-initializers.js';

/** One convolution over time with three taps: `weights[out][in][tap]` and `bias[out]`. */
export interface SileroConvolution {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** The weights of Silero v6 at 16 kHz, laid out for the forward pass. They are never written, so any number of streams share one. */
export interface SileroWeights {
  readonly encoder: readonly [SileroConvolution, SileroConvolution, SileroConvolution, SileroConvolution];
  /** 512 rows of 256: the input part and the recurrent part of each gate side by side, in the order input, forget, cell, output. */
  readonly lstm: Float32Array;
  readonly lstmBias: Float32Array;
  readonly output: Float32Array;
  readonly outputBias: number;
}

/**
 * Takes the weights out of the bytes of `silero_vad_16k_op15.onnx`.
 *
 * @throws Error when the bytes are not that file, whole.
 */
export function parseSileroWeights(file: Uint8Array): SileroWeights {
  const tensors = readTensors(file);
  const tensor = (name: string, length: number): Float32Array => {
    const found = tensors.get(`model.${name}`);
    if (found?.length !== length) throw unreadable(`it has no ${length} weights named "${name}"`);
    return found;
  };
  const convolution = (index: number, inputs: number, outputs: number): SileroConvolution => ({
    weights: tensor(`encoder.${index}.reparam_conv.weight`, outputs * inputs * 3),
    bias: tensor(`encoder.${index}.reparam_conv.bias`, outputs),
  });
  const fromInput = tensor('decoder.rnn.weight_ih', 512 * 128);
  const fromState = tensor('decoder.rnn.weight_hh', 512 * 128);
  const lstm = new Float32Array(512 * 256);
  for (let row = 0; row < 512; row++) {
    lstm.set(fromInput.subarray(row * 128, row * 128 + 128), row * 256);
    lstm.set(fromState.subarray(row * 128, row * 128 + 128), row * 256 + 128);
  }
  const inputBias = tensor('decoder.rnn.bias_ih', 512);
  const stateBias = tensor('decoder.rnn.bias_hh', 512);
  return {
    encoder: [convolution(0, 129, 128), convolution(1, 128, 64), convolution(2, 64, 64), convolution(3, 64, 128)],
    lstm,
    lstmBias: inputBias.map((bias, row) => bias + (stateBias[row] ?? 0)),
    output: tensor('decoder.decoder.2.weight', 128),
    outputBias: tensor('decoder.decoder.2.bias', 1)[0] ?? 0,
  };
}

function readTensors(file: Uint8Array): Map<string, Float32Array> {
  try {
    return onnxInitializers(file);
  } catch (cause) {
    throw unreadable(cause instanceof Error ? cause.message : String(cause));
  }
}

function unreadable(why: string): Error {
  return new Error(
    `The Silero weights cannot be read (${why}); reinstall @voxrill/audio or give the path of a whole silero_vad_16k_op15.onnx.`,
  );
}
