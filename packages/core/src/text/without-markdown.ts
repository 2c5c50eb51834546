import type { RunningRewriter, TextRewriter } from './text-rewriter.js';

/** A link, the rest of a table's row or of the line that opens a block of code is not waited for beyond so many characters. */
const maxHeld = 1000;

/** The signs of emphasis that are open, innermost last, are forgotten beyond so many; no text is that emphatic. */
const maxOpen = 8;

/**
 * A step of `textFilter`: takes out the marks of Markdown and keeps what they mark. Headings, quotes and bullets lose their
 * signs, links and pictures become their texts, the rows of a table lists. A fenced block of code is left out as a whole,
 * because nobody can follow code by ear. `2 * 3`, `snake_case` and `#5` stay as they are.
 *
 * @example
 * ```ts
 * const filter = textFilter(withoutMarkdown);
 * // "**Yes**, see [the docs](https://example.com)." is said as "Yes, see the docs."
 * ```
 */
export const withoutMarkdown: TextRewriter = { begin: () => new RunningMarkdown() };

class RunningMarkdown implements RunningRewriter {
  #held = '';
  /** The character before what is held, for the rules of emphasis. */
  #before = '\n';
  #place: 'line start' | 'inside' | 'code' | 'rest of code line' = 'line start';
  #afterFence: 'line start' | 'code' = 'code';
  #open: string[] = [];
  #made = '';

  push(text: string): string {
    this.#held += text;
    return this.#work(false);
  }

  flush(): string {
    return this.#work(true);
  }

  #work(over: boolean): string {
    // Each step either takes something off what is held or changes the place, and stops when it must know more.
    while (this.#held !== '' && this.#step(over));
    const made = this.#made;
    this.#made = '';
    return made;
  }

  #step(over: boolean): boolean {
    switch (this.#place) {
      case 'line start':
        return this.#lineStart(over);
      case 'inside':
        return this.#inside(over);
      case 'code':
        return this.#code(over);
      case 'rest of code line':
        return this.#restOfCodeLine();
    }
  }

  #lineStart(over: boolean): boolean {
    const seen = this.#held.slice(0, maxHeld);
    const patient = !over && seen.length < maxHeld;
    // These begin a line that means something, if only the next character is the right one.
    if (patient && /^[ \t]*(?:#{0,6}|`{1,2}|~{1,2}|\+|>|[-*_](?:[ \t]*[-*_])*[ \t]*)$/u.test(seen)) return false;
    const end = seen.indexOf('\n');
    const line = end === -1 ? seen : seen.slice(0, end);
    if (/^[ \t]*(?:```|~~~|\|)/u.test(line)) {
      if (end === -1 && patient) return false;
      if (/^[ \t]*(?:```[^`]*|~~~.*)$/u.test(line)) {
        this.#take(line.length);
        this.#place = 'rest of code line';
        this.#afterFence = 'code';
        return true;
      }
      if (/^[ \t]*\|.*\|[ \t]*$/u.test(line)) {
        const cells = /^[-:| \t]+$/u.test(line) ? [] : line.split('|').flatMap((cell) => cell.trim() || []);
        this.#held = cells.join(', ') + this.#held.slice(line.length);
        this.#place = 'inside';
        return true;
      }
    }
    if (/^[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$/u.test(line)) this.#take(line.length + (end === -1 ? 0 : 1));
    else {
      const mark = /^[ \t]*(?:#{1,6}[ \t]|[-*+][ \t]|>[ \t]?)/u.exec(seen)?.[0] ?? '';
      this.#take(mark.length);
      // Behind the sign of a quote may stand a heading, behind a bullet nothing special.
      if (!mark.includes('>')) this.#place = 'inside';
    }
    return true;
  }

  #inside(over: boolean): boolean {
    const first = this.#held.charAt(0);
    switch (first) {
      case '\n':
        this.#keep(1);
        this.#open = [];
        this.#place = 'line start';
        return true;
      case '*':
      case '_':
      case '~':
        return this.#emphasis(first, over);
      case '`':
        this.#take(1);
        return true;
      case '\\':
        if (this.#held.length === 1 && !over) return false;
        if (/^\\[\\`*_{}[\]()#+.!~|>-]/u.test(this.#held)) this.#take(1);
        this.#keep(1);
        return true;
      case '!':
        if (this.#held.length === 1 && !over) return false;
        return this.#held.charAt(1) === '[' ? this.#link(over) : this.#keep(1);
      case '[':
        return this.#link(over);
      default:
        return this.#keep(/^[^\n*_~`\\![]+/u.exec(this.#held)?.[0].length ?? 1);
    }
  }

  #emphasis(sign: string, over: boolean): boolean {
    let length = 1;
    while (this.#held.charAt(length) === sign && length < maxHeld) length++;
    if (length === this.#held.length && !over) return false;
    const next = this.#held.charAt(length);
    const run = sign.repeat(length);
    const inWord = isWord(this.#before) && isWord(next);
    if (length > 3 || (sign === '~' && length !== 2)) return this.#keep(length);
    const closes = this.#open.lastIndexOf(run);
    if (closes !== -1 && !isSpace(this.#before) && !(sign === '_' && isWord(next))) {
      this.#open.splice(closes, 1);
      this.#take(length);
    } else if (closesInside(this.#open, run) && !isSpace(this.#before)) {
      this.#open = [];
      this.#take(length);
    } else if (next !== '' && !isSpace(next) && !inWord) {
      this.#open = [...this.#open, run].slice(-maxOpen);
      this.#take(length);
    } else this.#keep(length);
    return true;
  }

  #link(over: boolean): boolean {
    const seen = this.#held.slice(0, maxHeld);
    const link = /^!?\[([^[\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:[ \t]+"[^"\n]*")?[ \t]*\)/u.exec(seen);
    if (link !== null) {
      this.#held = (link[1] ?? '') + this.#held.slice(link[0].length);
      return true;
    }
    const mayBecomeOne =
      /^!?\[[^[\]\n]*(?:\](?:\((?:[^()\s]|\([^()\s]*\))*(?:\([^()\s]*)?(?:[ \t]+(?:"[^"\n]*"?[ \t]*)?)?)?)?$/u.test(seen);
    if (mayBecomeOne && !over && seen.length < maxHeld) return false;
    return this.#keep(1);
  }

  #code(over: boolean): boolean {
    if (!over && /^[ \t]{0,8}(?:`{0,2}|~{0,2})$/u.test(this.#held)) return false;
    this.#afterFence = /^[ \t]{0,8}(?:```|~~~)/u.test(this.#held) ? 'line start' : 'code';
    this.#place = 'rest of code line';
    return true;
  }

  #restOfCodeLine(): boolean {
    const end = this.#held.indexOf('\n');
    this.#take(end === -1 ? this.#held.length : end + 1);
    if (end !== -1) this.#place = this.#afterFence;
    return true;
  }

  /** Drops so many characters. */
  #take(length: number): void {
    this.#held = this.#held.slice(length);
  }

  /** Hands on so many characters as they are. */
  #keep(length: number): true {
    const kept = this.#held.slice(0, length);
    this.#made += kept;
    this.#before = kept.slice(-1);
    this.#take(length);
    return true;
  }
}

/** Whether this run of signs closes several that were opened one by one, as in `**bold *both***`. */
function closesInside(open: readonly string[], run: string): boolean {
  return open.filter((other) => other.startsWith(run.charAt(0))).join('') === run;
}

function isSpace(character: string): boolean {
  return /^\s$/u.test(character);
}

function isWord(character: string): boolean {
  return /^[\p{L}\p{N}]$/u.test(character);
}
