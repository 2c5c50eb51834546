import type { Lane } from './frame.js';
import type { CoreFrameMap } from './frame-map.js';

/** What the kernel must know of a kind. */
export interface FrameTraits {
  readonly lane: Lane;
  /** Whether a frame of an older turn may still be handed on. Only matters on the data lane. */
  readonly survivesInterruption: boolean;
}

/** A kind that a plug-in adds; list it in `kinds` of the processor that makes it. */
export interface FrameKindDefinition extends FrameTraits {
  readonly kind: string;
}

const media: FrameTraits = { lane: 'media', survivesInterruption: true };
const control: FrameTraits = { lane: 'control', survivesInterruption: true };
/** What the user did, and what happened. */
const fact: FrameTraits = { lane: 'data', survivesInterruption: true };
/** Work made in reply. */
const reply: FrameTraits = { lane: 'data', survivesInterruption: false };

const coreKinds: Readonly<Record<keyof CoreFrameMap, FrameTraits>> = {
  start: control,
  end: control,
  cancel: control,
  interruption: control,
  error: control,
  metrics: control,
  'service-metadata': control,
  'service-settings': control,
  'vad-user-started-speaking': control,
  'vad-user-stopped-speaking': control,
  'user-started-speaking': control,
  'user-stopped-speaking': control,
  'user-speech-ignored': control,
  'proposed-user-started-speaking': control,
  'proposed-user-stopped-speaking': control,
  'turn-verdict': control,
  'push-to-talk': control,
  'force-reply': control,
  'user-mute-started': control,
  'user-mute-stopped': control,
  'user-idle': control,
  speculation: control,
  'speech-protected': control,
  'output-pause': control,
  'output-resume': control,
  'bot-started-speaking': control,
  'bot-stopped-speaking': control,
  'bot-spoke': control,
  'input-transport-message': control,
  'output-transport-message': control,
  'input-audio': media,
  'interim-transcription': fact,
  transcription: fact,
  'input-text': fact,
  'input-dtmf': fact,
  'llm-context-changed': fact,
  'llm-context': reply,
  'llm-response-start': reply,
  'llm-text': reply,
  'llm-response-end': reply,
  'tts-speak': reply,
  'tts-started': reply,
  'tts-audio': reply,
  'tts-text': reply,
  'tts-words': reply,
  'tts-stopped': reply,
  'tool-calls': reply,
  'tool-progress': fact,
  'tool-result': fact,
};

/**
 * Describes a kind of your own. A kind that nobody described travels on the data lane and dies with its turn.
 *
 * @example
 * ```ts
 * const weatherKind = defineFrameKind('weather', { lane: 'data', survivesInterruption: true });
 * ```
 */
export function defineFrameKind(
  kind: string,
  traits: { readonly lane: Lane; readonly survivesInterruption?: boolean },
): FrameKindDefinition {
  return { kind, lane: traits.lane, survivesInterruption: traits.lane !== 'data' || (traits.survivesInterruption ?? false) };
}

/** The traits of every kind in one session. */
export class FrameKinds {
  readonly #traits = new Map<string, FrameTraits>(Object.entries(coreKinds));

  add(definition: FrameKindDefinition): void {
    const known = this.#traits.get(definition.kind);
    if (
      known !== undefined &&
      (known.lane !== definition.lane || known.survivesInterruption !== definition.survivesInterruption)
    ) {
      throw new TypeError(
        `The frame kind "${definition.kind}" is defined twice, once on the ${known.lane} lane and once on the ${definition.lane} lane; rename one of them.`,
      );
    }
    this.#traits.set(definition.kind, { lane: definition.lane, survivesInterruption: definition.survivesInterruption });
  }

  of(kind: string): FrameTraits {
    return this.#traits.get(kind) ?? reply;
  }

  lane(kind: string): Lane {
    return (this.#traits.get(kind) ?? reply).lane;
  }

  /** Whether an older turn makes a frame of this kind worthless. */
  diesWithTurn(kind: string): boolean {
    return !(this.#traits.get(kind) ?? reply).survivesInterruption;
  }
}
