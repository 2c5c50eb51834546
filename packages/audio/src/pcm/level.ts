/**
 * Root mean square of the samples in dBFS. 0 is a square wave at full scale, a full-scale sine is −3.01, and digital
 * silence (or no samples at all) is −Infinity.
 */
export function rmsLevel(samples: Int16Array): number {
  return powerToDb(meanPower(samples));
}

/** Loudest single sample in dBFS: 0 for −32768, −Infinity for digital silence or no samples at all. */
export function peakLevel(samples: Int16Array): number {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i] ?? 0));
  return 20 * Math.log10(peak / 32768);
}

/** Mean square of the samples; 1 is full scale. */
export function meanPower(samples: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2;
  return samples.length === 0 ? 0 : sum / samples.length / 32768 ** 2;
}

/** Power (1 is full scale) in decibels; −Infinity for none. */
export function powerToDb(power: number): number {
  return 10 * Math.log10(power);
}

/** Decibels as power (1 is full scale). */
export function dbToPower(db: number): number {
  return 10 ** (db / 10);
}

/** Decibels as a factor for samples: −6.02 is one half. */
export function dbToGain(db: number): number {
  return 10 ** (db / 20);
}
