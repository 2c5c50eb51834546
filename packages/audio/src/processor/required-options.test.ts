import { describe, expect, it } from 'vitest';
import { resampleAudio } from './resample-audio.js';
import { voiceActivity } from './voice-activity.js';

/** Calls it as a program without types may do. */
const made = (make: (...args: never[]) => unknown, ...args: readonly unknown[]): unknown => Reflect.apply(make, undefined, args);

describe('resampleAudio', () => {
  it.each([[16_000], [undefined], [null]])('refuses %j in the place of its options, and says how it is called', (options) => {
    const call = () => made(resampleAudio, options);
    expect(call).toThrow(TypeError);
    expect(call).toThrow('resampleAudio: give it the rate, as in resampleAudio({ sampleRate: 16_000 }).');
  });

  it.each([[undefined], ['16000'], [0], [-8000], [16_000.5], [Number.NaN], [1e9]])(
    'refuses a rate of %j when it is made',
    (rate) => {
      const call = () => made(resampleAudio, { sampleRate: rate });
      expect(call).toThrow(RangeError);
      expect(call).toThrow(
        `resampleAudio: sampleRate must be a whole number of samples a second from 1000 to 768000, not ${rate}.`,
      );
    },
  );

  it.each([8000, 16_000, 48_000])('takes %d', (sampleRate) => {
    expect(resampleAudio({ sampleRate }).name).toBe(`resample to ${sampleRate} Hz`);
  });
});

describe('voiceActivity', () => {
  it.each([[undefined], [{}], [{ engine: 'silero' }]])('asks for an engine when it is given %j', (options) => {
    const call = () => made(voiceActivity, options);
    expect(call).toThrow(TypeError);
    expect(call).toThrow('voiceActivity: give it an engine, as in voiceActivity({ engine: () => energyVad() }).');
  });
});
