import type { ChatMessage, UserContentPart } from '@voxrill/core';
import type { RealtimeDialect, RealtimeItem, RealtimeUserPart } from './realtime-item.js';
import { pcmOfWav } from './wav-pcm.js';

/** A conversation as the Realtime API takes it. */
export interface RealtimeConversation {
  /** For the session; absent when no system message stands at the head. */
  readonly instructions?: string;
  readonly items: readonly RealtimeItem[];
}

/** Options of {@link toRealtime}. */
export interface ToRealtimeOptions {
  /** @defaultValue 'ga' */
  readonly dialect?: RealtimeDialect;
  /**
   * Whether speech of the user goes as `audio`, or as the `transcript` that is known of it: restored conversations are text.
   * @defaultValue 'audio'
   */
  readonly audio?: 'audio' | 'transcript';
}

/**
 * Converts chat messages to the items of a Realtime conversation: system messages at the head become the instructions, each
 * tool call and each result an item of its own, and what was cut off is marked `incomplete`. Throws a RangeError for speech
 * that is not WAV of 24 kHz, 16-bit, mono, and a TypeError for what the dialect has no word for.
 *
 * @example
 * ```ts
 * const { instructions, items } = toRealtime([
 *   { role: 'system', content: 'Be brief.' },
 *   { role: 'user', content: 'Hello.' },
 * ]);
 * console.log(instructions, items.length); // Be brief. 1
 * ```
 */
export function toRealtime(messages: readonly ChatMessage[], options: ToRealtimeOptions = {}): RealtimeConversation {
  const { dialect = 'ga', audio = 'audio' } = options;
  const isSystem = ({ role }: ChatMessage): boolean => role === 'system' || role === 'developer';
  const firstSaid = messages.findIndex((message) => !isSystem(message));
  const head = messages.slice(0, firstSaid === -1 ? messages.length : firstSaid);
  const items = messages.slice(head.length).flatMap((message) => itemsOf(message, dialect, audio));
  return head.length === 0 ? { items } : { instructions: head.map(({ content }) => content).join('\n\n'), items };
}

/** The items of one message. */
export function itemsOf(message: ChatMessage, dialect: RealtimeDialect, audio: 'audio' | 'transcript'): RealtimeItem[] {
  switch (message.role) {
    case 'system':
    case 'developer':
      return [{ type: 'message', role: 'system', content: [{ type: 'input_text', text: message.content }] }];
    case 'user': {
      const parts: readonly UserContentPart[] =
        typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
      return [{ type: 'message', role: 'user', content: parts.map((part) => partOf(part, dialect, audio)) }];
    }
    case 'assistant': {
      const { content, interrupted, tool_calls = [] } = message;
      const type = dialect === 'ga' ? 'output_text' : 'text';
      const calls = tool_calls.map(
        ({ id, function: { name, arguments: text } }): RealtimeItem => ({
          type: 'function_call',
          call_id: id,
          name,
          arguments: text,
        }),
      );
      // What only calls says nothing; what does neither was still a message.
      if (content === null && calls.length > 0) return calls;
      const status = interrupted === true ? ({ status: 'incomplete' } as const) : {};
      return [{ type: 'message', role: 'assistant', ...status, content: [{ type, text: content ?? '' }] }, ...calls];
    }
    case 'tool':
      return [{ type: 'function_call_output', call_id: message.tool_call_id, output: message.content }];
  }
}

function partOf(part: UserContentPart, dialect: RealtimeDialect, audio: 'audio' | 'transcript'): RealtimeUserPart {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image_url': {
      if (dialect === 'beta') throw new TypeError('The Realtime beta takes no pictures: leave them out.');
      const { url, detail } = part.image_url;
      return { type: 'input_image', image_url: url, ...(detail === undefined ? {} : { detail }) };
    }
    case 'input_audio': {
      const { transcript, input_audio } = part;
      if (audio === 'transcript' && transcript !== undefined) return { type: 'input_text', text: transcript };
      if (input_audio.format !== 'wav') {
        throw new RangeError(`Realtime speech cannot be ${input_audio.format}: give WAV of 24 kHz, 16-bit, mono.`);
      }
      return {
        type: 'input_audio',
        audio: pcmOfWav(input_audio.data),
        ...(transcript === undefined ? {} : { transcript }),
      };
    }
  }
}
