import type { FrameOf, Logger } from '@voxrill/core';

/** So much is heard before somebody should have said that the user speaks; milliseconds. */
const patienceMs = 5_000;
/** What a room or a line has of its own is below this. */
const soundLevel = 512;

/** Warns once when the user is heard and nobody finds the turns: the model would never answer. */
export class MissingDetector {
  readonly #log: Logger;
  #heardMs = 0;
  #done = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** A turn has begun: somebody finds them. */
  found(): void {
    this.#done = true;
  }

  hear({ samples, sampleRate, channels }: FrameOf<'input-audio'>): void {
    // A caller who says nothing for a while, and a microphone that is switched off, are no sign of anything.
    if (this.#done || !samples.some((sample) => Math.abs(sample) >= soundLevel)) return;
    this.#heardMs += (samples.length / channels / sampleRate) * 1000;
    if (this.#heardMs < patienceMs) return;
    this.#done = true;
    this.#log.warn(
      `There was ${patienceMs / 1000} s of sound and nobody has said that the user speaks: with turnDetection 'own', put a detector ` +
        'such as voiceActivity before the context, mark the turns by a button, or let the service find them.',
    );
  }
}
