import type { RealtimeServerItem } from '@voxrill/openai';
import type { CallScope } from '../call/call-scope.js';
import type { UserSpeech } from './user-speech.js';

/** Keeps items up to date with what was understood of them, however late, and tells the client if it wants to be told. */
export class Transcripts {
  readonly #call: CallScope;

  constructor(call: CallScope) {
    this.#call = call;
  }

  /** The item has been announced. */
  watch(itemId: string, speech: UserSpeech): void {
    let told = '';
    const tell = (text: string): void => {
      // What the recogniser takes back was told already; the whole text sets it right.
      if (!this.#wanted || text.length <= told.length || !text.startsWith(told)) return;
      const delta = text.slice(told.length);
      told = text;
      this.#call.send(this.#call.say.transcriptionDelta(itemId, delta));
    };
    speech.onPartial((text) => {
      if (this.#call.conversation.get(itemId) !== undefined) tell(text);
    });
    speech.whenKnown(() => {
      const { conversation, say, send } = this.#call;
      if (conversation.get(itemId) === undefined) return;
      const { text, error, language } = speech;
      if (error === undefined) conversation.update(itemId, (stored) => ({ ...stored, item: transcribed(stored.item, text) }));
      if (!this.#wanted) return;
      if (error !== undefined) {
        send(say.transcriptionFailed(itemId, error, 'transcription_failed'));
        return;
      }
      tell(text);
      const seconds = Math.round(speech.durationMs) / 1000;
      send(say.transcriptionCompleted(itemId, text, { type: 'duration', seconds }, language));
    });
  }

  get #wanted(): boolean {
    return this.#call.session.audio.input.transcription !== null;
  }
}

function transcribed(item: RealtimeServerItem, text: string): RealtimeServerItem {
  if (item.type !== 'message' || item.role !== 'user') return item;
  const at = item.content.findIndex((part) => part.type === 'input_audio');
  const content = item.content.map((part, i) => (i === at && part.type === 'input_audio' ? { ...part, transcript: text } : part));
  return { ...item, content };
}
