import type { AsyncVadEngine, VadDecision, VadEngine } from '@voxrill/audio';
import type { RealtimeTurnDetection } from '@voxrill/openai';
import type { MakeTurnDetector, TurnDetectorSettings } from '../call/call-options.js';
import type { InputBuffer } from './input-buffer.js';

/** How long a silence ends a turn, by how eager the client wants the answer. */
const eagerSilenceMs = { low: 1_000, medium: 500, auto: 500, high: 300 } as const;

/** A detector gets so much of what was said before it was made, so that it knows where it is. */
const warmUpMs = 3_000;

/** What the turn detection of a session amounts to. */
export interface TurnRules extends Omit<TurnDetectorSettings, 'sampleRate'> {
  /** Audio before the onset that belongs to the turn. */
  readonly prefixMs: number;
}

/** The rules of a session's turn detection, within what detectors take. */
export function turnRules(detection: RealtimeTurnDetection): TurnRules {
  const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
  if (detection.type === 'semantic_vad') {
    return { threshold: 0.5, silenceMs: eagerSilenceMs[detection.eagerness ?? 'auto'], prefixMs: 300 };
  }
  return {
    threshold: within(detection.threshold ?? 0.5, 0.01, 0.99),
    silenceMs: within(detection.silence_duration_ms ?? 500, 32, 10_000),
    prefixMs: within(detection.prefix_padding_ms ?? 300, 0, 10_000),
  };
}

/** Finds the user's turns in what is appended, by an engine that is made when the first audio comes. */
export class TurnDetector {
  readonly rules: TurnRules;
  readonly sampleRate: number;
  readonly #make: MakeTurnDetector;
  #engine: VadEngine | AsyncVadEngine | undefined;
  /** Where its stream begins. */
  #originMs = 0;

  constructor(rules: TurnRules, sampleRate: number, make: MakeTurnDetector) {
    this.rules = rules;
    this.sampleRate = sampleRate;
    this.#make = make;
  }

  /** Hears the next samples, which `buffer` ends with. */
  hear(samples: Int16Array, buffer: InputBuffer): readonly VadDecision[] | Promise<readonly VadDecision[]> {
    const engine = this.#engine;
    if (engine === undefined) return this.#begin(buffer);
    return this.#placed(engine.process(samples));
  }

  /** Forgets what was heard: the next sample is at this place. */
  reset(placeMs: number): void {
    this.#engine?.reset();
    this.#originMs = placeMs;
  }

  #begin(buffer: InputBuffer): readonly VadDecision[] | Promise<readonly VadDecision[]> {
    const { threshold, silenceMs } = this.rules;
    const made = this.#make({ sampleRate: this.sampleRate, threshold, silenceMs });
    const started = (engine: VadEngine | AsyncVadEngine) => {
      this.#engine = engine;
      this.#originMs = Math.max(buffer.startMs, buffer.endMs - warmUpMs);
      return this.#placed(engine.process(buffer.between(this.#originMs, buffer.endMs)));
    };
    return made instanceof Promise ? made.then(started) : started(made);
  }

  #placed(
    decided: readonly VadDecision[] | Promise<readonly VadDecision[]>,
  ): readonly VadDecision[] | Promise<readonly VadDecision[]> {
    const origin = this.#originMs;
    const place = (decisions: readonly VadDecision[]) =>
      decisions.map(({ type, atMs, speechAtMs }) => ({ type, atMs: origin + atMs, speechAtMs: origin + speechAtMs }));
    return decided instanceof Promise ? decided.then(place) : place(decided);
  }
}
