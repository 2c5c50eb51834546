/** One word of a text as it is written, and as it is to be said: empty when it makes no sound. */
export interface SpeakableWord {
  readonly written: string;
  readonly spoken: string;
}

const symbols: readonly (readonly [RegExp, string])[] = [
  [/&/g, ' and '],
  [/%/g, ' percent '],
  [/(\d)\s*°\s*C\b/g, '$1 degrees Celsius'],
  [/(\d)\s*°\s*F\b/g, '$1 degrees Fahrenheit'],
  [/°/g, ' degrees '],
  [/€(\d[\d.,]*\d|\d)/g, '$1 euros'],
  [/£(\d[\d.,]*\d|\d)/g, '$1 pounds'],
  [/(\d)[–—-](\d)/g, '$1 to $2'],
  [/[–—…]+/g, ', '],
  [/\+(?=\d)/g, ' plus '],
];

/**
 * Makes a text speakable for a plain voice, word by word: "**Hi** 👋 see example.com!" becomes "Hi", "", "see", "example dot com!". Markdown, emoji and other signs are left out, addresses are read
 * as a person would, letters with accents become plain ones. Numbers, money in dollars and common abbreviations are left
 * to the voice. The written words, joined by blanks, are the text.
 */
export function speakableWords(text: string): SpeakableWord[] {
  return text
    .split(/\s+/)
    .filter((written) => written !== '')
    .map((written) => ({ written, spoken: spokenForm(written) }));
}

function spokenForm(written: string): string {
  const ending = /[.,;:!?]*$/.exec(written.replace(/[)\]"'”’*_`]+$/, ''))?.[0] ?? '';
  const unmarked = written.replace(/\]\([^)]*\)/g, '').replace(/[[\]*_`#|<>~^\\{}=]+/g, '');
  const address = addressOf(unmarked);
  let spoken = address ?? unmarked.replace(/[‘’]/g, "'");
  if (address === undefined) for (const [sign, words] of symbols) spoken = spoken.replace(sign, words);
  spoken = spoken
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]+/g, '')
    .replace(/["()]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (!/[a-z0-9]/i.test(spoken)) return '';
  // What ends a phrase is heard as a pause, also when it stood before a closing mark.
  return /[.,;:!?]$/.test(spoken) || ending === '' ? spoken : spoken + ending;
}

/** Reads a web or mail address aloud; anything else is `undefined`. */
function addressOf(word: string): string | undefined {
  const bare = word.replace(/[.,;:!?)"']+$/, '');
  const isAddress =
    /^(https?:\/\/|www\.)\S+$/i.test(bare) ||
    /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(bare) ||
    /^[\w-]{2,}(\.[\w-]+)*\.(com|org|net|io|dev|edu|gov)(\/\S*)?$/i.test(bare);
  if (!isAddress) return undefined;
  const said = bare
    .replace(/^https?:\/\//i, '')
    .replace(/[/?#]+$/, '')
    .replace(/\./g, ' dot ')
    .replace(/@/g, ' at ')
    .replace(/\//g, ' slash ')
    .replace(/-/g, ' dash ')
    .replace(/_/g, ' underscore ')
    .replace(/[^\w]+/g, ' ')
    .trim();
  return said + word.slice(bare.length).replace(/[^.,;:!?]/g, '');
}
