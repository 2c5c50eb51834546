import type { FrameOf } from '../frames/frame.js';

/** The frames of one utterance. */
export type SpeechFrame = FrameOf<'tts-started' | 'tts-text' | 'tts-words' | 'tts-audio' | 'tts-stopped'>;

/**
 * What the bot would say if the turn were over: kept until it is. What it was told to say, and what it was saying already, is
 * no guess, and is not kept.
 */
export class HeldSpeech {
  readonly frames: SpeechFrame[] = [];
  readonly #utterances = new Set<string>();

  /** Returns false for a frame that may be played. */
  keep(frame: SpeechFrame): boolean {
    if (frame.kind === 'tts-started' && frame.response !== undefined) this.#utterances.add(frame.utterance);
    if (!this.#utterances.has(frame.utterance)) return false;
    this.frames.push(frame);
    return true;
  }
}
