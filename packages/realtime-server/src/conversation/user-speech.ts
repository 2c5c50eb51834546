/** What the recogniser makes of one item's audio; its text may come seconds later. */
export class UserSpeech {
  #state: 'hearing' | 'known' | 'failed' = 'hearing';
  #text = '';
  #language: string | undefined;
  #error: string | undefined;
  readonly #waiting = new Set<() => void>();
  #onPartial: ((text: string) => void) | undefined;
  #partial = '';
  #durationMs: number;

  constructor(durationMs = 0) {
    this.#durationMs = durationMs;
  }

  /** How long it is. */
  get durationMs(): number {
    return this.#durationMs;
  }

  /** It is over, after so long. */
  lasted(durationMs: number): void {
    this.#durationMs = durationMs;
  }

  get known(): boolean {
    return this.#state !== 'hearing';
  }

  get text(): string {
    return this.#text;
  }

  get language(): string | undefined {
    return this.#language;
  }

  /** Why nothing was understood, if that is so. */
  get error(): string | undefined {
    return this.#error;
  }

  /** Calls back when the text is known, or there will be none; at once if that is so. The returned function takes it back. */
  whenKnown(run: () => void): () => void {
    if (this.known) {
      run();
      return () => undefined;
    }
    this.#waiting.add(run);
    return () => this.#waiting.delete(run);
  }

  /** Calls back with all that was understood so far, now and as it grows. */
  onPartial(run: (text: string) => void): void {
    this.#onPartial = run;
    if (this.#partial !== '') run(this.#partial);
  }

  partly(text: string): void {
    if (this.known) return;
    this.#partial = text;
    this.#onPartial?.(text);
  }

  understood(text: string, language: string | undefined): void {
    if (this.known) return;
    this.#text = text.trim();
    this.#language = language;
    this.#settle('known');
  }

  failed(message: string, text = ''): void {
    if (this.known) return;
    this.#text = text.trim();
    this.#error = message;
    this.#settle('failed');
  }

  #settle(state: 'known' | 'failed'): void {
    this.#state = state;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const run of waiting) run();
  }
}
