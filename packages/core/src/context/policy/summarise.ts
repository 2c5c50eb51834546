import { deadline } from '../../clock/deadline.js';
import { untilAborted } from '../../rx/until-aborted.js';
import type { LanguageModel } from '../../services/contracts.js';
import { ServiceError } from '../../services/service-error.js';
import type { ChatMessage } from '../chat-message.js';
import { messageText } from '../message-text.js';
import type { PolicyScope } from './context-policy.js';

const usualInstructions =
  'Summarise this part of a spoken conversation in a few sentences, for the assistant who goes on with it. Keep every name, number, date, wish, decision, promise and result of a tool. Write nothing else.';

/** A model that does not stop is stopped here. */
const maxCharacters = 8000;

/** Has a model sum messages up within a time limit. Rejects with what went wrong, or with the reason of the scope's signal. */
export async function summarise(
  model: Pick<LanguageModel, 'name' | 'generate'>,
  messages: readonly ChatMessage[],
  options: { readonly limitMs: number; readonly instructions?: string },
  scope: PolicyScope,
): Promise<string> {
  const { limitMs, instructions = usualInstructions } = options;
  const { clock } = scope;
  const limit = deadline(clock, scope.signal, (error) => scope.fail(error));
  limit.set(limitMs, () => new ServiceError('timeout', `"${model.name}" gave no summary within ${limitMs} ms.`));
  const call = { clock, signal: limit.signal };
  const request: readonly ChatMessage[] = [
    { role: 'system', content: instructions },
    { role: 'user', content: messages.map(line).join('\n') },
  ];
  let text = '';
  try {
    for await (const chunk of untilAborted(model.generate({ messages: request, tools: [] }, call), limit.signal)) {
      if (chunk.type === 'usage') scope.used(model.name, chunk.usage);
      else if (chunk.type === 'text') text += chunk.text;
      if (text.length > maxCharacters) break;
    }
  } finally {
    limit.clear();
  }
  const summary = text.trim().slice(0, maxCharacters);
  if (summary === '') throw new ServiceError('server', `"${model.name}" gave an empty summary.`, { usable: true });
  return summary;
}

function line(message: ChatMessage): string {
  const text = messageText(message);
  if (message.role === 'tool') return `tool result: ${text}`;
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []).map((call) => call.function) : [];
  const cut = message.role === 'assistant' && message.interrupted === true ? ' (was interrupted)' : '';
  const said = text === '' ? [] : [`${message.role}: ${text}${cut}`];
  return [...said, ...calls.map(({ name, arguments: given }) => `assistant called ${name} with ${given}`)].join('\n');
}
