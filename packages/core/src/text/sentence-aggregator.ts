/** Words that end in a full stop without ending a sentence. */
const abbreviations: ReadonlySet<string> = new Set(
  'mr mrs ms dr prof sr jr st vs etc no inc ltd co corp e.g i.e a.m p.m u.s u.k approx dept est fig'.split(' '),
);

/** Gathers a stream of text pieces into whole sentences, handing each out as soon as it is certain that it has ended. */
export class SentenceAggregator {
  #pending = '';

  /** Adds a piece; returns the sentences that are now complete. */
  push(text: string): string[] {
    this.#pending += text;
    const sentences: string[] = [];
    for (let end = sentenceEnd(this.#pending); end !== -1; end = sentenceEnd(this.#pending)) {
      const sentence = this.#pending.slice(0, end).trim();
      this.#pending = this.#pending.slice(end);
      if (sentence !== '') sentences.push(sentence);
    }
    return sentences;
  }

  /** Hands out what is left: the stream has ended. */
  flush(): string | undefined {
    const rest = this.#pending.trim();
    this.#pending = '';
    return rest === '' ? undefined : rest;
  }
}

/**
 * Where the first sentence of `text` ends, or -1. A mark counts once white space follows it: until then "3." may become
 * "3.5", and "e." "e.g.".
 */
function sentenceEnd(text: string): number {
  for (const match of text.matchAll(/[.!?…]+["'”’)\]]*(?=\s)|[。！？]+|\n+/gu)) {
    const end = match.index + match[0].length;
    if (match[0].startsWith('.') && isAbbreviation(text.slice(0, match.index))) continue;
    return end;
  }
  return -1;
}

function isAbbreviation(before: string): boolean {
  const word = /(\S+)$/u
    .exec(before)?.[1]
    ?.toLowerCase()
    .replace(/^["'“‘([]+/u, '');
  return word !== undefined && (abbreviations.has(word) || /^[a-z]$/u.test(word));
}
