import {
  decodeAudio,
  invalidRequest,
  type RealtimeAudioFormat,
  type RealtimeConversationItem,
  type RealtimeErrorDetail,
  type RealtimeServerItem,
} from '@voxrill/openai';
import type { StoredItem } from './conversation.js';
import { ItemAudio } from './item-audio.js';
import type { UserSpeech } from './user-speech.js';

/** What a client's item is made with. */
export interface NewItemScope {
  readonly inputFormat: RealtimeAudioFormat;
  nextId(prefix: string): string;
  /** Whether the conversation has a call of this id. */
  hasCall(callId: string): boolean;
  /** Lets the recogniser hear audio that the client brings. */
  hear(audio: ItemAudio): UserSpeech;
}

/** An item to keep, or why there is none. `param`: the place of the item in its event. */
export type NewItem =
  | { readonly kind: 'item'; readonly stored: StoredItem }
  | { readonly kind: 'refused'; readonly error: RealtimeErrorDetail };

const maxIdChars = 512;

/** Makes of what a client brings an item with an id, whole and complete; spoken ones are heard. */
export function newItem(
  given: RealtimeConversationItem,
  scope: NewItemScope,
  about: { readonly param: string; readonly eventId: string | undefined },
): NewItem {
  const refuse = (code: string, message: string, member: string): NewItem => ({
    kind: 'refused',
    error: invalidRequest(code, message, { param: `${about.param}.${member}`, eventId: about.eventId }),
  });
  const id = given.id ?? scope.nextId('item');
  if (id === '') return refuse('invalid_value', "Invalid 'id': it must not be empty.", 'id');
  if (id.length > maxIdChars) {
    return refuse('string_above_max_length', `Invalid 'id': string too long. Expected a maximum length of ${maxIdChars}.`, 'id');
  }
  const complete = { id, status: 'completed' } as const;
  switch (given.type) {
    case 'function_call':
      return item({ ...given, ...complete, call_id: given.call_id ?? scope.nextId('call') });
    case 'function_call_output':
      return scope.hasCall(given.call_id)
        ? item({ ...given, ...complete })
        : refuse('invalid_tool_call_id', `Tool call ID '${given.call_id.slice(0, 100)}' not found in conversation.`, 'call_id');
    case 'message':
      break;
    default:
      return refuse('invalid_value', `This server calls no MCP servers, and takes no ${given.type} items.`, 'type');
  }
  if (given.role === 'assistant') {
    const brought = given.content.some((part) => part.type === 'output_audio' && (part.audio ?? '') !== '');
    if (brought) return refuse('invalid_value', 'Audio of the assistant cannot be added to a conversation.', 'content');
    const status = given.status === 'incomplete' ? given.status : complete.status;
    return item({ ...given, id, status });
  }
  if (given.role === 'system') return item({ ...given, ...complete });
  const audio = new ItemAudio(scope.inputFormat);
  let transcribed = true;
  for (const part of given.content) {
    if (part.type !== 'input_audio' || typeof part.audio !== 'string') continue;
    audio.push(decodeAudio(part.audio));
    transcribed &&= typeof part.transcript === 'string' && part.transcript !== '';
  }
  const content = given.content.map((part) =>
    part.type === 'input_audio' ? { type: part.type, transcript: part.transcript ?? null } : part,
  );
  const stored = { item: { ...given, ...complete, content } };
  if (audio.bytes === 0) return { kind: 'item', stored };
  return { kind: 'item', stored: { ...stored, audio, ...(transcribed ? {} : { userSpeech: scope.hear(audio) }) } };
}

const item = (made: RealtimeServerItem): NewItem => ({ kind: 'item', stored: { item: made } });
