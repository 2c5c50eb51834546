import type { TurnEffect } from './turn-state.js';

type Effect<T extends TurnEffect['type']> = Extract<TurnEffect, { readonly type: T }>;

/** What is done when a turn begins and ends. */
export interface TurnHost {
  startTurn(effect: Effect<'start-turn'>): void;
  stopTurn(effect: Effect<'stop-turn'>): void;
  lateTranscript(effect: Effect<'late-transcript'>): void;
  interrupt(): void;
  ignored(effect: Effect<'ignored'>): void;
  /** The turn may be over, and this is what was said. */
  tentative(text: string): void;
  pauseOutput(): void;
  resumeOutput(): void;
}
