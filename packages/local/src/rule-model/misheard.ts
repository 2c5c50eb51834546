/**
 * What recognisers write for numbers and goods that sound alike, put right: "for hundreds, strawberries" was four hundred
 * of them. Seen with Moonshine on synthetic and human voices.
 */
const corrections: readonly (readonly [RegExp, string])[] = [
  [/\bfor(?= (?:hundred|thousand|million)s?\b)/giu, 'four'],
  [/\b(?:to|too)(?= (?:hundred|thousand|million)s?\b)/giu, 'two'],
  [/\b(one|two|three|four|five|six|seven|eight|nine|\d+) (hundred|thousand)s,?(?= \p{L})/giu, '$1 $2'],
  [/\bstraw (?=berr(?:y|ies)\b)/giu, 'straw'],
];

export function withoutMishearings(text: string): string {
  return corrections.reduce((corrected, [pattern, replacement]) => corrected.replace(pattern, replacement), text);
}
