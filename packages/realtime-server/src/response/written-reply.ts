import { chain, defineFrameKind, defineProcessor, type FrameOf, type FrameProcessor } from '@voxrill/core';
import type { ReplyPath } from './reply-path.js';

declare module '@voxrill/core' {
  interface FrameMap {
    /** Text of a reply that is not to be spoken, on its way past the voice. */
    'written-text': { readonly text: string; readonly response: string };
  }
}

const writtenKind = defineFrameKind('written-text', { lane: 'data' });

/**
 * The same pipeline, with a way past each voice for replies that are only written: their text does not wait for speech that
 * nobody will hear. A voice inside of something else than a row of stages is not found; what it says is then left unheard.
 */
export function withWrittenReplies(processor: FrameProcessor, path: ReplyPath): FrameProcessor {
  const { composition } = processor;
  if (composition?.kind === 'series') {
    if (!composition.parts.some(holdsVoice)) return processor;
    return chain(processor.name, ...composition.parts.map((part) => withWrittenReplies(part, path)));
  }
  return isVoice(processor) ? pastVoice(processor, path) : processor;
}

function holdsVoice(processor: FrameProcessor): boolean {
  const { composition } = processor;
  return composition?.kind === 'series' ? composition.parts.some(holdsVoice) : isVoice(processor);
}

/** A stage that speaks, and does not think of what to say itself. */
const isVoice = ({ fit, composition }: FrameProcessor): boolean =>
  composition === undefined && fit?.emits?.includes('tts-audio') === true && !fit.emits.includes('llm-text');

function pastVoice(voice: FrameProcessor, path: ReplyPath): FrameProcessor {
  const before = defineProcessor(
    `before ${voice.name}`,
    (stage) => ({
      down: {
        'llm-text': (frame: FrameOf<'llm-text'>) =>
          path.silent ? stage.frame('written-text', { text: frame.text, response: frame.response }, frame.turn) : frame,
      },
    }),
    { fit: { emits: ['written-text', 'llm-text'] }, kinds: [writtenKind] },
  );
  const behind = defineProcessor(
    `behind ${voice.name}`,
    (stage) => ({
      down: {
        'written-text': (frame: FrameOf<'written-text'>) =>
          stage.frame('llm-text', { text: frame.text, response: frame.response }, frame.turn),
      },
    }),
    { fit: { emits: ['llm-text'] }, kinds: [writtenKind] },
  );
  return chain(voice.name, before, voice, behind);
}
