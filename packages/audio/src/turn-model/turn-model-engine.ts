import type { ServiceCall } from '@voxrill/core';

/** What a model holds of the end of a turn. */
export interface TurnPrediction {
  /** That the user has finished, from 0 to 1. */
  readonly probability: number;
}

/** Tells from the sound of the last seconds whether somebody has finished speaking. One engine serves many sessions. */
export interface TurnModelEngine {
  readonly name: string;
  /** From which probability on a turn counts as complete, if the model has a say in it. */
  readonly threshold?: number;
  /** How long a prediction may take, if the model has a say in it. */
  readonly limitMs?: number;
  /** Loads what is needed; called once a session, before any audio. */
  prepare?(call: ServiceCall): Promise<void>;
  /**
   * @param samples - Mono at 16 kHz, no more than 8 s, up to the present moment; 16-bit, or floats from −1 to 1.
   * @param call - Its signal fires when the answer is no longer wanted.
   */
  predict(samples: Int16Array | Float32Array, call: ServiceCall): Promise<TurnPrediction>;
}
