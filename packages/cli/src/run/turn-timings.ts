import type { Frame } from '@voxrill/core';

/** Where the wait of one turn went. Session milliseconds and durations, whole numbers that add up. */
export interface TurnTiming {
  readonly userStoppedAtMs: number;
  readonly botStartedAtMs: number;
  readonly voiceToVoiceMs: number;
  /** From the end of speech to the detector's decision. */
  readonly silenceMs: number;
  /** From that decision to the final transcript. */
  readonly transcriptMs: number;
  /** From the transcript to the model's first word. */
  readonly modelMs: number | undefined;
  /** From the first whole sentence to the voice's first sample. */
  readonly voiceMs: number | undefined;
}

interface Waiting {
  readonly userStoppedAtMs: number;
  readonly silenceDecidedAtMs: number;
  readonly transcribedAtMs: number;
  modelMs?: number;
  voiceMs?: number;
}

/** Takes the wait of each turn apart. */
export class TurnTimings {
  readonly answered: TurnTiming[] = [];
  #silenceDecidedAtMs: number | undefined;
  #waiting: Waiting | undefined;

  /** Looks at a frame; returns the timing that it completes. */
  sees(frame: Frame): TurnTiming | undefined {
    switch (frame.kind) {
      case 'vad-user-stopped-speaking':
        this.#silenceDecidedAtMs = Math.round(frame.at);
        return undefined;
      case 'user-stopped-speaking':
        if (frame.text === '' && frame.heard !== true) return undefined;
        this.#waiting = {
          userStoppedAtMs: Math.round(frame.speechAtMs),
          silenceDecidedAtMs: this.#silenceDecidedAtMs ?? Math.round(frame.at),
          transcribedAtMs: Math.round(frame.at),
        };
        return undefined;
      case 'user-started-speaking':
        this.#waiting = undefined;
        return undefined;
      case 'metrics':
        this.#meter(frame.metrics);
        return undefined;
      case 'bot-started-speaking':
        return this.#answer(Math.round(frame.at));
      default:
        return undefined;
    }
  }

  #meter(metrics: Extract<Frame, { kind: 'metrics' }>['metrics']): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    for (const { name, value } of metrics) {
      if (name !== 'ttfb') continue;
      // The model answers before the voice does.
      if (waiting.modelMs === undefined) waiting.modelMs = Math.round(value);
      else waiting.voiceMs ??= Math.round(value);
    }
  }

  #answer(atMs: number): TurnTiming | undefined {
    const waiting = this.#waiting;
    if (waiting === undefined) return undefined;
    this.#waiting = undefined;
    const { userStoppedAtMs, silenceDecidedAtMs, transcribedAtMs, modelMs, voiceMs } = waiting;
    const timing: TurnTiming = {
      userStoppedAtMs,
      botStartedAtMs: atMs,
      voiceToVoiceMs: atMs - userStoppedAtMs,
      silenceMs: silenceDecidedAtMs - userStoppedAtMs,
      transcriptMs: transcribedAtMs - silenceDecidedAtMs,
      modelMs,
      voiceMs,
    };
    this.answered.push(timing);
    return timing;
  }
}
