/** Options of {@link spokenText}. */
export interface SpokenTextOptions {
  /** How long it takes to say. @defaultValue 60 ms a character */
  readonly lastsMs?: number;
  /** Samples a second. @defaultValue 16_000 */
  readonly sampleRate?: number;
  /** Whether it goes on with what was said right before, without a pause between. @defaultValue false */
  readonly continues?: boolean;
}

/** A voice that goes on, without a new letter. Any sample that is not 0 is voice. */
const voiced = 1;
/** Something new begins to be said. */
const begins = 2;

/**
 * Audio that carries its text: each letter begins where it would be spoken, so whoever gets a part of the audio reads just
 * the words of that part. The fakes speak and hear it, so what a test finds at the end of a pipeline really came through it.
 * Mono; silence is 0. Throws a RangeError when the time is too short for the letters.
 *
 * @example
 * ```ts
 * const samples = spokenText('I want strawberries', { lastsMs: 900 });
 * console.log(textIn(samples.subarray(0, 4800))); // I want
 * ```
 */
export function spokenText(text: string, options: SpokenTextOptions = {}): Int16Array {
  const { lastsMs = defaultSpeechMs(text), sampleRate = 16_000, continues = false } = options;
  const samples = new Int16Array(Math.max(0, Math.round((lastsMs * sampleRate) / 1000)));
  if (samples.length < text.length * 2) {
    throw new RangeError(`"${text}" cannot be said in ${lastsMs} ms at ${sampleRate} Hz; let it last longer.`);
  }
  if (text === '') return samples.fill(voiced);
  samples.fill(voiced);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    samples[Math.floor((i * samples.length) / text.length) + (i === 0 ? 1 : 0)] = code > begins ? code : 32;
  }
  if (!continues) samples[0] = begins;
  return samples;
}

/** How long the fakes take to say a text if nobody says otherwise: 60 ms a character, a brisk speaker. */
export function defaultSpeechMs(text: string): number {
  return text.length * 60;
}

/** Calls back for every letter in spoken text; the letter is empty where something new begins to be said. */
export function eachLetter(samples: Int16Array, visit: (letter: string, index: number) => void): void {
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i];
    if (value === undefined || value === 0 || value === voiced) continue;
    visit(value === begins ? '' : String.fromCharCode(value & 0xffff), i);
  }
}

/** Reads the text that {@link spokenText} has put into the audio, as far as it is there. */
export function textIn(samples: Int16Array): string {
  return heardOn('', samples);
}

/** What was heard before, and what is heard now: a space stands where something new begins to be said. */
export function heardOn(before: string, samples: Int16Array): string {
  let text = before;
  eachLetter(samples, (letter) => {
    text += letter === '' && text !== '' && !text.endsWith(' ') ? ' ' : letter;
  });
  return text;
}

/** Where the first and the last voiced sample are; undefined in silence. */
export function voiceIn(samples: Int16Array): { readonly first: number; readonly last: number } | undefined {
  let first = 0;
  while (first < samples.length && samples[first] === 0) first++;
  if (first === samples.length) return undefined;
  let last = samples.length - 1;
  while (samples[last] === 0) last--;
  return { first, last };
}
