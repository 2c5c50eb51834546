import { type ServiceCall, type TTSChunk, TTSService } from '@voxrill/core';
import { checkOptions } from '../check-options.js';
import { audioChunks } from '../speakable/audio-chunks.js';
import { phrases } from '../speakable/phrases.js';
import { speakableWords } from '../speakable/speakable-words.js';
import { timedWords } from '../speakable/timed-words.js';
import { type FliteVoice, fliteVoices } from './flite-protocol.js';
import { FliteThread } from './flite-thread.js';

/** How the base class treats a voice. */
type TTSTuning = TTSService['tuning'];

/** Options of `flite`. */
export interface FliteOptions extends TTSTuning {
  /** @defaultValue 'rms' */
  readonly voice?: FliteVoice;
  /** Speed: 2 is twice as fast, 0.5 half as fast. @defaultValue 1 */
  readonly rate?: number;
}

const defaults = { voice: 'rms', rate: 1 } as const satisfies FliteOptions;
const names = ['voice', 'rate', 'firstMs', 'nextMs'];

/**
 * English text to speech with Flite (Carnegie Mellon University, BSD-style licence), compiled to WebAssembly, in a worker
 * thread: no network, no installation, 16 kHz (`kal`: 8 kHz), with the times of its words. One object serves many
 * sessions, which take turns sentence by sentence.
 *
 * @throws TypeError for an unknown option, RangeError for a value out of range.
 *
 * @example
 * ```ts
 * import { flite } from '@voxrill/local';
 *
 * const tts = flite({ voice: 'awb', rate: 1.1 });
 * console.log(tts.name); // flite-awb
 * ```
 */
export function flite(options: FliteOptions = {}): FliteTTS {
  return new FliteTTS(options);
}

/** The service that `flite` makes. */
export class FliteTTS extends TTSService {
  readonly name: string;
  override readonly tuning: TTSTuning;
  readonly #voice: FliteVoice;
  readonly #rate: number;
  readonly #thread = new FliteThread();

  constructor(options: FliteOptions = {}) {
    super();
    checkOptions('flite', options, names);
    const { voice = defaults.voice, rate = defaults.rate, ...tuning } = options;
    if (!fliteVoices.includes(voice)) throw new RangeError(`voice is "${voice}": use ${fliteVoices.join(', ')}.`);
    if (!(rate >= 0.25 && rate <= 4)) throw new RangeError(`rate is ${rate}: use 0.25 to 4.`);
    this.name = `flite-${voice}`;
    this.tuning = tuning;
    this.#voice = voice;
    this.#rate = rate;
  }

  /** Starts the thread and says a word that nobody hears, so that the first sentence is as fast as the others. */
  override async prepare(call: ServiceCall): Promise<void> {
    await call.clock.external(this.#warmUp(call));
  }

  async *synthesize(text: string, call: ServiceCall): AsyncGenerator<TTSChunk, void, undefined> {
    const { clock, signal } = call;
    let offsetMs = 0;
    for (const phrase of phrases(speakableWords(text))) {
      const sounding = phrase.filter(({ spoken }) => spoken !== '');
      if (sounding.length === 0) {
        yield { type: 'words', words: timedWords(phrase, [], offsetMs) };
        continue;
      }
      const order = { words: sounding.map(({ spoken }) => spoken), voice: this.#voiceOf(call), rate: this.#rate };
      const replies = this.#thread.ask(order, call);
      let phraseMs = 0;
      try {
        for (;;) {
          const step = await clock.external(replies.next());
          if (step.done || signal.aborted) break;
          const reply = step.value;
          if (reply.type === 'audio') {
            phraseMs = (reply.samples.length * 1000) / reply.sampleRate;
            yield* audioChunks(reply.samples, reply.sampleRate, signal);
          } else if (reply.type === 'words') yield { type: 'words', words: timedWords(phrase, reply.spans, offsetMs) };
        }
      } finally {
        await replies.return();
      }
      if (signal.aborted) return;
      offsetMs += phraseMs;
    }
  }

  /** Ends the thread. The next use starts it again. */
  close(): Promise<void> {
    return this.#thread.close();
  }

  /** A voice that Flite does not have, or has in another rate, leaves the one that was chosen. */
  #voiceOf({ settings }: ServiceCall): FliteVoice {
    return fliteVoices.find((voice) => voice === settings?.voice && (voice === 'kal') === (this.#voice === 'kal')) ?? this.#voice;
  }

  async #warmUp(call: ServiceCall): Promise<void> {
    for await (const _ of this.#thread.ask({ words: ['hello'], voice: this.#voice, rate: this.#rate }, call));
  }
}
