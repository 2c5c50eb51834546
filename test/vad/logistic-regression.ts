/** One example: its features, whether it is speech, and how much it counts. */
export interface Example {
  readonly features: Float32Array;
  readonly speech: boolean;
}

/** Fits a straight line by Newton's method on the logistic loss; the features are standardised first, and held small by `ridge`. */
export function fitLogistic(examples: readonly Example[], ridge = 0.003, rounds = 7): { bias: number; weights: number[] } {
  const size = examples[0]?.features.length ?? 0;
  const mean = new Float64Array(size);
  const spread = new Float64Array(size);
  for (const { features } of examples) for (let i = 0; i < size; i++) mean[i]! += features[i]! / examples.length;
  for (const { features } of examples) for (let i = 0; i < size; i++) spread[i]! += (features[i]! - mean[i]!) ** 2 / examples.length;
  for (let i = 0; i < size; i++) spread[i] = Math.sqrt(spread[i]!) + 1e-3;
  const terms = size + 1;
  const line = new Float64Array(terms);
  const x = new Float64Array(terms);
  x[size] = 1;
  for (let round = 0; round < rounds; round++) {
    const slope = new Float64Array(terms);
    const curve = Array.from({ length: terms }, () => new Float64Array(terms));
    for (const { features, speech } of examples) {
      let sum = line[size]!;
      for (let i = 0; i < size; i++) {
        x[i] = (features[i]! - mean[i]!) / spread[i]!;
        sum += line[i]! * x[i]!;
      }
      const p = 1 / (1 + Math.exp(-sum));
      const error = (p - (speech ? 1 : 0)) / examples.length;
      const weight = (p * (1 - p)) / examples.length;
      for (let i = 0; i < terms; i++) {
        slope[i]! += error * x[i]!;
        const row = curve[i]!;
        const scaled = weight * x[i]!;
        for (let j = 0; j <= i; j++) row[j]! += scaled * x[j]!;
      }
    }
    for (let i = 0; i < terms; i++) {
      if (i < size) slope[i]! += ridge * line[i]!;
      curve[i]![i]! += i < size ? ridge : 1e-9;
    }
    const step = solve(curve, slope);
    for (let i = 0; i < terms; i++) line[i]! -= step[i]!;
  }
  const weights = Array.from({ length: size }, (_, i) => line[i]! / spread[i]!);
  return { weights, bias: line[size]! - weights.reduce((sum, weight, i) => sum + weight * mean[i]!, 0) };
}

/** Solves a symmetric positive system given by its lower half (Cholesky, in place). */
function solve(lower: Float64Array[], right: Float64Array): Float64Array {
  const n = right.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = lower[i]![j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(sum) : sum / lower[j]![j]!;
    }
  }
  const result = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) result[i]! -= lower[i]![k]! * result[k]!;
    result[i]! /= lower[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) result[i]! -= lower[k]![i]! * result[k]!;
    result[i]! /= lower[i]![i]!;
  }
  return result;
}
