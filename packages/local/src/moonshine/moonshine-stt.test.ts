import type { TranscriptResult } from '@voxrill/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockstepCall, realCall } from '../test-support/real-call.js';
import { speechRecordings } from '../test-support/speech-recordings.js';
import { spoken, utterance } from '../test-support/utterance.js';
import { wordErrors } from '../test-support/word-errors.js';
import { MoonshineSTT, moonshine } from './moonshine-stt.js';

const stt = moonshine();
// The first run fetches the weights.
beforeAll(() => stt.prepare(realCall()), 300_000);
afterAll(() => stt.close());

/** All that is there to hear at once. */
async function transcripts(samples: Int16Array): Promise<TranscriptResult[]> {
  const results: TranscriptResult[] = [];
  for await (const result of stt.transcribe(utterance(samples), realCall())) results.push(result);
  return results;
}

/** Speech that comes in no faster than it is recognised. */
async function pacedTranscripts(samples: Int16Array): Promise<TranscriptResult[]> {
  const { call, pace } = lockstepCall();
  const results: TranscriptResult[] = [];
  for await (const result of stt.transcribe(utterance(samples, pace), call)) results.push(result);
  return results;
}

describe('moonshine tiny, on recordings of people', { timeout: 60_000 }, () => {
  it.for([0, 300])('makes at most 3 % word errors with %i ms of silence around the speech', async (silenceMs) => {
    let errors = 0;
    let words = 0;
    for (const recording of await speechRecordings('human')) {
      const results = await transcripts(spoken([recording.samples], silenceMs));
      const wrong = wordErrors(recording.text, results.at(-1)?.text ?? '');
      errors += wrong.errors;
      words += wrong.words;
    }
    expect(words).toBeGreaterThan(90);
    expect(errors / words).toBeLessThanOrEqual(0.03);
  });

  it('ends with exactly one final transcript, with case and punctuation', async () => {
    const [jfk] = await speechRecordings('human-jfk');
    const results = await transcripts(spoken([jfk!.samples], 300));
    expect(results.filter((result) => result.final)).toEqual([results.at(-1)]);
    expect(results.at(-1)?.text).toMatch(/^And so,? my fellow Americans,? ask not .*\.$/);
  });

  it('S003-11 never retracts what an interim transcript has said', async () => {
    for (const { samples } of await speechRecordings('human')) {
      const interims = (await pacedTranscripts(samples)).filter((result) => !result.final);
      expect(interims.length).toBeGreaterThanOrEqual(Math.floor(samples.length / 48_000));
      let before = '';
      for (const { text } of interims) {
        expect(text.startsWith(before)).toBe(true);
        expect(text).not.toBe(before);
        before = text;
      }
    }
  });

  it('S003-10 recognises speech that is longer than the window of the model, with and without pauses', async () => {
    const recordings = await speechRecordings('human');
    const said = recordings.map(({ text }) => text).join(' ');
    for (const silenceMs of [600, 0]) {
      const long = spoken(
        recordings.map(({ samples }) => samples),
        silenceMs,
      );
      expect(long.length / 16_000).toBeGreaterThan(35);
      const heard = (await transcripts(long)).at(-1)?.text ?? '';
      const { errors, words } = wordErrors(said, heard);
      // Nobody speaks like this: cuts in the middle of the crowd cost a word here and there.
      expect(errors / words).toBeLessThan(0.12);
    }
  });

  it('S003-11 settles what was said before a pause, and never retracts it later', async () => {
    const [jfk] = await speechRecordings('human-jfk');
    const twice = spoken([jfk!.samples, jfk!.samples], 600);
    const results = await pacedTranscripts(twice);
    for (const [index, { text, final }] of results.entries()) {
      if (!final) expect(text.startsWith(results[index - 1]?.text ?? '')).toBe(true);
    }
    expect(results.at(-1)?.text.match(/fellow Americans/g)).toHaveLength(2);
  });

  it('S003-12 counts what recognition has cost', async () => {
    const before = stt.cost;
    const [jfk] = await speechRecordings('human-jfk');
    await pacedTranscripts(jfk!.samples);
    const { audioMs, decodedMs, decodes } = stt.cost;
    expect(audioMs - before.audioMs).toBeCloseTo(11_000, -2);
    // Each second is recognised again with every longer beginning, and less often the longer it grows.
    expect((decodedMs - before.decodedMs) / 11_000).toBeGreaterThan(2);
    expect((decodedMs - before.decodedMs) / 11_000).toBeLessThan(12);
    expect(decodes - before.decodes).toBeGreaterThan(5);
  });
});

describe('moonshine', { timeout: 60_000 }, () => {
  it.for([0, 100, 16_000, 32_000])('hears nothing in %i samples of silence', async (length) => {
    expect(await transcripts(new Int16Array(length))).toEqual([{ text: '', final: true }]);
  });

  it('recognises several utterances at once as well as one after the other', async () => {
    const recordings = await speechRecordings('human');
    const together = await Promise.all(recordings.map(({ samples }) => transcripts(samples)));
    for (const [index, { samples }] of recordings.entries()) {
      expect(together[index]?.at(-1)).toEqual((await transcripts(samples)).at(-1));
    }
  });

  it('stops at once when it is aborted, although the audio goes on for ever', async () => {
    const stop = new AbortController();
    let pulled = 0;
    const forever = async function* () {
      for (;;) {
        if (pulled++ === 100) stop.abort(new Error('enough'));
        if (pulled > 100) await new Promise<never>(() => undefined);
        yield new Int16Array(320);
      }
    };
    const results: TranscriptResult[] = [];
    for await (const result of stt.transcribe({ sampleRate: 16_000, chunks: forever() }, realCall(stop.signal)))
      results.push(result);
    expect(results).toEqual([]);
  });

  it('loads its weights again after it was closed', async () => {
    const [recording] = await speechRecordings('human-ps-goforward');
    stt.close();
    expect((await transcripts(recording!.samples)).at(-1)?.text).toMatch(/^Go forward/);
  });

  it('names an option that does not exist, and a value that would do', () => {
    expect(() => moonshine(Object.fromEntries([['interimMS', 5]]))).toThrow(/no option "interimMS": use size, interimMs/);
    expect(() => moonshine({ interimMs: -1 })).toThrow(new RangeError('interimMs is -1: use 0 or more milliseconds.'));
    expect(() => new MoonshineSTT(Object.fromEntries([['size', 'huge']]))).toThrow(/use "tiny" or "base"/);
  });
});
