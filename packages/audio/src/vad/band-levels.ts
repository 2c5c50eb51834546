import { HannSpectrum, SPECTRUM_BINS } from './hann-spectrum.js';

const FRAME = 512;
const HISTORY = 128;
const COLUMNS = 4;
/** The band that telephones carry, in bins of 62.5 Hz. */
const VOICE_FROM = 5;
const VOICE_TO = 55;
/** First bin of each band and the end of the last: even steps on the mel scale from 200 to 4000 Hz. */
const EDGES = [3, 5, 7, 8, 11, 13, 16, 18, 22, 25, 29, 34, 39, 44, 50, 57, 64] as const;
/** Power of a full-scale square wave in one column: the window's energy times its length. */
const FULL_SCALE = 96 * 128;
/** Quieter than any line: keeps logarithms finite and digital silence from looking infinitely far below a voice. */
const LEAST_POWER = 1e-8;

/** How many bands `BandLevels` measures. */
export const BAND_COUNT = EDGES.length - 1;

/** Levels in dBFS of one 32 ms frame of 16 kHz audio: in bands as wide as the ear's, and over the voice band. */
export class BandLevels {
  /** Level per bin in each band. */
  readonly bands = new Float64Array(BAND_COUNT);
  /** Level of the voice band, 300 to 3400 Hz. */
  voice = 0;

  readonly #spectrum = new HannSpectrum();
  readonly #signal = new Float32Array(HISTORY + FRAME);
  readonly #magnitudes = new Float32Array(SPECTRUM_BINS * COLUMNS);

  /** Measures the next frame of 512 samples from −1 to 1. */
  measure(frame: Float32Array): void {
    const signal = this.#take(frame);
    const magnitudes = this.#magnitudes;
    this.#spectrum.magnitudes(signal, 0, 128, magnitudes, 0, COLUMNS);
    this.#spectrum.magnitudes(signal, 256, 384, magnitudes, 2, COLUMNS);
    for (let band = 0; band < BAND_COUNT; band++) {
      const from = EDGES[band] as number;
      const to = EDGES[band + 1] as number;
      let power = 0;
      for (let at = from * COLUMNS; at < to * COLUMNS; at++) power += (magnitudes[at] as number) ** 2;
      this.bands[band] = decibels(power / ((to - from) * COLUMNS));
    }
    let power = 0;
    for (let at = VOICE_FROM * COLUMNS; at < VOICE_TO * COLUMNS; at++) power += (magnitudes[at] as number) ** 2;
    this.voice = decibels(power / COLUMNS);
  }

  /** Measures `voice` only, at half the cost. */
  measureVoice(frame: Float32Array): void {
    const signal = this.#take(frame);
    const power =
      this.#spectrum.power(signal, 0, 128, VOICE_FROM, VOICE_TO) + this.#spectrum.power(signal, 256, 384, VOICE_FROM, VOICE_TO);
    this.voice = decibels(power / COLUMNS);
  }

  #take(frame: Float32Array): Float32Array {
    this.#signal.copyWithin(0, FRAME);
    this.#signal.set(frame, HISTORY);
    return this.#signal;
  }

  reset(): void {
    this.#signal.fill(0);
  }
}

function decibels(power: number): number {
  return 10 * Math.log10(power / FULL_SCALE + LEAST_POWER);
}
