/** 4 ms at 16 kHz: shorter, and the pauses between the beats of a deep voice would count as silence. */
const BLOCK = 64;
/** A block counts as loud down to this power, 18 dB below the loudest one shortly before. */
const RANGE = 10 ** -1.8;
/** How fast the loudest one is forgotten: half a decibel for each block. */
const FORGET = 10 ** -0.05;

/**
 * Tells which part of a frame is as loud as what was heard just before, and so where in the frame a sound begins or ends. In noise, which
 * lies less than 18 dB below the sound, that cannot be told: then all of the frame counts.
 */
export class LoudPart {
  #peak = 0;

  /** Takes the next frame at 16 kHz and returns the loud part of it, 0 … 1. */
  of(frame: Float32Array): number {
    const blocks = frame.length / BLOCK;
    // A frame in which a sound begins has its loudest block last, so the peak must be known first.
    let peak = this.#peak * FORGET ** blocks;
    for (let block = 0; block < blocks; block++) peak = Math.max(peak, power(frame, block));
    this.#peak = peak;
    let loud = 0;
    for (let block = 0; block < blocks; block++) if (power(frame, block) >= RANGE * peak) loud += 1;
    return loud / blocks;
  }

  reset(): void {
    this.#peak = 0;
  }
}

function power(frame: Float32Array, block: number): number {
  let sum = 0;
  for (let i = block * BLOCK; i < (block + 1) * BLOCK; i++) sum += (frame[i] as number) ** 2;
  return sum;
}
