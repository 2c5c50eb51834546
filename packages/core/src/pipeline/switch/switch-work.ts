import type { FrameNeed, FrameProcessor } from '../../processor/frame-processor.js';

/** What kind of work the branches of a switch do, so that it knows what can be under way in them. */
export interface SwitchWork {
  /** They make text, or a reply, of speech. */
  readonly hears: boolean;
  /** They make speech of text. */
  readonly speaks: boolean;
  /** They answer speech with speech: what was said is dealt with when the answer is heard, not when it is understood. */
  readonly replies: boolean;
}

/** Reads it from what the branches ask for and make; one that does not say is taken to do neither. */
export function workOf(branches: readonly FrameProcessor[]): SwitchWork {
  const leaves = branches.flatMap(leavesOf);
  const needs = new Set(leaves.flatMap(({ fit }) => (fit?.needs ?? []).flatMap(kindsOf)));
  const hears = needs.has('input-audio');
  const makesSpeech = leaves.some(({ fit }) => fit?.emits?.includes('tts-audio') === true);
  return { hears, speaks: needs.has('llm-text') || needs.has('tts-speak'), replies: hears && makesSpeech };
}

function leavesOf(processor: FrameProcessor): readonly FrameProcessor[] {
  return processor.composition === undefined ? [processor] : processor.composition.parts.flatMap(leavesOf);
}

function kindsOf(need: FrameNeed): readonly string[] {
  return typeof need === 'string' ? [need] : need;
}
