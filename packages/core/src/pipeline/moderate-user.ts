import type { ChatMessage } from '../context/chat-message.js';
import { messageText } from '../context/message-text.js';
import type { Frame, FrameOf } from '../frames/frame.js';
import type { HandlerContext, HandlerTable } from '../processor/handler.js';
import { JudgedMessages } from './judged-messages.js';
import type { Judge, ModerationVerdict } from './moderation-verdict.js';

/** Holds each request to the model until all that the user has said since the last reply is judged. */
export function moderateUser(judge: Judge, refusal: string, withheld: string): { readonly down: HandlerTable } {
  const judged = new JudgedMessages();
  /** The last that was said of a speculation, and who waits for its confirmation. */
  let speculation: FrameOf<'speculation'>['state'] | undefined;
  let confirmed = (): void => undefined;

  async function* held(request: FrameOf<'llm-context'>, context: HandlerContext): AsyncGenerator<Frame> {
    const verdicts = judged.recall(request.messages.filter(({ role }) => role === 'user'));
    let last: ModerationVerdict = 'pass';
    for (const message of unanswered(request.messages)) {
      const known = verdicts.get(message);
      last = known ?? (await judge(messageText(message), context));
      if (context.signal.aborted) return;
      if (known !== undefined) continue;
      verdicts.set(message, last);
      judged.add(message, last);
    }
    // What was blocked before is only withheld: the user has said something else since.
    if (last === 'pass') {
      const { speculative, ...plain } = request;
      const messages = request.messages.map((message): ChatMessage => {
        return verdicts.get(message) === 'block' ? { role: 'user', content: withheld } : message;
      });
      // The confirmation overtakes the request, and would not come again.
      if (speculative === undefined || speculation === 'confirmed') yield { ...plain, messages };
      else yield { ...request, messages };
      return;
    }
    if (request.speculative !== undefined && speculation !== 'confirmed') {
      await new Promise<void>((resolve) => {
        confirmed = resolve;
        context.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    yield context.frame('tts-speak', { text: refusal, response: context.name });
  }

  return {
    down: {
      speculation: (frame) => {
        speculation = frame.state;
        if (frame.state === 'confirmed') confirmed();
        return frame;
      },
      'llm-context': held,
    },
  };
}

/** What the user has said since the last reply. */
function unanswered(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const replied = messages.findLastIndex(({ role, content }) => role === 'assistant' && content !== null);
  return messages.slice(replied + 1).filter((message) => message.role === 'user' && messageText(message) !== '');
}
