/** A piece of text, and whether it stood between the marks. */
export interface ScannedPart {
  readonly matched: boolean;
  readonly text: string;
}

/** Finds what stands between two marks in text that comes in pieces, holding back no more than `maxLength` and a mark. */
export class PatternScanner {
  readonly #start: string;
  readonly #end: string;
  readonly #maxLength: number;
  #held = '';
  #inside = false;

  constructor(start: string, end: string, maxLength: number) {
    this.#start = start;
    this.#end = end;
    this.#maxLength = maxLength;
  }

  push(text: string): ScannedPart[] {
    this.#held += text;
    const parts: ScannedPart[] = [];
    while (this.#held !== '' && this.#step(parts));
    return parts;
  }

  /** The text is over: what is held back was no part of a pattern. */
  flush(): string {
    const rest = this.#held;
    this.#held = '';
    this.#inside = false;
    return rest;
  }

  /** While it is inside, what is held begins with the opening mark. */
  #step(parts: ScannedPart[]): boolean {
    if (!this.#inside) {
      const opens = this.#held.indexOf(this.#start);
      const free = opens === -1 ? this.#held.length - beginningOf(this.#start, this.#held) : opens;
      if (free > 0) parts.push({ matched: false, text: this.#held.slice(0, free) });
      this.#held = this.#held.slice(free);
      this.#inside = opens !== -1;
      return this.#inside;
    }
    const from = this.#start.length;
    const closes = this.#held.indexOf(this.#end, from);
    if (closes !== -1 && closes - from <= this.#maxLength) {
      parts.push({ matched: true, text: this.#held.slice(from, closes) });
      this.#held = this.#held.slice(closes + this.#end.length);
      this.#inside = false;
      return true;
    }
    // The closing mark may have begun at the last place where it still counts.
    if (this.#held.length < from + this.#maxLength + this.#end.length) return false;
    parts.push({ matched: false, text: this.#start });
    this.#held = this.#held.slice(from);
    this.#inside = false;
    return true;
  }
}

/** How many characters at the end of `text` may be the beginning of `mark`. */
function beginningOf(mark: string, text: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
