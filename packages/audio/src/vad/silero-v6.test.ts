import { describe, expect, it } from 'vitest';
import { loadSileroWeights } from './load-silero-weights.js';
import { SileroV6 } from './silero-v6.js';
import { parseSileroWeights } from './silero-weights.js';

/** A tone with overtones, gliding: enough like a voice to move the network. */
function voiceLike(frame: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => {
    const t = (frame * 512 + i) / 16_000;
    let sum = 0;
    for (let h = 1; h <= 20; h++) sum += Math.sin(2 * Math.PI * h * (120 * t + 15 * Math.sin(4 * t))) / h;
    return 0.1 * sum * (0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * t));
  });
}

// From onnxruntime 1.30 with the same file and frames.
const expected = [
  0.242704, 0.20154, 0.088189, 0.050606, 0.045156, 0.059761, 0.043259, 0.042194, 0.016009, 0.009725, 0.004829, 0.003162, 0.007842,
  0.005836, 0.008158, 0.075951, 0.070062, 0.055606, 0.036731, 0.040853, 0.043748, 0.092371, 0.08464, 0.040932,
] as const;

describe('SileroV6', () => {
  it('computes what onnxruntime computes', async () => {
    const model = new SileroV6(await loadSileroWeights());
    const probabilities = Array.from({ length: expected.length }, (_, frame) => model.probability(voiceLike(frame)));
    probabilities.forEach((probability, i) => {
      expect(probability).toBeCloseTo(expected[i] ?? Number.NaN, 4);
    });
  });

  it('is as new after reset', async () => {
    const model = new SileroV6(await loadSileroWeights());
    const first = [0, 1, 2].map((frame) => model.probability(voiceLike(frame)));
    model.reset();
    expect([0, 1, 2].map((frame) => model.probability(voiceLike(frame)))).toEqual(first);
  });

  it('shares its weights with every other stream', async () => {
    expect(await loadSileroWeights()).toBe(await loadSileroWeights());
  });

  it('says what to do about weights that are damaged or missing', async () => {
    expect(() => parseSileroWeights(new Uint8Array(100))).toThrow(/reinstall @voxrill\/audio/);
    await expect(loadSileroWeights('/nowhere/silero.onnx')).rejects.toThrow(/reinstall @voxrill\/audio or give the path/);
  });

  it('refuses a frame of another length', async () => {
    const model = new SileroV6(await loadSileroWeights());
    expect(() => model.probability(new Float32Array(480))).toThrow('A frame for Silero has 512 samples, not 480.');
  });
});
