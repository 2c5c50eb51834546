/** Word errors (substitutions, insertions, deletions) of a transcript against what was said. */
export function wordErrors(said: string, heard: string): { readonly errors: number; readonly words: number } {
  const a = wordsOf(said);
  const b = wordsOf(heard);
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, word] of a.entries()) {
    const next = [index + 1];
    for (const [column, other] of b.entries()) {
      next.push(Math.min((row[column] ?? 0) + (word === other ? 0 : 1), (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return { errors: row[b.length] ?? 0, words: a.length };
}

/** Spellings of one word count as the same. */
function wordsOf(text: string): string[] {
  const normal = text
    .replace(/(\w)-(\w)/g, '$1 $2')
    .replace(/\bto (day|morrow)\b/gi, 'to$1')
    .replace(/\bgood bye\b/gi, 'goodbye')
    .replace(/\bmr\.?(?!\w)/gi, 'mister')
    .replace(/metres/g, 'meters')
    .replace(/\b10\b/g, 'ten');
  return normal
    .toLowerCase()
    .replace(/[^a-z0-9' ]+/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
}
