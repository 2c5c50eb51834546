/** What the thread of a turn model is asked. */
export interface TurnRequest {
  readonly id: number;
  /** Mono at 16 kHz; 16-bit, or floats from −1 to 1. */
  readonly samples: Int16Array | Float32Array;
}

/** What it answers: once, that the model is loaded or why it is not; then, for each request, a probability or an error. */
export type TurnReply =
  | { readonly type: 'ready' }
  | { readonly type: 'unfit'; readonly message: string }
  | { readonly type: 'probability'; readonly id: number; readonly probability: number }
  | { readonly type: 'error'; readonly id: number; readonly message: string };
