import type { FrameOf } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { HandlerTable, StageScope } from '../processor/handler.js';
import type { SessionContext } from '../session/session-context.js';
import { RecentlySeen } from './recently-seen.js';

const tapFit = { emits: [] } as const;

/** For how many frames and utterances it is remembered that they have been seen. */
const maxRemembered = 256;

/** Something that was said. Times are session milliseconds. */
export interface TranscriptEntry {
  /** Names the item within its session; what is said of it in between and its final form share it. */
  readonly id: string;
  /** `user`: as the recogniser understood it, or as it was typed. `bot`: as far as it was heard. */
  readonly who: 'user' | 'bot';
  readonly text: string;
  /** When it began to be said, or was typed. */
  readonly atMs: number;
  readonly endMs: number;
  /** The turn in which it was said. */
  readonly turn: number;
  /** False: more of it may come, under the same id. */
  readonly final: boolean;
  /** The utterance that it is; absent when it was typed. */
  readonly utterance?: string;
  /** The bot was cut off behind this text. */
  readonly interrupted?: true;
  /** Said, but no part of the conversation, like "one moment". */
  readonly aside?: true;
  /** If the recogniser knows it. */
  readonly language?: string;
}

/** Gets what was said. */
export type TranscriptListener = (entry: TranscriptEntry, session: SessionContext) => void;

/** Options of {@link transcriptTap}. */
export interface TranscriptTapOptions {
  /** Whether what is understood or heard so far is told as well. @defaultValue false */
  readonly interim?: boolean;
  /** @defaultValue 'transcript-tap' */
  readonly name?: string;
}

/**
 * Tells the application what both sides have said. The user's side is what was recognised or typed, the bot's side what was
 * heard of it: what a model wrote and nobody heard is in neither. Stands anywhere between the recogniser and the output. What
 * the listener throws becomes an error frame.
 *
 * @example
 * ```ts
 * const tap = transcriptTap(({ who, text }, session) => session.log.info(`${who}: ${text}`));
 * ```
 */
export function transcriptTap(onEntry: TranscriptListener, options: TranscriptTapOptions = {}): FrameProcessor<typeof tapFit> {
  const { interim = false, name = 'transcript-tap' } = options;
  return defineProcessor(
    name,
    (stage) => {
      const handlers = listen(stage, interim, onEntry);
      return { down: handlers, up: handlers };
    },
    { fit: tapFit },
  );
}

function listen(stage: StageScope, interim: boolean, onEntry: TranscriptListener): HandlerTable {
  // What is broadcast may come both ways, and from several branches.
  const seen = new RecentlySeen<number>(maxRemembered);
  const began = new Map<string, number>();
  const tell = (frame: { readonly id: number }, entry: TranscriptEntry): void => {
    if (entry.text === '' || !seen.first(frame.id)) return;
    stage.session.guard(stage.name, () => onEntry(entry, stage.session));
  };
  const heard = <K extends 'transcription' | 'interim-transcription'>(frame: FrameOf<K>, final: boolean): FrameOf<K> => {
    const { text, utterance, startMs, endMs, turn, language } = frame;
    const spoken = { id: utterance, who: 'user', text, atMs: startMs, endMs, turn, final, utterance } as const;
    if (final || interim) tell(frame, { ...spoken, ...(language === undefined ? {} : { language }) });
    return frame;
  };
  return {
    transcription: (frame) => heard(frame, true),
    'interim-transcription': (frame) => heard(frame, false),
    'input-text': (frame) => {
      const { text, at, turn, id } = frame;
      tell(frame, { id: `input-${id}`, who: 'user', text, atMs: at, endMs: at, turn, final: true });
      return frame;
    },
    'bot-spoke': (frame) => {
      const { utterance, text, playedMs, at, turn, state, aside } = frame;
      const atMs = began.get(utterance) ?? at - playedMs;
      const final = state !== 'playing';
      if (final) began.delete(utterance);
      else {
        began.set(utterance, atMs);
        forgetOldest(began);
      }
      if (final || interim) {
        const spoken = { id: utterance, who: 'bot', text, atMs, endMs: at, turn, final, utterance } as const;
        const cut = state === 'interrupted' ? { interrupted: true as const } : {};
        tell(frame, { ...spoken, ...cut, ...(aside === true ? { aside } : {}) });
      }
      return frame;
    },
  };
}

function forgetOldest(memory: Map<string, number>): void {
  for (const key of memory.keys()) {
    if (memory.size <= maxRemembered) return;
    memory.delete(key);
  }
}
