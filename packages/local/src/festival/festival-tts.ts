import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeWav } from '@voxrill/audio';
import { type ServiceCall, ServiceError, type TTSChunk, TTSService } from '@voxrill/core';
import { checkOptions } from '../check-options.js';
import { audioChunks } from '../speakable/audio-chunks.js';
import { phrases } from '../speakable/phrases.js';
import { speakableWords } from '../speakable/speakable-words.js';
import { timedWords, type WordSpan } from '../speakable/timed-words.js';
import { FestivalProcess } from './festival-process.js';

/** How the base class treats a voice. */
type TTSTuning = TTSService['tuning'];

/** Options of `festival`. */
export interface FestivalOptions extends TTSTuning {
  /** Name of an installed voice, without `voice_`. @defaultValue 'cmu_us_slt_arctic_hts' */
  readonly voice?: string;
}

const defaults = { voice: 'cmu_us_slt_arctic_hts' } as const satisfies FestivalOptions;
const names = ['voice', 'firstMs', 'nextMs'];

/**
 * English text to speech with an installed Festival (University of Edinburgh, BSD-style licence), which stays in memory.
 * It sounds better than Flite and knows where each word ends. Its default voice has 32 kHz.
 *
 * @throws TypeError for an unknown option, RangeError for a voice that is not a name.
 *
 * @example
 * ```ts
 * import { festival, festivalAvailable, flite } from '@voxrill/local';
 *
 * const tts = (await festivalAvailable()) ? festival() : flite();
 * console.log(tts.name);
 * ```
 */
export function festival(options: FestivalOptions = {}): FestivalTTS {
  return new FestivalTTS(options);
}

/** The service that `festival` makes. */
export class FestivalTTS extends TTSService {
  readonly name: string;
  override readonly tuning: TTSTuning;
  readonly #voice: string;
  readonly #process: FestivalProcess;

  constructor(options: FestivalOptions = {}) {
    super();
    checkOptions('festival', options, names);
    const { voice = defaults.voice, ...tuning } = options;
    if (!/^\w+$/.test(voice))
      throw new RangeError(`voice is "${voice}": use the name of an installed voice, such as ${defaults.voice}.`);
    this.name = `festival-${voice}`;
    this.tuning = tuning;
    this.#voice = voice;
    this.#process = new FestivalProcess(`(set! voxrill_ok (symbol-bound? 'voice_${voice})) (if voxrill_ok (voice_${voice}))`);
  }

  /** Starts Festival and loads the voice. */
  override async prepare(call: ServiceCall): Promise<void> {
    const output = await call.clock.external(this.#process.run('(format t "%l" voxrill_ok)', call));
    if (output.trim() === 't') return;
    throw new ServiceError(
      'invalid-request',
      `Festival has no voice "${this.#voice}": install it, or name one that is installed.`,
    );
  }

  async *synthesize(text: string, call: ServiceCall): AsyncGenerator<TTSChunk, void, undefined> {
    let offsetMs = 0;
    for (const phrase of phrases(speakableWords(text))) {
      const sounding = phrase.map(({ spoken }) => spoken).filter((spoken) => spoken !== '');
      if (sounding.length === 0) {
        yield { type: 'words', words: timedWords(phrase, [], offsetMs) };
        continue;
      }
      const speech = await call.clock.external(this.#speak(sounding, call));
      if (speech === undefined || call.signal.aborted) return;
      yield { type: 'words', words: timedWords(phrase, speech.spans, offsetMs) };
      yield* audioChunks(speech.samples, speech.sampleRate, call.signal);
      offsetMs += (speech.samples.length * 1000) / speech.sampleRate;
    }
  }

  /** Ends Festival. The next use starts it again. */
  close(): void {
    this.#process.close();
  }

  /** @returns Nothing when the signal fires first. */
  async #speak(
    words: readonly string[],
    call: ServiceCall,
  ): Promise<{ readonly samples: Int16Array; readonly sampleRate: number; readonly spans: WordSpan[] } | undefined> {
    if (call.signal.aborted) return undefined;
    const folder = await mkdtemp(join(tmpdir(), 'voxrill-festival-'));
    const file = join(folder, 'speech.wav');
    try {
      const output = await this.#process.run(
        `(set! voxrill_u (SynthText ${quoted(words.join(' '))})) (utt.save.wave voxrill_u ${quoted(file)} 'riff) ` +
          `(mapcar (lambda (w) (format t "W %s %s\\n" (item.feat w "word_end") (if (item.prev (item.relation w "Token")) 0 1))) (utt.relation.items voxrill_u 'Word))`,
        call,
      );
      const { samples, sampleRate } = await decodeWav(await readFile(file));
      return { samples, sampleRate, spans: spansOf(words, output) };
    } catch (error) {
      if (call.signal.aborted) return undefined;
      if (error instanceof ServiceError) throw error;
      throw new ServiceError(
        'server',
        `Festival did not say "${words.join(' ')}": look whether the voice ${this.#voice} is installed.`,
        { cause: error },
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Reads lines of `W end-in-seconds 1|0`, 1 for the first word of a token; "400" is one token and two words. */
function spansOf(words: readonly string[], output: string): WordSpan[] {
  const tokenEnds: number[] = [];
  for (const [, seconds = '0', first] of output.matchAll(/^W ([\d.]+) ([01])$/gm)) {
    if (first === '1') tokenEnds.push(0);
    tokenEnds[tokenEnds.length - 1] = Number(seconds) * 1000;
  }
  let token = 0;
  let at = 0;
  return words.map((word) => {
    // A token that has no sound, such as a lone sign, is missing in Festival's list.
    token += word.split(' ').filter((part) => /[a-z0-9]/i.test(part)).length;
    const startMs = at;
    at = Math.max(at, tokenEnds[token - 1] ?? tokenEnds.at(-1) ?? 0);
    return { startMs, endMs: at };
  });
}

/** A string of Scheme. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
