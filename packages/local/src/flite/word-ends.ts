import type { TimedPhone } from './run-flite.js';

/** Phones of each written word when it is spoken alone. */
export type WordPhones = readonly (readonly string[])[];

const PAUSE = 'pau';

/** Splits phones at their pauses: with a comma after each word, every stretch is a word. */
export function phonesBetweenPauses(phones: readonly TimedPhone[]): WordPhones {
  const words: string[][] = [];
  let inWord = false;
  for (const { phone } of phones) {
    if (phone === PAUSE) inWord = false;
    else if (inWord) words.at(-1)?.push(phone);
    else {
      words.push([phone]);
      inWord = true;
    }
  }
  return words;
}

/**
 * Says where each word of a sentence ends. Flite gives times of phones only and does not say which word they belong to; so
 * the phones of the words spoken one by one are laid beside those of the sentence, with the fewest changes. A word sounds a
 * little different in a sentence, which costs a change but does not move its neighbours.
 *
 * @param words - The phones of each word alone.
 * @param sentence - The timed phones of the sentence.
 * @returns Start and end of each word in milliseconds; words that have no phone are as long as nothing.
 */
export function wordSpans(
  words: WordPhones,
  sentence: readonly TimedPhone[],
): { readonly startMs: number; readonly endMs: number }[] {
  const alone = words.flatMap((phones, word) => phones.map((phone) => ({ phone, word })));
  const spoken = sentence.map(({ phone, endMs }, index) => ({ phone, startMs: sentence[index - 1]?.endMs ?? 0, endMs }));
  const heard = spoken.filter(({ phone }) => phone !== PAUSE);
  const owner = align(
    alone.map(({ phone }) => phone),
    heard.map(({ phone }) => phone),
  );
  const spans: { startMs: number; endMs: number }[] = [];
  let at = 0;
  for (const word of words.keys()) {
    let startMs: number | undefined;
    let endMs = at;
    for (const [index, phone] of heard.entries()) {
      if (alone[owner[index] ?? -1]?.word !== word) continue;
      startMs ??= phone.startMs;
      endMs = Math.max(endMs, phone.endMs);
    }
    spans.push({ startMs: Math.max(at, startMs ?? at), endMs });
    at = endMs;
  }
  return spans;
}

/** For each of `b`, the index in `a` that it belongs to: an alignment of least edit distance. */
function align(a: readonly string[], b: readonly string[]): number[] {
  const width = b.length + 1;
  const cost = new Uint16Array((a.length + 1) * width);
  const value = (row: number, column: number) => cost[row * width + column] ?? 0;
  for (let row = 0; row <= a.length; row++) {
    for (let column = 0; column < width; column++) {
      const replaced =
        row && column ? value(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1) : Number.POSITIVE_INFINITY;
      const removed = row ? value(row - 1, column) + 1 : Number.POSITIVE_INFINITY;
      const added = column ? value(row, column - 1) + 1 : Number.POSITIVE_INFINITY;
      cost[row * width + column] = row || column ? Math.min(replaced, removed, added) : 0;
    }
  }
  const owner = new Array<number>(b.length).fill(0);
  let row = a.length;
  for (let column = b.length; column > 0; ) {
    const here = value(row, column);
    if (row > 0 && here === value(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1)) owner[--column] = --row;
    else if (row > 0 && here === value(row - 1, column) + 1) row--;
    else owner[--column] = Math.max(0, row - 1);
  }
  return owner;
}
