import { runFlite } from './run-flite.js';
import { phonesBetweenPauses } from './word-ends.js';

/** The small voice says the words twenty times as fast: only their phones are wanted, and this takes about 10 ms. */
const PROBE = { voice: 'kal', rate: 20 } as const;

/** Words that are remembered; an agent repeats most of its own. */
const MOST = 5000;

/** Knows which phones a word has when it is spoken alone: it asks Flite once and remembers. */
export class PhoneBook {
  readonly #flite: WebAssembly.Module;
  readonly #known = new Map<string, readonly string[]>();

  constructor(flite: WebAssembly.Module) {
    this.#flite = flite;
  }

  /** The phones of each word. */
  async lookUp(words: readonly string[]): Promise<(readonly string[])[]> {
    const keys = words.map((word) => word.replace(/[^\p{L}\p{N}]+$/u, ''));
    const missing = [...new Set(keys)].filter((key) => !this.#known.has(key));
    if (this.#known.size + missing.length > MOST) this.#known.clear();
    if (missing.length > 0) await this.#learn(missing);
    return keys.map((key) => this.#known.get(key) ?? []);
  }

  async #learn(words: readonly string[]): Promise<void> {
    // A comma makes a pause after each word, so one run is enough for all of them.
    const between = phonesBetweenPauses(await this.#probe(words.join(', ')));
    if (between.length === words.length) {
      for (const [index, word] of words.entries()) this.#known.set(word, between[index] ?? []);
      return;
    }
    // "Mr, Smith" is spoken without a pause: then each word has to be asked for by itself.
    for (const word of words) this.#known.set(word, phonesBetweenPauses(await this.#probe(word)).flat());
  }

  async #probe(text: string) {
    return (await runFlite(this.#flite, text, PROBE.voice, PROBE.rate)).phones;
  }
}
