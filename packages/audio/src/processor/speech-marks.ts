import type { VadDecision } from '../vad/vad-engine.js';

/** One call to the detector; its decisions may come later than what was said in between. */
export interface DetectorCall {
  /** Whether to tell of this decision. Must be asked once of each, in order. */
  tells(decision: VadDecision): boolean;
}

/**
 * What has been told of a user's speech, when the detector is not the only one to decide: others may end the speech before
 * it does, and then what it finds out later is no news.
 */
export class SpeechMarks {
  /** Speech was told to have begun, and not to have ended. */
  #open = false;
  /** The detector still hears what was ended over its head. */
  #unwanted = false;
  #forced = 0;
  #forgotten = 0;

  call(): DetectorCall {
    const forced = this.#forced;
    const forgotten = this.#forgotten;
    return {
      tells: ({ type }) => {
        if (forgotten !== this.#forgotten) return false;
        if (type === 'stop') return this.#stop();
        // What began before the force, and was only found out after it, is what was to be ended.
        if (forced !== this.#forced) this.#unwanted = true;
        if (this.#unwanted) return false;
        this.#open = true;
        return true;
      },
    };
  }

  /** Ends what is open, without a new beginning until the detector has found its end. Returns whether there is an end to tell. */
  force(): boolean {
    this.#forced++;
    if (!this.#open) return false;
    this.#open = false;
    this.#unwanted = true;
    return true;
  }

  /** Ends what is open, and takes no notice of what the detector has heard so far. Returns whether there is an end to tell. */
  forget(): boolean {
    this.#forgotten++;
    this.#unwanted = false;
    const open = this.#open;
    this.#open = false;
    return open;
  }

  #stop(): boolean {
    this.#unwanted = false;
    const open = this.#open;
    this.#open = false;
    return open;
  }
}
