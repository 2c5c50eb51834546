/** Thrown for a WAV file that cannot be read or written. The message is one sentence that says what to do. */
export class WavError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'WavError';
  }
}
