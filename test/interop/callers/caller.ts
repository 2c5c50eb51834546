/** A function that a client lets the model call. */
export interface CallerTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments, an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
  run(given: unknown): unknown;
}

/** Where and as what a client connects. */
export interface CallerOptions {
  /** `ws://127.0.0.1:…` or `wss://127.0.0.1:…`, without a path. */
  readonly url: string;
  readonly key: string;
  /** The certificate to trust, in PEM. */
  readonly ca?: string;
  readonly tool?: CallerTool;
}

/** What came back, as the client's own objects tell it. */
export interface Answer {
  readonly status: string;
  /** What the answer says, in words. */
  readonly said: string;
  /** At 24 kHz. */
  readonly audio: Int16Array;
}

/** An answer to something spoken, with what the server has understood. */
export interface SpokenAnswer extends Answer {
  readonly heard: string;
}

/** An answer that was cut off, and the one to what the user said next. */
export interface CutAnswer {
  readonly cut: Answer;
  readonly next: Answer;
}

/** A published client in a conversation, driven by what it offers to its users. */
export interface Caller {
  /** Speaks at 24 kHz; the server finds out where the turn ends, so silence must follow the words. */
  speak(speech: Int16Array): Promise<SpokenAnswer>;
  type(text: string): Promise<Answer>;
  /**
   * Asks, hears `playedMs` of the answer, and goes on to say something else: with `speech` where the client is interrupted by
   * voice, in writing where it cancels.
   */
  cutOff(text: string, playedMs: number, speech: Int16Array): Promise<CutAnswer>;
  /** Asks for what only the tool can tell; gives the answer after the tool has run. */
  askForTool(text: string): Promise<Answer>;
  hangUp(): Promise<void>;
}

/** Connects one kind of client, and returns when it may talk. */
export type ConnectCaller = (options: CallerOptions) => Promise<Caller>;
