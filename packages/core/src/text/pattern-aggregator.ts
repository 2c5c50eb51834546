import type { Frame, FrameOf } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { StageScope } from '../processor/handler.js';
import { PatternScanner } from './pattern-scanner.js';

const patternFit = { needs: ['llm-text'], emits: [] } as const;

/** What stood between the two marks. */
export interface PatternMatch {
  readonly text: string;
  /** The model's response that it was found in. */
  readonly response: string;
}

/** Options of {@link patternAggregator}. */
export interface PatternAggregatorOptions {
  /** What opens the part that is not to be said, like `<voice>`. Compared character by character. */
  readonly start: string;
  /** What closes it; may be the same. */
  readonly end: string;
  /** Gets each part, in its place in the stream. The frames that it returns take that place. */
  readonly onMatch: (match: PatternMatch, stage: StageScope) => void | Frame | Iterable<Frame>;
  /** A part that is longer is no part, and is handed on as text, marks included. @defaultValue 2_000 */
  readonly maxLength?: number;
  /** @defaultValue 'pattern' */
  readonly name?: string;
}

/**
 * Takes what stands between two marks out of a model's text, so that it is not spoken, and gives it to the application: a
 * voice to change to, a mood, a note. It does not matter how the model has cut its text. A mark that is never closed is handed
 * on as text when the response ends, and forgotten at an interruption.
 *
 * @example
 * ```ts
 * const voice = patternAggregator({
 *   start: '<voice>',
 *   end: '</voice>',
 *   onMatch: ({ text }, { session }) => session.log.info(`The model wants the voice ${text}.`),
 * });
 * ```
 */
export function patternAggregator(options: PatternAggregatorOptions): FrameProcessor<typeof patternFit> {
  const { start, end, onMatch, maxLength = 2_000, name = 'pattern' } = options;
  if (start === '' || end === '') throw new TypeError('start and end of a pattern must not be empty; give marks like "<voice>".');
  if (!(maxLength > 0)) throw new RangeError(`maxLength is ${maxLength}; it is a number of characters, more than 0.`);
  return defineProcessor(
    name,
    (stage) => {
      let scanner = new PatternScanner(start, end, maxLength);
      let response = '';
      stage.session.onInterrupt(() => {
        scanner = new PatternScanner(start, end, maxLength);
      });
      const textFrame = (text: string): FrameOf<'llm-text'> => stage.frame('llm-text', { text, response });
      const matched = (text: string): Iterable<Frame> => {
        // The text around it must not be lost with what the application throws.
        try {
          const made = onMatch({ text, response }, stage);
          if (made === undefined) return [];
          return 'kind' in made ? [made] : made;
        } catch (error) {
          stage.fail(error);
          return [];
        }
      };
      const rest = (): FrameOf<'llm-text'>[] => {
        const text = scanner.flush();
        return text === '' ? [] : [textFrame(text)];
      };
      return {
        down: {
          'llm-text': function* (frame: FrameOf<'llm-text'>): Generator<Frame> {
            if (frame.response !== response) yield* rest();
            response = frame.response;
            for (const part of scanner.push(frame.text)) {
              if (part.matched) yield* matched(part.text);
              else yield textFrame(part.text);
            }
          },
          'llm-response-end': (frame: FrameOf<'llm-response-end'>) => [...rest(), frame],
        },
      };
    },
    { fit: patternFit },
  );
}
