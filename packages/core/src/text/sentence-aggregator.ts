/** Words that end in a full stop without ending a sentence. */
const abbreviations: ReadonlySet<string> = new Set(
  'mr mrs ms dr prof sr jr st vs etc inc ltd co corp e.g i.e a.m p.m u.s u.k approx dept est fig'.split(' '),
);

/** Text without any mark is handed out after so many characters, at a white space: some twenty seconds of speech. */
const maxPending = 300;

/**
 * Gathers a stream of text pieces into whole sentences, handing each out as soon as it is certain that it has ended.
 *
 * @example
 * ```ts
 * const sentences = new SentenceAggregator();
 * sentences.push('Hello there. How'); // ['Hello there.']
 * sentences.flush(); // 'How'
 * ```
 */
export class SentenceAggregator {
  #pending = '';
  /** Up to here no sentence ends. */
  #searched = 0;

  /** Adds a piece; returns the sentences that are now complete. */
  push(text: string): string[] {
    this.#pending += text;
    const sentences: string[] = [];
    for (let end = this.#end(); end !== -1; end = this.#end()) {
      const sentence = this.#pending.slice(0, end).trim();
      this.#pending = this.#pending.slice(end);
      this.#searched = 0;
      if (sentence !== '') sentences.push(sentence);
    }
    return sentences;
  }

  /** Hands out what is left: the stream has ended. */
  flush(): string | undefined {
    const rest = this.#pending.trim();
    this.#pending = '';
    this.#searched = 0;
    return rest === '' ? undefined : rest;
  }

  #end(): number {
    const end = sentenceEnd(this.#pending, this.#searched);
    if (end !== -1) return end;
    // A run of marks at the end may go on, or be followed by the white space that makes it one.
    this.#searched = this.#pending.length - (/[.!?…]+["'”’)\]]*$/u.exec(this.#pending.slice(-32))?.[0].length ?? 0);
    if (this.#pending.length <= maxPending) return -1;
    const space = this.#pending.lastIndexOf(' ', maxPending);
    return space > 0 ? space + 1 : maxPending;
  }
}

/**
 * Where the first sentence of `text` ends, looking from `from` on; or -1. A mark counts once white space follows it: until
 * then "3." may become "3.5", and "e." "e.g.".
 */
function sentenceEnd(text: string, from: number): number {
  const ends = /[.!?…]+["'”’)\]]*(?=\s)|[。！？]+|\n+/gu;
  ends.lastIndex = from;
  for (let match = ends.exec(text); match !== null; match = ends.exec(text)) {
    const end = match.index + match[0].length;
    if (match[0].startsWith('.') && isAbbreviation(text.slice(0, match.index), text.slice(end))) continue;
    return end;
  }
  return -1;
}

function isAbbreviation(before: string, after: string): boolean {
  const word = /(\S+)$/u
    .exec(before.slice(-24))?.[1]
    ?.toLowerCase()
    .replace(/^["'“‘([]+/u, '');
  if (word === undefined) return false;
  // "No. 5" is one, "No. Five" is not.
  if (word === 'no') return /^\s+\d/u.test(after);
  return abbreviations.has(word) || /^[a-z]$/u.test(word);
}
