import type { ChatMessage, ChatToolCall, UserContentPart } from '@voxrill/core';
import type { RealtimeAssistantPart, RealtimeItem, RealtimeUserPart } from './realtime-item.js';
import type { RealtimeConversation } from './to-realtime.js';
import { wavOfPcm } from './wav-pcm.js';

/**
 * Converts a Realtime conversation, of either dialect, to chat messages. Calls that follow each other become one message;
 * speech that came without its audio becomes its transcript; instructions become a system message.
 *
 * @example
 * ```ts
 * const messages = toChat({
 *   instructions: 'Be brief.',
 *   items: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] }],
 * });
 * console.log(messages.length); // 2
 * ```
 */
export function toChat({ instructions, items }: RealtimeConversation): ChatMessage[] {
  const messages: ChatMessage[] = instructions === undefined ? [] : [{ role: 'system', content: instructions }];
  let calls: ChatToolCall[] | undefined;
  for (const item of items) {
    if (item.type !== 'function_call') {
      calls = undefined;
      messages.push(messageOf(item));
      continue;
    }
    if (calls === undefined) {
      calls = [];
      messages.push({ role: 'assistant', content: null, tool_calls: calls });
    }
    calls.push({ id: item.call_id, type: 'function', function: { name: item.name, arguments: item.arguments } });
  }
  return messages;
}

function messageOf(item: Exclude<RealtimeItem, { readonly type: 'function_call' }>): ChatMessage {
  if (item.type === 'function_call_output') return { role: 'tool', tool_call_id: item.call_id, content: item.output };
  switch (item.role) {
    case 'system':
      return { role: 'system', content: item.content.map(({ text }) => text).join('\n') };
    case 'user': {
      const parts = item.content.map(partOf);
      const [only] = parts;
      return { role: 'user', content: parts.length === 1 && only?.type === 'text' ? only.text : parts };
    }
    case 'assistant': {
      const content = item.content.map(textOf).join(' ').trim();
      return { role: 'assistant', content, ...(item.status === 'incomplete' ? { interrupted: true } : {}) };
    }
  }
}

const textOf = (part: RealtimeAssistantPart): string => ('text' in part ? part.text : (part.transcript ?? ''));

function partOf(part: RealtimeUserPart): UserContentPart {
  switch (part.type) {
    case 'input_text':
      return { type: 'text', text: part.text };
    case 'input_image':
      return {
        type: 'image_url',
        image_url: { url: part.image_url, ...(part.detail === undefined ? {} : { detail: part.detail }) },
      };
    case 'input_audio': {
      const transcript = part.transcript ?? undefined;
      if (part.audio === undefined) return { type: 'text', text: transcript ?? '' };
      return {
        type: 'input_audio',
        input_audio: { data: wavOfPcm(part.audio), format: 'wav' },
        ...(transcript === undefined ? {} : { transcript }),
      };
    }
  }
}
