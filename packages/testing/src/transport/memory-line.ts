import {
  type AudioFormat,
  type AudioSink,
  type InputPort,
  type PcmAudio,
  pacedSink,
  ServiceError,
  type SessionContext,
} from '@voxrill/core';
import { defaultSpeechMs, spokenText } from '../fakes/spoken-text.js';
import { HeardAudio, type HeardSpeech } from './heard-audio.js';
import { instantSink } from './instant-sink.js';
import { Microphone } from './microphone.js';

/** The name of the head of the pipeline. */
export const memoryInput = 'transport.input';

/** How a line works. */
export interface LineOptions {
  readonly sampleRate: number;
  readonly chunkMs: number;
  readonly silence: boolean;
  readonly play: 'paced' | 'instant';
  readonly leadMs: number;
}

/** The user's end of one session: a voice, a keyboard and an ear. Get it with `transport.of(session)`. */
export class MemoryLine {
  readonly #options: LineOptions;
  readonly #heard = new HeardAudio();
  #port: InputPort | undefined;
  #microphone: Microphone | undefined;
  #cut = false;

  /** @internal */
  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** What came out of the loudspeaker, in order. */
  get heard(): readonly HeardSpeech[] {
    return this.#heard.speech;
  }

  /** How much audio of a dead turn was played: anything but 0 is a fault of the framework. */
  get staleMs(): number {
    return this.#heard.staleMs;
  }

  /** Says a text; resolves when its last sample was delivered. The user says one thing at a time. */
  say(text: string, options: { readonly lastsMs?: number } = {}): Promise<void> {
    const { lastsMs = defaultSpeechMs(text) } = options;
    return this.#speak(spokenText(text, { lastsMs, sampleRate: this.#options.sampleRate }));
  }

  /** Makes a noise in which there is no word. */
  cough(lastsMs: number): Promise<void> {
    return this.#speak(spokenText('', { lastsMs, sampleRate: this.#options.sampleRate }));
  }

  /** Delivers any audio, captured now. */
  audio(audio: PcmAudio): void {
    this.#open().audio(audio);
  }

  type(text: string): void {
    this.#open().text(text);
  }

  dtmf(digit: string): void {
    this.#open().dtmf(digit);
  }

  message(message: unknown): void {
    this.#open().message(message);
  }

  /** The socket breaks: nothing is heard from now on, and the session is told that its transport is unusable. */
  drop(): void {
    const port = this.#open();
    this.leave('The line was cut.', memoryInput);
    port.fail(new ServiceError('connectivity', 'The line to the user was cut.', { usable: false }));
  }

  /** The user hangs up: nothing is heard from now on, and the session ends. */
  hangUp(): void {
    const port = this.#open();
    this.leave('The user hung up.', memoryInput);
    port.session.end({ reason: 'The user hung up.' });
  }

  /**
   * Nobody is there to hear the rest: an interruption, so that the context does not claim that it was heard.
   * @internal
   */
  leave(reason: string, by: string): void {
    this.#open().session.interrupt(reason, by);
    this.#cut = true;
    this.#microphone?.close();
  }

  /** @internal */
  attach(port: InputPort): () => void {
    this.#port = port;
    const microphone = new Microphone({ clock: port.session.clock, deliver: (audio) => port.audio(audio) }, this.#options);
    this.#microphone = microphone;
    microphone.open();
    port.session.onClose(() => {
      this.#cut = true;
    });
    return () => microphone.close();
  }

  /** @internal */
  openSink(format: AudioFormat, session: SessionContext): AudioSink {
    const { play, leadMs } = this.#options;
    const heard = this.#heard;
    heard.sampleRate = format.sampleRate;
    const device = { play: (chunk: Int16Array) => heard.played(chunk, format.channels, session.now(), session.turn) };
    const sink = play === 'instant' ? instantSink(device, format, session) : pacedSink(device, format, session, { leadMs });
    return {
      format,
      played$: sink.played$,
      write: (chunk) => {
        if (this.#cut) return;
        heard.wrote(chunk.length / format.channels, session.turn);
        sink.write(chunk);
      },
      clear: () => {
        const position = sink.clear();
        heard.cut(position);
        return position;
      },
      pause: () => sink.pause?.(),
      resume: () => sink.resume?.(),
      close: () => {
        heard.cut(sink.clear());
        return sink.close();
      },
    };
  }

  #speak(samples: Int16Array): Promise<void> {
    this.#open();
    if (this.#microphone?.busy === true) throw new Error('The user is speaking already; await what is being said first.');
    return this.#microphone?.hear(samples) ?? Promise.resolve();
  }

  #open(): InputPort {
    if (this.#port === undefined) throw new Error('The line is not open yet; await session.start() first.');
    return this.#port;
  }
}
