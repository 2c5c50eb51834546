import { HannSpectrum, SPECTRUM_BINS } from './hann-spectrum.js';
import type { SileroConvolution, SileroWeights } from './silero-weights.js';
import type { SpeechModel } from './speech-model.js';

const FRAME = 512;
const CONTEXT = 64;
const HIDDEN = 128;

/**
 * Silero VAD v6 for 16 kHz, computed in plain TypeScript: one frame is 512 samples, 32 ms.
 *
 * The weights are shared; a stream's own state is 13 kB. Agrees with onnxruntime to 1e-5. The graph (reflection padding,
 * spectrum, four convolutions, one LSTM cell, one output) is that of `silero_vad_16k_op15.onnx`.
 */
export class SileroV6 implements SpeechModel {
  readonly name = 'silero-v6';
  readonly sampleRate = 16000;
  readonly frameSamples = FRAME;

  readonly #weights: SileroWeights;
  readonly #spectrum = new HannSpectrum();
  readonly #signal = new Float32Array(CONTEXT + FRAME + 64);
  readonly #magnitudes = new Float32Array(SPECTRUM_BINS * 4);
  readonly #first = new Float32Array(128 * 4);
  readonly #second = new Float32Array(64 * 2);
  readonly #third = new Float32Array(64);
  /** 128 values that the encoder found in the last frame, then 128 of the LSTM's output after it. */
  readonly inside = new Float32Array(2 * HIDDEN);
  readonly #gates = new Float32Array(4 * HIDDEN);
  readonly #cell = new Float32Array(HIDDEN);

  constructor(weights: SileroWeights) {
    this.#weights = weights;
  }

  reset(): void {
    this.#signal.fill(0);
    this.inside.fill(0);
    this.#cell.fill(0);
  }

  probability(frame: Float32Array): number {
    if (frame.length !== FRAME) throw new RangeError(`A frame for Silero has ${FRAME} samples, not ${frame.length}.`);
    const signal = this.#signal;
    signal.copyWithin(0, FRAME, FRAME + CONTEXT);
    signal.set(frame, CONTEXT);
    const end = CONTEXT + FRAME;
    for (let i = 0; i < 64; i++) signal[end + i] = signal[end - 2 - i] as number;
    this.#spectrum.magnitudes(signal, 0, 128, this.#magnitudes, 0, 4);
    this.#spectrum.magnitudes(signal, 256, 384, this.#magnitudes, 2, 4);
    const [zeroth, first, second, third] = this.#weights.encoder;
    fourToFour(zeroth, this.#magnitudes, SPECTRUM_BINS, this.#first);
    fourToTwo(first, this.#first, 128, this.#second);
    twoToOne(second, this.#second, 64, this.#third);
    oneToOne(third, this.#third, 64, this.inside);
    return this.#lstm();
  }

  #lstm(): number {
    const { lstm, lstmBias, output, outputBias } = this.#weights;
    const input = this.inside;
    const gates = this.#gates;
    for (let row = 0; row < 4 * HIDDEN; row++) {
      const at = row * 256;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let i = 0; i < 256; i += 4) {
        a += (lstm[at + i] as number) * (input[i] as number);
        b += (lstm[at + i + 1] as number) * (input[i + 1] as number);
        c += (lstm[at + i + 2] as number) * (input[i + 2] as number);
        d += (lstm[at + i + 3] as number) * (input[i + 3] as number);
      }
      gates[row] = a + b + c + d + (lstmBias[row] as number);
    }
    const cell = this.#cell;
    let sum = outputBias;
    for (let i = 0; i < HIDDEN; i++) {
      const kept = sigmoid(gates[HIDDEN + i] as number) * (cell[i] as number);
      const state = kept + sigmoid(gates[i] as number) * Math.tanh(gates[2 * HIDDEN + i] as number);
      const hidden = sigmoid(gates[3 * HIDDEN + i] as number) * Math.tanh(state);
      cell[i] = state;
      input[HIDDEN + i] = hidden;
      if (hidden > 0) sum += (output[i] as number) * hidden;
    }
    return sigmoid(sum);
  }
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

// The four convolutions have three taps, padding one and end in max(0, ·). Each is written out for its number of columns in
// and out, so that all sums stay in registers: a general loop takes twice as long.

function fourToFour({ weights, bias }: SileroConvolution, input: Float32Array, inputs: number, out: Float32Array): void {
  for (let o = 0, w = 0; o < bias.length; o++) {
    const start = bias[o] as number;
    let s0 = start;
    let s1 = start;
    let s2 = start;
    let s3 = start;
    for (let at = 0; at < inputs * 4; at += 4, w += 3) {
      const left = weights[w] as number;
      const middle = weights[w + 1] as number;
      const right = weights[w + 2] as number;
      const a = input[at] as number;
      const b = input[at + 1] as number;
      const c = input[at + 2] as number;
      const d = input[at + 3] as number;
      s0 += middle * a + right * b;
      s1 += left * a + middle * b + right * c;
      s2 += left * b + middle * c + right * d;
      s3 += left * c + middle * d;
    }
    out[o * 4] = s0 > 0 ? s0 : 0;
    out[o * 4 + 1] = s1 > 0 ? s1 : 0;
    out[o * 4 + 2] = s2 > 0 ? s2 : 0;
    out[o * 4 + 3] = s3 > 0 ? s3 : 0;
  }
}

function fourToTwo({ weights, bias }: SileroConvolution, input: Float32Array, inputs: number, out: Float32Array): void {
  for (let o = 0, w = 0; o < bias.length; o++) {
    let s0 = bias[o] as number;
    let s1 = s0;
    for (let at = 0; at < inputs * 4; at += 4, w += 3) {
      const left = weights[w] as number;
      const middle = weights[w + 1] as number;
      const right = weights[w + 2] as number;
      const b = input[at + 1] as number;
      s0 += middle * (input[at] as number) + right * b;
      s1 += left * b + middle * (input[at + 2] as number) + right * (input[at + 3] as number);
    }
    out[o * 2] = s0 > 0 ? s0 : 0;
    out[o * 2 + 1] = s1 > 0 ? s1 : 0;
  }
}

function twoToOne({ weights, bias }: SileroConvolution, input: Float32Array, inputs: number, out: Float32Array): void {
  for (let o = 0, w = 0; o < bias.length; o++) {
    let sum = bias[o] as number;
    for (let i = 0; i < inputs; i++, w += 3) {
      sum += (weights[w + 1] as number) * (input[i * 2] as number) + (weights[w + 2] as number) * (input[i * 2 + 1] as number);
    }
    out[o] = sum > 0 ? sum : 0;
  }
}

function oneToOne({ weights, bias }: SileroConvolution, input: Float32Array, inputs: number, out: Float32Array): void {
  for (let o = 0, w = 1; o < bias.length; o++) {
    let sum = bias[o] as number;
    for (let i = 0; i < inputs; i++, w += 3) sum += (weights[w] as number) * (input[i] as number);
    out[o] = sum > 0 ? sum : 0;
  }
}
