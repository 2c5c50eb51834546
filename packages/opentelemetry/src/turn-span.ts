import type { Context, Span } from '@opentelemetry/api';
import type { TurnLatency } from '@voxrill/core';
import { own } from './attribute-names.js';
import type { SessionTime } from './session-time.js';

/** The span of one turn: what the user said, and what was done and said in reply. */
export class TurnSpan {
  readonly span: Span;
  /** Its children begin here. */
  readonly context: Context;
  readonly #time: SessionTime;
  #lastAt: number;

  constructor(span: Span, context: Context, beganAt: number, time: SessionTime) {
    this.span = span;
    this.context = context;
    this.#time = time;
    this.#lastAt = beganAt;
  }

  /** Something of this turn happened. */
  touch(at: number): void {
    this.#lastAt = Math.max(this.#lastAt, at);
  }

  latency(turn: TurnLatency): void {
    this.span.setAttributes({
      [turn.input === 'voice' ? own.voiceToVoiceMs : own.textToVoiceMs]: turn.voiceToVoiceMs,
      ...Object.fromEntries(Object.entries(turn.parts).map(([part, ms]) => [`${own.latencyPrefix}${part}_ms`, ms])),
    });
  }

  /** The turn lasted until the last thing that happened in it. */
  end(): void {
    this.span.end(this.#time.of(this.#lastAt));
  }
}
