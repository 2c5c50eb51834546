/** A rewriter at work on one text that comes in pieces. */
export interface RunningRewriter {
  /** Takes a piece; returns what is certain by now, which may be nothing. */
  push(text: string): string;
  /** The text is over: returns the rest. */
  flush(): string;
}

/**
 * Rewrites text that comes in pieces. What comes out must not depend on where the pieces were cut, so a rewriter keeps back
 * what the next piece could still change, and no more than a bounded number of characters.
 */
export interface TextRewriter {
  readonly begin: () => RunningRewriter;
}

/** Options of {@link rewriteWords}. */
export interface RewriteWordsOptions {
  /** Whether white space behind this word may belong to what the rewriting looks at: "$5" in "$5 million". @defaultValue never */
  readonly goesOn?: (word: string) => boolean;
  /** Beyond so many characters a stretch is cut, at white space if there is any. @defaultValue 300 */
  readonly maxHeld?: number;
}

/**
 * Makes a rewriter of a function from text to text that looks at words: it is given whole ones, each with the white space
 * behind it.
 *
 * @example
 * ```ts
 * const pronounced = rewriteWords((text) => text.replaceAll('SQL', 'sequel'));
 * ```
 */
export function rewriteWords(rewrite: (text: string) => string, options: RewriteWordsOptions = {}): TextRewriter {
  const { goesOn = () => false, maxHeld = 300 } = options;
  if (!(maxHeld >= 2)) throw new RangeError(`maxHeld is ${maxHeld}; it is a number of characters, 2 or more.`);
  return { begin: () => new RunningWords(rewrite, goesOn, maxHeld) };
}

/**
 * Decides where a stretch ends by what stands before that place and nothing behind it, so more text never changes a decision
 * once made.
 */
class RunningWords implements RunningRewriter {
  readonly #rewrite: (text: string) => string;
  readonly #goesOn: (word: string) => boolean;
  readonly #maxHeld: number;
  #held = '';
  /** Behind the white space that was found last: up to here the stretch does not end. */
  #searched = 0;

  constructor(rewrite: (text: string) => string, goesOn: (word: string) => boolean, maxHeld: number) {
    this.#rewrite = rewrite;
    this.#goesOn = goesOn;
    this.#maxHeld = maxHeld;
  }

  push(text: string): string {
    this.#held += text;
    let made = '';
    for (let end = this.#cut(); end !== -1; end = this.#cut()) {
      made += this.#rewrite(this.#held.slice(0, end));
      this.#held = this.#held.slice(end);
      this.#searched = 0;
    }
    return made;
  }

  flush(): string {
    const rest = this.#held;
    this.#held = '';
    this.#searched = 0;
    return rest === '' ? '' : this.#rewrite(rest);
  }

  #cut(): number {
    const words = /\S+\s/gu;
    const seen = this.#held.slice(0, this.#maxHeld);
    words.lastIndex = this.#searched;
    for (let match = words.exec(seen); match !== null; match = words.exec(seen)) {
      this.#searched = match.index + match[0].length;
      // No stretch reaches over the end of a line.
      if (match[0].endsWith('\n') || !this.#goesOn(match[0].slice(0, -1))) return this.#searched;
    }
    if (this.#held.length < this.#maxHeld) return -1;
    if (this.#searched > 0) return this.#searched;
    return isHighSurrogate(this.#held.charCodeAt(this.#maxHeld - 1)) ? this.#maxHeld - 1 : this.#maxHeld;
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
