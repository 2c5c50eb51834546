import type { Frame, LLMChunk, TappedFrame, TranscriptResult, TTSChunk } from '@voxrill/core';

/** What a recorded provider does next in one of its calls. */
export type ProviderStep<T = LLMChunk | TTSChunk | TranscriptResult | ToolStep> =
  | { readonly type: 'yield'; readonly value: T }
  | { readonly type: 'return' }
  | { readonly type: 'throw'; readonly error: unknown };

/** What a tool gives before it ends, and in the end. */
export type ToolStep = { readonly progress: unknown } | { readonly result: unknown };

/** Something that came from outside the pipeline. */
export type OutsideAct =
  /** The input transport handed it in. */
  | { readonly type: 'input'; readonly frame: Frame }
  /** The input transport reported trouble. */
  | { readonly type: 'input-error'; readonly error: unknown }
  /** The application did it. */
  | { readonly type: 'send'; readonly frame: Frame }
  | { readonly type: 'interrupt'; readonly reason: string; readonly by: string | undefined; readonly turn: number }
  | { readonly type: 'end' | 'cancel'; readonly reason: string | undefined }
  /** An end-to-end model made it, by what its service had said. */
  | { readonly type: 'make'; readonly model: string; readonly frame: Frame; readonly direction: TappedFrame['direction'] }
  /** The end-to-end models had nothing more to do: the session came to its end. */
  | { readonly type: 'finish' }
  /** `call`: the id of the utterance, of the response, or of the tool call. */
  | { readonly type: 'give'; readonly provider: string; readonly call: string; readonly step: ProviderStep };

/** When and where in the sequence it happened. */
export interface OutsideEvent {
  /** Session milliseconds. */
  readonly at: number;
  /** How many frames had been seen before. */
  readonly index: number;
  /** How many frames had been made since the newest of these, and were not seen yet, or never. @defaultValue 0 */
  readonly unseen?: number;
  readonly act: OutsideAct;
}

/** Under which name the answers of tools are kept. */
export const toolsProvider = 'tools';

/** The names of the end-to-end models in a recording, as they have announced themselves. */
export function realtimeNamesIn(frames: readonly TappedFrame[]): ReadonlySet<string> {
  return new Set(
    frames.flatMap(({ frame }) => (frame.kind === 'service-metadata' && frame.service === 'realtime' ? [frame.processor] : [])),
  );
}

/** The frames that are seen for the first time. */
export function firstSightings(frames: readonly TappedFrame[]): readonly TappedFrame[] {
  const seen = new Set<number>();
  return frames.filter(({ frame }) => !seen.has(frame.id) && seen.add(frame.id));
}
