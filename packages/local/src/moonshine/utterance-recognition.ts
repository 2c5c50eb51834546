import type { TranscriptResult, UtteranceAudio } from '@voxrill/core';
import { Inbox } from './inbox.js';
import { LocalAgreement } from './local-agreement.js';
import { MOONSHINE_RATE } from './moonshine-recogniser.js';
import { SpeechWindow } from './speech-window.js';

/** How one stretch of samples is recognised. `urgent`: somebody waits for the final text. */
export type Decode = (samples: Float32Array, urgent: boolean) => Promise<string>;

/** What `UtteranceRecognition` needs. */
export interface RecognitionOptions {
  readonly decode: Decode;
  /** New audio after which an interim result is made, in milliseconds. */
  readonly interimMs: number;
  /** True when another decode would have to wait: then interim results are left out. */
  readonly busy: () => boolean;
}

const seconds = (value: number) => value * MOONSHINE_RATE;
/** Quiet this long is taken for a pause: what was said before it is recognised at once, in case nothing follows. */
const PAUSE = seconds(0.25);
/** Quiet that is left before the speech. With 150 ms before and 250 ms after it, both sizes made the fewest errors. */
const LEAD = seconds(0.15);
/** An interim decode is not begun when a pause may be about to start, so that it does not delay the decode of the pause. */
const HUSH = seconds(0.1);
/** From this length on, the text before a pause is settled and its audio dropped: each decode costs as much as it is long. */
const SETTLE = seconds(12);
/** Moonshine's window is 30 s: without any pause, the audio is cut at its quietest place before that. */
const LONGEST = seconds(24);
const SEARCH = seconds(8);
/** More audio than this waits with whoever sends it until what is here has been recognised. */
const FULL = seconds(60);
/** Quiet of this length with no speech before it is forgotten. */
const SILENCE = seconds(5);
/** Quiet that is left around a word that is heard once more. */
const MARGIN = seconds(0.03);
/** A decode costs time in proportion to the length, so long utterances are decoded less often. */
const INTERIM_SHARE = 0.15;

/** A stretch of the window, from its begin to `to`. `settles`: its text is final, and its audio can go. */
interface Stretch {
  readonly to: number;
  readonly settles: boolean;
}

interface Decoded extends Stretch {
  readonly text: string;
}

interface Decoding extends Stretch {
  readonly id: symbol;
}

type Event =
  | { readonly type: 'audio'; readonly chunk: Int16Array }
  | { readonly type: 'ended' }
  | { readonly type: 'aborted' }
  | { readonly type: 'failed'; readonly error: unknown; readonly of?: symbol }
  | { readonly type: 'decoded'; readonly decoded: Decoded; readonly of: symbol };

/**
 * Recognises one utterance while it arrives. Interim texts are what LocalAgreement confirms, so none takes back what an
 * earlier one said. The final text is Moonshine's own for the whole utterance and may differ from the interim ones: it has
 * heard the end, and is the more accurate.
 *
 * The window that is decoded ends 250 ms after the last loud sound. At each pause that very window is decoded at once, so
 * that when the speech turns out to have ended, its text is there already. Memory is bounded, but for the text, however long
 * the utterance is.
 */
export class UtteranceRecognition {
  readonly #options: RecognitionOptions;
  readonly #window = new SpeechWindow();
  /** Texts of the stretches that are settled. */
  readonly #settled: string[] = [];
  /** What interim results have said of them. */
  #shown = '';
  #agreement = new LocalAgreement();
  readonly #inbox = new Inbox<Event>();
  #decoding: Decoding | undefined;
  #decoded: Decoded | undefined;

  constructor(options: RecognitionOptions) {
    this.#options = options;
  }

  /** Runs until the audio has ended, or until the signal fires. */
  async *results(audio: UtteranceAudio, signal: AbortSignal): AsyncGenerator<TranscriptResult, void, undefined> {
    const chunks = audio.chunks[Symbol.asyncIterator]();
    const onAbort = () => this.#inbox.put({ type: 'aborted' });
    signal.addEventListener('abort', onAbort, { once: true });
    let said = '';
    let asked = false;
    try {
      while (!signal.aborted) {
        if (!asked && this.#window.length < FULL) {
          asked = true;
          this.#ask(chunks);
        }
        const event = await this.#inbox.next();
        if (signal.aborted || event.type === 'aborted') return;
        if (this.#isLate(event)) continue;
        if (event.type === 'failed') throw event.error;
        if (event.type === 'ended') break;
        if (event.type === 'audio') {
          asked = false;
          this.#window.push(event.chunk);
        } else {
          this.#take(event.decoded);
          const interim = joined([this.#shown, this.#agreement.confirmed]);
          if (interim !== said) yield { text: interim, final: false };
          said = interim;
        }
        this.#decodeWhatIsDue();
      }
      if (signal.aborted) return;
      const rest = await this.#rest();
      if (!signal.aborted) yield { text: joined([...this.#settled, ...rest]), final: true };
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #ask(chunks: AsyncIterator<Int16Array>): void {
    chunks.next().then(
      (step) => this.#inbox.put(step.done ? { type: 'ended' } : { type: 'audio', chunk: step.value }),
      (error: unknown) => this.#inbox.put({ type: 'failed', error }),
    );
  }

  #begin(to: number, { settles, urgent }: { readonly settles: boolean; readonly urgent: boolean }): void {
    const id = Symbol();
    this.#decoding = { id, to, settles };
    this.#options.decode(this.#window.slice(Math.max(0, this.#window.speechBegin - LEAD), to), urgent).then(
      (text) => this.#inbox.put({ type: 'decoded', decoded: { to, settles, text }, of: id }),
      (error: unknown) => this.#inbox.put({ type: 'failed', error, of: id }),
    );
  }

  /** True of a decode that another one has taken the place of. */
  #isLate(event: Event): boolean {
    return 'of' in event && event.of !== this.#decoding?.id;
  }

  #decodeWhatIsDue(): void {
    const { length, speechEnd } = this.#window;
    const quiet = length - speechEnd;
    const pause = speechEnd + PAUSE;
    if (speechEnd === 0 && length > SILENCE && !this.#decoding) this.#forget(length - LEAD);
    if (speechEnd === 0 || this.#decoding?.settles || this.#decoding?.to === pause) return;
    // An interim decode cannot be stopped; somebody may be waiting for that of a pause, so it runs beside it.
    if (this.#decoding && quiet < PAUSE) return;
    const fresh = length - (this.#decoded?.to ?? 0);
    if (length >= LONGEST) this.#begin(this.#window.quietest(length - SEARCH, length), { settles: true, urgent: true });
    else if (quiet >= PAUSE) {
      if (this.#decoded?.to !== pause) this.#begin(pause, { settles: pause >= SETTLE, urgent: true });
    } else if (quiet < HUSH && fresh >= Math.max(seconds(this.#options.interimMs / 1000), length * INTERIM_SHARE)) {
      if (!this.#options.busy()) this.#begin(length, { settles: false, urgent: false });
    }
  }

  #take(decoded: Decoded): void {
    this.#decoding = undefined;
    this.#decoded = decoded;
    this.#agreement.push(decoded.text);
    if (!decoded.settles) return;
    this.#settled.push(decoded.text);
    this.#shown = joined([this.#shown, this.#agreement.flush(decoded.text).confirmed]);
    this.#agreement = new LocalAgreement();
    this.#forget(decoded.to);
  }

  #forget(to: number): void {
    this.#window.drop(to);
    this.#decoded = undefined;
    this.#decoding = undefined;
  }

  /** The texts of what is left in the window once the speech has ended. */
  async #rest(): Promise<string[]> {
    const window = this.#window;
    const texts: string[] = [];
    // What is being settled keeps its place; its text comes before the rest.
    if (this.#decoding?.settles && !(await this.#awaitDecoding())) return texts;
    while (window.speechEnd > 0) {
      const end = Math.min(window.length, window.speechEnd + PAUSE);
      const to = end > LONGEST ? window.quietest(LONGEST - SEARCH, LONGEST) : end;
      if (this.#decoded?.to !== to) {
        // A decode that is under way cannot be stopped: unless it is the very one, the last one runs beside it.
        if (this.#decoding?.to !== to) this.#begin(to, { settles: false, urgent: true });
        if (!(await this.#awaitDecoding())) break;
      }
      const text = this.#decoded?.text ?? '';
      texts.push(text === '' ? await this.#tightly() : text);
      if (to === end) break;
      this.#forget(to);
    }
    return texts;
  }

  /** @returns False when the signal fired first. */
  async #awaitDecoding(): Promise<boolean> {
    for (;;) {
      const event = await this.#inbox.next();
      if (event.type === 'aborted') return false;
      if (this.#isLate(event)) continue;
      if (event.type === 'failed') throw event.error;
      if (event.type !== 'decoded') continue;
      this.#take(event.decoded);
      return true;
    }
  }

  /** Hears a word once more without the quiet around it, where the small model overlooks some. */
  #tightly(): Promise<string> {
    const { speechBegin, speechEnd } = this.#window;
    return this.#options.decode(this.#window.slice(Math.max(0, speechBegin - MARGIN), speechEnd + MARGIN), true);
  }
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' ');
}
