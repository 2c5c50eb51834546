import type { ChatMessage } from '@voxrill/core';
import { type RealtimeItem, type RealtimeUserPart, toChat } from '@voxrill/openai';
import type { StoredItem } from './conversation.js';

/**
 * What the model is told: the instructions and the items, spoken ones as what was understood and what was heard. A call and its
 * result stand together, wherever the result was put, and a call without one is left out: models of the chat API ask for both.
 */
export function promptOf(stored: readonly StoredItem[], instructions: string): ChatMessage[] {
  const outputs = new Map<string, RealtimeItem>();
  for (const { item } of stored) {
    if (item.type === 'function_call_output') {
      outputs.set(item.call_id, { type: item.type, call_id: item.call_id, output: item.output });
    }
  }
  const items: RealtimeItem[] = [];
  let answers: RealtimeItem[] = [];
  const flush = (): void => {
    items.push(...answers);
    answers = [];
  };
  for (const each of stored) {
    const { item } = each;
    if (item.type === 'function_call_output') continue;
    if (item.type === 'function_call') {
      const answer = outputs.get(item.call_id ?? '');
      if (answer === undefined) continue;
      items.push({ type: item.type, call_id: item.call_id ?? '', name: item.name, arguments: item.arguments });
      answers.push(answer);
      continue;
    }
    const message = messageOf(each);
    if (message === undefined) continue;
    flush();
    items.push(message);
  }
  flush();
  return toChat(instructions === '' ? { items } : { instructions, items });
}

/** Undefined for what says nothing. */
function messageOf(stored: StoredItem): RealtimeItem | undefined {
  const { item } = stored;
  if (item.type !== 'message') return undefined;
  switch (item.role) {
    case 'system':
      return { type: item.type, role: item.role, content: item.content };
    case 'user': {
      // All speech of an item is heard as one, and stands where the first of it is.
      const first = item.content.findIndex((part) => part.type === 'input_audio');
      const content = item.content.flatMap((part, i) => partsOf(part, i === first ? stored.userSpeech?.text : undefined));
      return content.length === 0 ? undefined : { type: item.type, role: item.role, content };
    }
    case 'assistant': {
      const text = saidBy(stored);
      if (text === '') return undefined;
      const cut = item.status === 'incomplete' || stored.heardMs !== undefined;
      return {
        type: item.type,
        role: item.role,
        ...(cut ? { status: 'incomplete' as const } : {}),
        content: [{ type: 'output_text', text }],
      };
    }
  }
}

type UserPart = Extract<StoredItem['item'], { readonly role: 'user' }>['content'][number];

/** `heard`: what was understood of it. */
function partsOf(part: UserPart, heard: string | undefined): RealtimeUserPart[] {
  switch (part.type) {
    case 'input_text':
      return [part];
    case 'input_audio': {
      const text = heard ?? part.transcript ?? '';
      return text === '' ? [] : [{ type: 'input_text', text }];
    }
    case 'input_image': {
      const { image_url, detail } = part;
      if (image_url === undefined || image_url === null) return [];
      const sharp = detail === 'auto' || detail === 'low' || detail === 'high' ? { detail } : {};
      return [{ type: 'input_image', image_url, ...sharp }];
    }
  }
}

/** The words that the model is told the bot has said. */
export function saidBy({ item, botSpeech, heardMs }: StoredItem): string {
  if (botSpeech !== undefined) return heardMs === undefined ? botSpeech.text : botSpeech.heard(heardMs);
  if (item.type !== 'message' || item.role !== 'assistant') return '';
  return item.content
    .map((part) => (part.type === 'output_text' ? part.text : (part.transcript ?? '')))
    .join(' ')
    .trim();
}
