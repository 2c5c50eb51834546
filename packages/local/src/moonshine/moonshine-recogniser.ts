/// <reference path="../sherpa-onnx-node.d.ts" />
import { ServiceError } from '@voxrill/core';
import type { OfflineRecognizer } from 'sherpa-onnx-node';
import type { MoonshineModel } from '../models/ensure-models.js';

/** Rate of the audio that Moonshine hears, samples a second. */
export const MOONSHINE_RATE = 16_000;

/** Shorter audio than this (0.1 s) makes the native library complain on the console; it holds no word. */
const SHORTEST = MOONSHINE_RATE / 10;

/** Moonshine in memory. It is shared: several decodes may run at once (checked: the same texts as one after the other). */
export interface MoonshineRecogniser {
  /** Recognises mono samples of 16 kHz in −1…1, at most 30 s, on a thread of its own. Once begun it cannot be stopped. */
  decode(samples: Float32Array): Promise<string>;
}

/**
 * Loads a checked model into memory.
 *
 * One thread a decode: with two, each took longer on a machine of two cores (0.036 s of work a second instead of 0.024).
 *
 * @throws ServiceError when the native library does not run here.
 */
export async function loadMoonshine(model: MoonshineModel): Promise<MoonshineRecogniser> {
  let recogniser: OfflineRecognizer;
  try {
    const { default: sherpa } = await import('sherpa-onnx-node');
    recogniser = await sherpa.OfflineRecognizer.createAsync({
      featConfig: { sampleRate: MOONSHINE_RATE, featureDim: 80 },
      modelConfig: {
        moonshine: { encoder: model.encoder, mergedDecoder: model.decoder },
        tokens: model.tokens,
        numThreads: 1,
        provider: 'cpu',
        debug: 0,
      },
    });
  } catch (cause) {
    throw new ServiceError(
      'application',
      `The speech recogniser sherpa-onnx-node does not run on ${process.platform}-${process.arch}: install again without "--omit=optional", or use another STT service.`,
      { usable: false, cause },
    );
  }
  return {
    async decode(samples) {
      if (samples.length < SHORTEST) return '';
      const stream = recogniser.createStream();
      stream.acceptWaveform({ sampleRate: MOONSHINE_RATE, samples });
      const { text } = await recogniser.decodeAsync(stream);
      return text.trim().replace(/\s+/g, ' ');
    },
  };
}
