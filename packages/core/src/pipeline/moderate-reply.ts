import type { Frame, FrameOf } from '../frames/frame.js';
import type { HandlerContext, HandlerResult, HandlerTable, StageScope } from '../processor/handler.js';
import { SentenceAggregator } from '../text/sentence-aggregator.js';
import type { Judge } from './moderation-verdict.js';

/** A reply that is longer is judged in parts, also where it is to be judged as a whole. */
const maxHeld = 20_000;

/** Holds the text of each reply until it is judged. */
export function moderateReply(
  stage: StageScope,
  judge: Judge,
  refusal: string,
  unit: 'sentence' | 'response',
): { readonly down: HandlerTable } {
  let sentences = new SentenceAggregator();
  let held = '';
  let response: string | undefined;
  /** The response that is not heard any more. */
  let blocked: string | undefined;
  const reset = (): void => {
    sentences = new SentenceAggregator();
    held = '';
    response = undefined;
    blocked = undefined;
  };
  stage.session.onInterrupt(reset);

  async function* judged(texts: readonly string[], of: string, context: HandlerContext, last?: Frame): AsyncGenerator<Frame> {
    for (const text of texts) {
      if (blocked === of) break;
      const verdict = await judge(text, context);
      if (context.signal.aborted) return;
      if (verdict === 'block') blocked = of;
      // The space tells the voice that the sentence is over.
      yield context.frame('llm-text', { text: verdict === 'block' ? refusal : `${text} `, response: of });
    }
    if (last !== undefined) yield last;
  }

  /** The units that are whole by now. */
  const push = (text: string): readonly string[] => {
    if (unit === 'sentence') return sentences.push(text);
    held += text;
    return held.length < maxHeld ? [] : rest();
  };
  const rest = (): readonly string[] => {
    const text = unit === 'sentence' ? (sentences.flush() ?? '') : held.trim();
    held = '';
    return text === '' ? [] : [text];
  };

  return {
    down: {
      'llm-text': (frame: FrameOf<'llm-text'>, context: HandlerContext): HandlerResult => {
        if (response !== frame.response) {
          reset();
          response = frame.response;
        }
        if (blocked === frame.response) return undefined;
        const texts = push(frame.text);
        return texts.length === 0 ? undefined : judged(texts, frame.response, context);
      },
      'llm-response-end': (frame: FrameOf<'llm-response-end'>, context: HandlerContext): HandlerResult => {
        const texts = response === frame.response && blocked !== response ? rest() : [];
        return texts.length === 0 ? frame : judged(texts, frame.response, context, frame);
      },
    },
  };
}
