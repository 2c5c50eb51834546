import { defineProcessor, type FrameOf, type FrameProcessor } from '@voxrill/core';
import { downmix } from '../pcm/downmix.js';
import { requireRate } from '../resample/require-rate.js';
import { Resampler } from '../resample/resampler.js';
import { requireOptions } from './require-options.js';

const resampleFit = { emits: [] } as const;

/** Which audio is to have which rate. */
export interface ResampleAudioOptions {
  /** Samples a second that leave the processor: a whole number from 1000 to 768000. */
  readonly sampleRate: number;
  /** @defaultValue 'both' */
  readonly of?: 'input' | 'speech' | 'both';
}

/**
 * Brings the user's audio, the bot's speech, or both, to one rate and to mono.
 *
 * @throws TypeError when the options are not an object.
 * @throws RangeError when `sampleRate` is out of its range.
 *
 * @example
 * ```ts
 * const forTheRecogniser = resampleAudio({ sampleRate: 16_000, of: 'input' });
 * ```
 */
export function resampleAudio(options: ResampleAudioOptions): FrameProcessor<typeof resampleFit> {
  requireOptions(options, 'resampleAudio: give it the rate, as in resampleAudio({ sampleRate: 16_000 }).');
  const { sampleRate: toRate, of = 'both' } = options;
  requireRate('resampleAudio: sampleRate', toRate);
  return defineProcessor(
    `resample to ${toRate} Hz`,
    (stage) => {
      let input: Resampler | undefined;
      let speech: Resampler | undefined;
      let utterance: string | undefined;
      stage.session.onInterrupt(() => {
        speech = undefined;
      });
      const fits = (frame: { readonly sampleRate: number; readonly channels: number }) =>
        frame.sampleRate === toRate && frame.channels === 1;
      const mono = (frame: FrameOf<'input-audio' | 'tts-audio'>) =>
        frame.channels === 1 ? frame.samples : downmix(frame.samples, frame.channels);

      const ofInput = (frame: FrameOf<'input-audio'>) => {
        if (fits(frame)) return frame;
        if (input?.fromRate !== frame.sampleRate) input = new Resampler({ fromRate: frame.sampleRate, toRate });
        const samples = input.process(mono(frame));
        return samples.length === 0 ? undefined : { ...frame, samples, sampleRate: toRate, channels: 1 };
      };
      const ofSpeech = (frame: FrameOf<'tts-audio'>) => {
        if (fits(frame)) return frame;
        if (speech?.fromRate !== frame.sampleRate || utterance !== frame.utterance)
          speech = new Resampler({ fromRate: frame.sampleRate, toRate });
        utterance = frame.utterance;
        const samples = speech.process(mono(frame));
        return samples.length === 0 ? undefined : { ...frame, samples, sampleRate: toRate, channels: 1 };
      };
      /** What the filter still holds belongs to the utterance that ends here. */
      const endOfSpeech = (frame: FrameOf<'tts-stopped'>) => {
        if (speech === undefined || utterance !== frame.utterance) return frame;
        const samples = speech.flush();
        speech = undefined;
        if (samples.length === 0) return frame;
        return [
          stage.frame('tts-audio', { utterance: frame.utterance, samples, sampleRate: toRate, channels: 1 }, frame.turn),
          frame,
        ];
      };
      return {
        down: {
          ...(of === 'speech' ? {} : { 'input-audio': ofInput }),
          ...(of === 'input' ? {} : { 'tts-audio': ofSpeech, 'tts-stopped': endOfSpeech }),
        },
      };
    },
    { fit: resampleFit },
  );
}
