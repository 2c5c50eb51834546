import { type Frame, SentenceAggregator } from '@voxrill/core';

/** Gathers what the bot says into sentences, be its text known beforehand or only while it is spoken. */
export class SpokenSentences {
  #aggregator = new SentenceAggregator();

  /** Looks at a frame; returns the sentences that it makes whole. */
  sees(frame: Frame): readonly string[] {
    switch (frame.kind) {
      case 'tts-started':
        this.#aggregator = new SentenceAggregator();
        return frame.text === '' ? [] : [frame.text];
      case 'tts-text':
        return this.#aggregator.push(frame.text);
      case 'tts-stopped': {
        const rest = this.#aggregator.flush();
        return rest === undefined ? [] : [rest];
      }
      default:
        return [];
    }
  }
}
