/** How much is kept: the longest prefix, and the time a detector takes to be sure that speech began. */
export const prerollMs = 1_500;

/** What is heard before the onset of speech if neither the detector nor the service says; milliseconds. */
export const usualPrefixMs = 300;

/**
 * The last second and a half of a microphone, or as much as is asked for, so that the onset of speech is not lost while it is
 * being recognised as such.
 *
 * @example
 * ```ts
 * const preroll = new Preroll(16_000);
 * preroll.push(new Int16Array(320), 20);
 * console.log(preroll.since(10)[0]?.length); // 160
 * ```
 */
export class Preroll {
  readonly #sampleRate: number;
  readonly #reachMs: () => number;
  #chunks: { readonly samples: Int16Array; readonly endMs: number }[] = [];

  /** `reachMs`: how much is kept just now; what is gone is gone. */
  constructor(sampleRate: number, reachMs = (): number => prerollMs) {
    this.#sampleRate = sampleRate;
    this.#reachMs = reachMs;
  }

  /** `endMs`: session time of the chunk's last sample. */
  push(samples: Int16Array, endMs: number): void {
    this.#chunks.push({ samples, endMs });
    const fromMs = endMs - this.#reachMs();
    while ((this.#chunks[0]?.endMs ?? endMs) < fromMs) this.#chunks.shift();
  }

  /** The audio from `startMs` on, as far back as it is kept. */
  since(startMs: number): Int16Array[] {
    return this.#chunks.flatMap(({ samples, endMs }) => {
      const beginMs = endMs - (samples.length / this.#sampleRate) * 1000;
      const skip = Math.max(0, Math.round(((startMs - beginMs) / 1000) * this.#sampleRate));
      if (skip >= samples.length) return [];
      return [skip === 0 ? samples : samples.subarray(skip)];
    });
  }
}
