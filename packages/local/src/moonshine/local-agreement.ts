/** What is known of an utterance after a hypothesis: `confirmed` is only ever appended to, `tentative` may still change. */
export interface Agreement {
  readonly confirmed: string;
  readonly tentative: string;
}

interface Word {
  /** As it is written, with its punctuation. */
  readonly text: string;
  /** What is compared: lower case, letters, digits and apostrophes only. */
  readonly key: string;
}

/**
 * LocalAgreement-2 of whisper_streaming (Macháček et al. 2023): a growing utterance is recognised again and again, and the
 * words on which two successive hypotheses agree from the beginning are confirmed. What is confirmed is never retracted,
 * neither in its words nor in its spelling: the punctuation after the last confirmed word waits until the next word is.
 * Words are compared without case and punctuation.
 *
 * @example
 * ```ts
 * const agreement = new LocalAgreement();
 * agreement.push('And so?');
 * agreement.push('And so my fellow'); // { confirmed: 'And so', tentative: 'my fellow' }
 * agreement.flush('And so, my fellow Americans.'); // { confirmed: 'And so, my fellow Americans.', tentative: '' }
 * ```
 */
export class LocalAgreement {
  #previous: readonly Word[] = [];
  /** Keys of the confirmed words. */
  #keys: readonly string[] = [];
  /** The confirmed words as they were written when they were confirmed; the last one without its final punctuation. */
  #confirmed = '';

  /** The confirmed text so far. */
  get confirmed(): string {
    return this.#confirmed;
  }

  /** Takes the next hypothesis of the same, longer utterance. */
  push(hypothesis: string): Agreement {
    const words = wordsOf(hypothesis);
    const agreed = commonPrefix(words, this.#previous);
    this.#previous = words;
    const from = continuation(this.#keys, words);
    if (agreed > from) this.#confirm(words, from, agreed);
    return { confirmed: this.#confirmed, tentative: textOf(words.slice(Math.max(agreed, from))) };
  }

  /** Takes the last hypothesis: all of it is confirmed, as far as it continues what was confirmed before. */
  flush(final: string): Agreement {
    const words = wordsOf(final);
    const from = continuation(this.#keys, words);
    this.#confirm(words, from, words.length);
    const kept = words[from - 1];
    const last = words.at(-1);
    if (words.length > from && last) this.#confirmed += trailing(last.text);
    else if (words.length === from && kept && kept.key === this.#keys.at(-1)) this.#confirmed += trailing(kept.text);
    this.#previous = words;
    return { confirmed: this.#confirmed, tentative: '' };
  }

  #confirm(words: readonly Word[], from: number, to: number): void {
    if (to <= from) return;
    const before = words[from - 1];
    // The word before was confirmed without its punctuation, which is known now that a word follows.
    if (before && before.key === this.#keys.at(-1)) this.#confirmed += trailing(before.text);
    const added = words.slice(from, to);
    const text = textOf(added);
    const last = added.at(-1)?.text ?? '';
    const bare = text.slice(0, text.length - trailing(last).length);
    this.#confirmed = this.#confirmed ? `${this.#confirmed} ${bare}` : bare;
    this.#keys = [...this.#keys, ...added.map((word) => word.key)];
  }
}

function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const part of text.split(/\s+/)) {
    if (part === '') continue;
    const key = part.toLowerCase().replace(/[^\p{L}\p{N}']/gu, '');
    const before = words.at(-1);
    // A lone dash is punctuation of the word before it.
    if (key === '' && before) words[words.length - 1] = { text: `${before.text} ${part}`, key: before.key };
    else words.push({ text: part, key });
  }
  return words;
}

function textOf(words: readonly Word[]): string {
  return words.map((word) => word.text).join(' ');
}

function trailing(text: string): string {
  return /[^\p{L}\p{N}]*$/u.exec(text)?.[0] ?? '';
}

function commonPrefix(a: readonly Word[], b: readonly Word[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length]?.key === b[length]?.key) length++;
  return length;
}

/**
 * How many words of a hypothesis stand for the confirmed ones: the prefix with the smallest edit distance to them. A word
 * that was confirmed wrongly must not hold up or repeat everything that follows.
 */
function continuation(confirmed: readonly string[], words: readonly Word[]): number {
  if (confirmed.every((key, index) => words[index]?.key === key)) return confirmed.length;
  let row = Array.from({ length: words.length + 1 }, (_, index) => index);
  for (const [index, key] of confirmed.entries()) {
    const next = [index + 1];
    for (const [column, word] of words.entries()) {
      const replaced = (row[column] ?? 0) + (word.key === key ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  let best = 0;
  // Among equals, the one that ends in the same word, then the one of the most similar length.
  const misfit = (length: number) =>
    (row[length] ?? 0) * 1000 +
    (words[length - 1]?.key === confirmed.at(-1) ? 0 : 500) +
    Math.min(400, Math.abs(length - confirmed.length));
  for (const length of row.keys()) if (misfit(length) < misfit(best)) best = length;
  return best;
}
