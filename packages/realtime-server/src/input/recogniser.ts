import { Resampler } from '@voxrill/audio';
import { defineProcessor, type FrameOf, type FrameProcessor, type StageScope } from '@voxrill/core';
import { realtimeAudioRate } from '@voxrill/openai';
import { samplesOf } from '../audio/wire-audio.js';
import { inputEmits } from '../call/call-parts.js';
import type { ItemAudio } from '../conversation/item-audio.js';
import { UserSpeech } from '../conversation/user-speech.js';

interface Utterance {
  readonly speech: UserSpeech;
  /** In the time of the session, by which its transcripts are known. */
  readonly startMs: number;
  readonly resampler: Resampler;
}

/** As many stretches of speech are waited for; beyond it the oldest is given up. */
const maxWaiting = 64;
/** So many items of clients are heard at one time: a client adds them faster than anybody can speak. */
const maxHeardClips = 4;
/** So many more, and so much audio of them, may wait for that, or until nobody is speaking. */
const maxClips = 32;
const maxClipBytes = 32 * 2 ** 20;

/**
 * The head of the pipeline: gives it what the user says, stretch by stretch, each between the two marks that recognisers cut
 * at, and knows which transcript belongs to which stretch. What nobody says is not handed on.
 */
export class Recogniser {
  readonly stage: FrameProcessor<{ readonly emits: typeof inputEmits }>;
  readonly #sampleRate: number;
  #stage: StageScope | undefined;
  #open: Utterance | undefined;
  /** Up to here the pipeline was given audio, session milliseconds. It runs ahead of time if audio comes faster. */
  #givenMs = 0;
  #waiting: readonly Utterance[] = [];
  #clips: readonly { readonly audio: ItemAudio; readonly speech: UserSpeech }[] = [];
  #heardClips = 0;
  readonly #services = new Map<string, string>();
  /** What became known in this tick: an error right behind it says that it is not what was said. */
  #fresh: { readonly utterance: Utterance; error: string | undefined } | undefined;

  /** `onReplyError`: a stage that has a part in replies has failed. */
  constructor(sampleRate: number, onReplyError: (message: string) => void) {
    this.#sampleRate = sampleRate;
    this.stage = defineProcessor(
      'call.input',
      (stage) => {
        this.#stage = stage;
        return {
          up: {
            'service-metadata': (frame: FrameOf<'service-metadata'>) => {
              this.#services.set(frame.processor, frame.service);
              return frame;
            },
            error: (frame: FrameOf<'error'>) => {
              const service = this.#services.get(frame.processor);
              if (service === 'stt') this.#failed(frame.message);
              else if (service !== undefined || !frame.usable) onReplyError(frame.message);
              return frame;
            },
          },
        };
      },
      { fit: { emits: inputEmits } },
    );
  }

  /** A stretch of speech begins `backMs` before now. */
  begin(sampleRate: number, backMs: number): UserSpeech {
    this.end(0);
    const speech = new UserSpeech();
    const stage = this.#stage;
    const startMs = Math.max(this.#givenMs, (stage?.session.now() ?? 0) - backMs);
    this.#givenMs = startMs;
    const utterance = { speech, startMs, resampler: new Resampler({ fromRate: sampleRate, toRate: this.#sampleRate }) };
    this.#open = utterance;
    this.#waiting = [...this.#waiting, utterance];
    if (this.#waiting.length > maxWaiting) this.#settle(this.#waiting[0], 'The recogniser gave no transcript.');
    stage?.pushDown(stage.frame('vad-user-started-speaking', { speechAtMs: startMs, prefixMs: 0 }));
    return speech;
  }

  push(samples: Int16Array): void {
    if (this.#open !== undefined) this.#give(this.#open.resampler.process(samples));
  }

  /** The stretch is over; so much of its end was silence. */
  end(silenceMs: number): void {
    const open = this.#open;
    const stage = this.#stage;
    if (open === undefined) return;
    this.#give(open.resampler.flush());
    this.#open = undefined;
    const speechAtMs = Math.max(open.startMs, this.#givenMs - silenceMs);
    stage?.pushDown(stage.frame('vad-user-stopped-speaking', { speechAtMs }));
    this.#playNext();
  }

  /** Lets the pipeline hear audio that is there as a whole, when nobody is speaking and it has not too much to do. */
  hear(audio: ItemAudio): UserSpeech {
    const speech = new UserSpeech(audio.durationMs);
    if (this.#isFree) {
      this.#playIn(audio, speech);
      return speech;
    }
    const bytes = this.#clips.reduce((sum, clip) => sum + clip.audio.bytes, audio.bytes);
    if (this.#clips.length < maxClips && bytes <= maxClipBytes) this.#clips = [...this.#clips, { audio, speech }];
    else speech.failed('Too much audio waits for the recogniser: add items more slowly, and when nobody is speaking.');
    return speech;
  }

  transcribed(frame: FrameOf<'transcription' | 'interim-transcription'>): void {
    const utterance = this.#nearest(frame.startMs);
    if (utterance === undefined) return;
    if (frame.kind === 'interim-transcription') {
      utterance.speech.partly(frame.text);
      return;
    }
    const fresh = { utterance, error: undefined as string | undefined };
    this.#fresh = fresh;
    const { text, language } = frame;
    void Promise.resolve().then(() => {
      if (this.#fresh === fresh) this.#fresh = undefined;
      this.#stage?.session.guard('call.input', () => this.#settle(utterance, fresh.error, text, language));
    });
  }

  get #isFree(): boolean {
    return this.#open === undefined && this.#heardClips < maxHeardClips;
  }

  #playNext(): void {
    const [clip, ...rest] = this.#clips;
    if (clip === undefined || !this.#isFree) return;
    this.#clips = rest;
    this.#playIn(clip.audio, clip.speech);
  }

  #playIn(audio: ItemAudio, speech: UserSpeech): void {
    this.#heardClips++;
    const live = this.begin(realtimeAudioRate(audio.format).sampleRate, 0);
    live.onPartial((text) => speech.partly(text));
    live.whenKnown(() => {
      if (live.error === undefined) speech.understood(live.text, live.language);
      else speech.failed(live.error, live.text);
      this.#heardClips--;
      this.#playNext();
    });
    this.push(samplesOf(audio.bytesNow(), audio.format));
    this.end(0);
  }

  #give(samples: Int16Array): void {
    const stage = this.#stage;
    if (samples.length === 0 || stage === undefined) return;
    this.#givenMs += (samples.length / this.#sampleRate) * 1000;
    const frame = stage.frame('input-audio', { samples, sampleRate: this.#sampleRate, channels: 1 });
    stage.pushDown({ ...frame, at: this.#givenMs });
  }

  /** The recogniser has failed: right behind a transcript it means that one, else the oldest that is waited for. */
  #failed(message: string): void {
    if (this.#fresh !== undefined) this.#fresh.error = message;
    else this.#settle(this.#waiting[0], message);
  }

  #settle(utterance: Utterance | undefined, error: string | undefined, text = '', language?: string): void {
    if (utterance === undefined || !this.#waiting.includes(utterance)) return;
    this.#waiting = this.#waiting.filter((other) => other !== utterance);
    if (error === undefined) utterance.speech.understood(text, language);
    else utterance.speech.failed(error, text);
  }

  #nearest(startMs: number): Utterance | undefined {
    const away = (utterance: Utterance): number => Math.abs(utterance.startMs - startMs);
    return this.#waiting.reduce<Utterance | undefined>(
      (best, each) => (best === undefined || away(each) < away(best) ? each : best),
      undefined,
    );
  }
}
