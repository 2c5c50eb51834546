import type { FrameOf } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { type RunningRewriter, rewriteWords, type TextRewriter } from './text-rewriter.js';

const textFilterFit = { emits: [] } as const;

/** What {@link textFilter} applies: a rewriter, or a function from text to text, which is given whole words. */
export type TextFilterStep = TextRewriter | ((text: string) => string);

/**
 * Rewrites what the bot is about to say, before the voice gets it: the pieces of a model's reply (`llm-text`) and the texts
 * of the application (`tts-speak`). The steps are applied in order, and the result does not depend on how the model has cut
 * its text. What is reported as heard is the filtered text, because that is what was said.
 *
 * @example
 * ```ts
 * const speakable = textFilter(withoutEmoji, withoutMarkdown, spokenNumbers, (text) => text.replaceAll('SQL', 'sequel'));
 * ```
 */
export function textFilter(...steps: readonly TextFilterStep[]): FrameProcessor<typeof textFilterFit> {
  const rewriters = steps.map((step) => (typeof step === 'function' ? rewriteWords(step) : step));
  return defineProcessor(
    'text-filter',
    (stage) => {
      let running: { readonly response: string; readonly chain: RunningRewriter } | undefined;
      stage.session.onInterrupt(() => {
        running = undefined;
      });
      /** The rest of the reply that is under way. */
      const rest = (): FrameOf<'llm-text'>[] => {
        if (running === undefined) return [];
        const { response, chain } = running;
        running = undefined;
        const text = chain.flush();
        return text === '' ? [] : [stage.frame('llm-text', { text, response })];
      };
      return {
        down: {
          'llm-text': (frame: FrameOf<'llm-text'>) => {
            const before = running?.response === frame.response ? [] : rest();
            running ??= { response: frame.response, chain: inARow(rewriters) };
            const text = running.chain.push(frame.text);
            return text === '' ? before : [...before, { ...frame, text }];
          },
          'llm-response-end': (frame: FrameOf<'llm-response-end'>) => [...rest(), frame],
          'tts-speak': (frame: FrameOf<'tts-speak'>) => {
            const chain = inARow(rewriters);
            const text = chain.push(frame.text) + chain.flush();
            return text.trim() === '' ? undefined : { ...frame, text };
          },
        },
      };
    },
    { fit: textFilterFit },
  );
}

function inARow(rewriters: readonly TextRewriter[]): RunningRewriter {
  const chain = rewriters.map((rewriter) => rewriter.begin());
  return {
    push: (text) => chain.reduce((made, rewriter) => (made === '' ? '' : rewriter.push(made)), text),
    flush: () => chain.reduce((made, rewriter) => (made === '' ? '' : rewriter.push(made)) + rewriter.flush(), ''),
  };
}
