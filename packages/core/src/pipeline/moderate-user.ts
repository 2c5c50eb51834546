import type { ChatMessage } from '../context/chat-message.js';
import { messageText } from '../context/message-text.js';
import type { Frame, FrameOf } from '../frames/frame.js';
import type { HandlerContext, HandlerTable } from '../processor/handler.js';
import type { Judge, ModerationVerdict } from './moderation-verdict.js';

/** Holds each request to the model until all that the user has said since the last reply is judged. */
export function moderateUser(judge: Judge, refusal: string, withheld: string): { readonly down: HandlerTable } {
  /** By the text that they were about; of what the last request held, since all else is forgotten by the conversation, too. */
  const verdicts = new Map<string, ModerationVerdict>();
  /** The last that was said of a speculation, and who waits for its confirmation. */
  let speculation: FrameOf<'speculation'>['state'] | undefined;
  let confirmed = (): void => undefined;

  const forgetOthers = (messages: readonly ChatMessage[]): void => {
    const said = new Set(messages.filter(({ role }) => role === 'user').map(messageText));
    for (const text of verdicts.keys()) if (!said.has(text)) verdicts.delete(text);
  };
  const shown = (message: ChatMessage): ChatMessage =>
    message.role === 'user' && verdicts.get(messageText(message)) === 'block' ? { role: 'user', content: withheld } : message;

  async function* held(request: FrameOf<'llm-context'>, context: HandlerContext): AsyncGenerator<Frame> {
    let last: ModerationVerdict = 'pass';
    for (const text of unanswered(request.messages)) {
      last = verdicts.get(text) ?? (await judge(text, context));
      if (context.signal.aborted) return;
      verdicts.set(text, last);
    }
    forgetOthers(request.messages);
    // What was blocked before is only withheld: the user has said something else since.
    if (last === 'pass') {
      const { speculative, ...plain } = request;
      const messages = request.messages.map(shown);
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
    yield context.frame('tts-speak', { text: refusal });
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
function unanswered(messages: readonly ChatMessage[]): readonly string[] {
  const replied = messages.findLastIndex(({ role, content }) => role === 'assistant' && content !== null);
  const said = messages.slice(replied + 1).filter(({ role }) => role === 'user');
  return said.map(messageText).filter((text) => text !== '');
}
