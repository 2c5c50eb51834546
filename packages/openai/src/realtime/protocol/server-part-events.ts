import { encodeAudio } from './audio-base64.js';
import type { RealtimeServerEvent } from './schema/server-event-schema.js';

type Said<T extends RealtimeServerEvent['type']> = Extract<RealtimeServerEvent, { type: T }>;

/** Which part of which item of which response something is about. */
export interface RealtimePartAddress {
  readonly response_id: string;
  readonly item_id: string;
  readonly output_index: number;
  readonly content_index: number;
}

/** Which function call of which response something is about. */
export interface RealtimeCallAddress extends Omit<RealtimePartAddress, 'content_index'> {
  readonly call_id: string;
}

type Kind = 'audio' | 'text';

const part = (kind: Kind, words: string) => (kind === 'audio' ? { type: kind, transcript: words } : { type: kind, text: words });

/** The events about the inside of an item that is being made. */
export function partEvents(nextEventId: () => string) {
  const named = () => ({ event_id: nextEventId() });
  return {
    contentPartAdded: (at: RealtimePartAddress, kind: Kind): Said<'response.content_part.added'> => ({
      type: 'response.content_part.added',
      ...named(),
      ...at,
      part: part(kind, ''),
    }),
    contentPartDone: (at: RealtimePartAddress, kind: Kind, words: string): Said<'response.content_part.done'> => ({
      type: 'response.content_part.done',
      ...named(),
      ...at,
      part: part(kind, words),
    }),
    /** `audio`: whole samples in the output format, or base64 of them. */
    audioDelta: (at: RealtimePartAddress, audio: Uint8Array | Int16Array | string): Said<'response.output_audio.delta'> => ({
      type: 'response.output_audio.delta',
      ...named(),
      ...at,
      delta: typeof audio === 'string' ? audio : encodeAudio(audio),
    }),
    audioDone: (at: RealtimePartAddress): Said<'response.output_audio.done'> => ({
      type: 'response.output_audio.done',
      ...named(),
      ...at,
    }),
    audioTranscriptDelta: (at: RealtimePartAddress, delta: string): Said<'response.output_audio_transcript.delta'> => ({
      type: 'response.output_audio_transcript.delta',
      ...named(),
      ...at,
      delta,
    }),
    audioTranscriptDone: (at: RealtimePartAddress, transcript: string): Said<'response.output_audio_transcript.done'> => ({
      type: 'response.output_audio_transcript.done',
      ...named(),
      ...at,
      transcript,
    }),
    textDelta: (at: RealtimePartAddress, delta: string): Said<'response.output_text.delta'> => ({
      type: 'response.output_text.delta',
      ...named(),
      ...at,
      delta,
    }),
    textDone: (at: RealtimePartAddress, text: string): Said<'response.output_text.done'> => ({
      type: 'response.output_text.done',
      ...named(),
      ...at,
      text,
    }),
    argumentsDelta: (at: RealtimeCallAddress, delta: string): Said<'response.function_call_arguments.delta'> => ({
      type: 'response.function_call_arguments.delta',
      ...named(),
      ...at,
      delta,
    }),
    /** Without arguments it says `{}`: an empty text breaks every client that reads JSON. */
    argumentsDone: (at: RealtimeCallAddress, name: string, text: string): Said<'response.function_call_arguments.done'> => ({
      type: 'response.function_call_arguments.done',
      ...named(),
      ...at,
      name,
      arguments: text.trim() === '' ? '{}' : text,
    }),
  };
}
