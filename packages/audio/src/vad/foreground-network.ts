/** The weights of the network that tells a voice in the foreground; matrices row by row, one row an output. */
export interface ForegroundWeights {
  /** How many features come from levels; those inside Silero follow. */
  readonly levels: number;
  /** How many sums are taken of the values inside Silero. */
  readonly sums: number;
  /** How many values the network remembers. */
  readonly hidden: number;
  /** Taken from each feature, and what it is then multiplied with. */
  readonly mean: Float32Array;
  readonly scale: Float32Array;
  /** sums × values inside Silero. */
  readonly inside: Float32Array;
  /** (3 · hidden) × (levels + sums) for the gates reset, update and new; then their biases. */
  readonly input: Float32Array;
  readonly bias: Float32Array;
  /** (3 · hidden) × hidden. */
  readonly state: Float32Array;
  /** What the score takes from the remembered values and, past them, from the input. */
  readonly output: Float32Array;
  readonly direct: Float32Array;
  readonly outputBias: number;
}

/** Features are held within this many standard deviations, so that a sound like none before does no harm. */
const MOST = 5;

/** A gated recurrent unit (Cho et al. 2014) on the features of one stream. */
export class ForegroundNetwork {
  readonly #weights: ForegroundWeights;
  readonly #input: Float64Array;
  readonly #inside: Float64Array;
  readonly #state: Float64Array;
  readonly #gates: Float64Array;
  readonly #fromState: Float64Array;

  constructor(weights: ForegroundWeights) {
    this.#weights = weights;
    this.#input = new Float64Array(weights.levels + weights.sums);
    this.#inside = new Float64Array(weights.mean.length - weights.levels);
    this.#state = new Float64Array(weights.hidden);
    this.#gates = new Float64Array(3 * weights.hidden);
    this.#fromState = new Float64Array(3 * weights.hidden);
  }

  /** Log odds of a voice in the foreground, now that these features have come. */
  score(features: Float32Array): number {
    const { levels, hidden, mean, scale, output, direct, outputBias } = this.#weights;
    const input = this.#input;
    for (let i = 0; i < features.length; i++) {
      const value = ((features[i] as number) - (mean[i] as number)) * (scale[i] as number);
      const held = Math.max(-MOST, Math.min(MOST, value));
      if (i < levels) input[i] = held;
      else this.#inside[i - levels] = held;
    }
    multiply(this.#weights.inside, this.#inside, input, levels);
    multiply(this.#weights.input, input, this.#gates, 0);
    multiply(this.#weights.state, this.#state, this.#fromState, 0);
    const { bias } = this.#weights;
    const state = this.#state;
    let score = outputBias;
    for (let i = 0; i < hidden; i++) {
      const reset = sigmoid(this.#sum(i, bias) + (this.#fromState[i] as number));
      const keep = sigmoid(this.#sum(hidden + i, bias) + (this.#fromState[hidden + i] as number));
      const fresh = Math.tanh(this.#sum(2 * hidden + i, bias) + reset * (this.#fromState[2 * hidden + i] as number));
      const value = (1 - keep) * fresh + keep * (state[i] as number);
      state[i] = value;
      score += (output[i] as number) * value;
    }
    for (let i = 0; i < input.length; i++) score += (direct[i] as number) * (input[i] as number);
    return score;
  }

  #sum(gate: number, bias: Float32Array): number {
    return (this.#gates[gate] as number) + (bias[gate] as number);
  }

  reset(): void {
    this.#state.fill(0);
  }
}

/** Writes matrix · vector to `out`, from `at` on. */
function multiply(matrix: Float32Array, vector: Float64Array, out: Float64Array, at: number): void {
  const rows = matrix.length / vector.length;
  for (let row = 0, w = 0; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < vector.length; i++, w++) sum += (matrix[w] as number) * (vector[i] as number);
    out[at + row] = sum;
  }
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
