import type { FrameOf } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { SentenceAggregator } from './sentence-aggregator.js';

const sentencesFit = { needs: ['llm-text'], emits: [] } as const;

/**
 * Gathers the pieces of a model's reply into whole sentences: each `llm-text` that leaves it is one, with a space behind it
 * unless it is the last. For whoever must not see half a sentence; a voice gathers by itself.
 *
 * @example
 * ```ts
 * const whole = sentences();
 * ```
 */
export function sentences(): FrameProcessor<typeof sentencesFit> {
  return defineProcessor(
    'sentences',
    (stage) => {
      let aggregator = new SentenceAggregator();
      let response: string | undefined;
      stage.session.onInterrupt(() => {
        aggregator = new SentenceAggregator();
        response = undefined;
      });
      const rest = (): FrameOf<'llm-text'>[] => {
        const text = aggregator.flush();
        const of = response;
        response = undefined;
        return text === undefined || of === undefined ? [] : [stage.frame('llm-text', { text, response: of })];
      };
      return {
        down: {
          'llm-text': (frame: FrameOf<'llm-text'>) => {
            const before = response === frame.response ? [] : rest();
            response = frame.response;
            // The space tells the next aggregator that the sentence is over.
            return [...before, ...aggregator.push(frame.text).map((text) => ({ ...frame, text: `${text} ` }))];
          },
          'llm-response-end': (frame: FrameOf<'llm-response-end'>) => [...rest(), frame],
        },
      };
    },
    { fit: sentencesFit },
  );
}
