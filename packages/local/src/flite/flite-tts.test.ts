import { ServiceError, type TTSChunk } from '@voxrill/core';
import { afterAll, describe, expect, it } from 'vitest';
import { moonshine } from '../moonshine/moonshine-stt.js';
import { realCall } from '../test-support/real-call.js';
import { spoken, utterance } from '../test-support/utterance.js';
import { wordErrors } from '../test-support/word-errors.js';
import { type FliteTTS, flite } from './flite-tts.js';

const voices: FliteTTS[] = [];
const made = (options?: Parameters<typeof flite>[0]) => {
  const voice = flite(options);
  voices.push(voice);
  return voice;
};
afterAll(() => Promise.all(voices.map((voice) => voice.close())));

async function say(tts: FliteTTS, text: string, signal?: AbortSignal): Promise<TTSChunk[]> {
  const chunks: TTSChunk[] = [];
  for await (const chunk of tts.synthesize(text, realCall(signal))) chunks.push(chunk);
  return chunks;
}

const audioOf = (chunks: readonly TTSChunk[]) => chunks.flatMap((chunk) => (chunk.type === 'audio' ? [chunk] : []));
const wordsOf = (chunks: readonly TTSChunk[]) => chunks.flatMap((chunk) => (chunk.type === 'words' ? chunk.words : []));
const samplesOf = (chunks: readonly TTSChunk[]) => Int16Array.from(audioOf(chunks).flatMap(({ samples }) => [...samples]));

describe('flite', { timeout: 60_000 }, () => {
  const tts = made();

  it('speaks in chunks of 40 ms, 16 kHz, each with samples of its own', async () => {
    const audio = audioOf(await say(tts, 'Hello, how can I help you today?'));
    expect(audio.length).toBeGreaterThan(30);
    for (const { samples, sampleRate } of audio) {
      expect(sampleRate).toBe(16_000);
      expect(samples.length).toBeLessThanOrEqual(640);
      expect(samples.byteLength).toBe(samples.buffer.byteLength);
    }
  });

  it('gives each written word its time, in order, inside the audio, and the written words make the text', async () => {
    const text = '**Sure** 👍 Mr. Smith, 400 strawberries cost $5.20!';
    const chunks = await say(tts, text);
    const words = wordsOf(chunks);
    expect(words.map((word) => word.text).join(' ')).toBe(text);
    let before = 0;
    for (const { startMs, endMs } of words) {
      expect(startMs).toBeGreaterThanOrEqual(before);
      expect(endMs).toBeGreaterThanOrEqual(startMs);
      before = endMs;
    }
    const seconds = samplesOf(chunks).length / 16;
    expect(before).toBeLessThanOrEqual(seconds);
    expect(before).toBeGreaterThan(seconds - 500);
    // "four hundred" takes longer than "sure".
    const length = (name: string) => words.filter((word) => word.text === name).map((word) => word.endMs - word.startMs)[0] ?? 0;
    expect(length('400')).toBeGreaterThan(length('**Sure**'));
  });

  it('goes on counting time where a long text is split', async () => {
    const sentence = 'This is a rather long sentence that goes on and on, so that nobody would want to wait for it. ';
    const chunks = await say(tts, sentence.repeat(6));
    const words = wordsOf(chunks);
    expect(chunks.findIndex((chunk) => chunk.type === 'words')).toBeLessThan(
      chunks.findLastIndex((chunk) => chunk.type === 'audio'),
    );
    for (const [index, word] of words.entries()) expect(word.startMs).toBeGreaterThanOrEqual(words[index - 1]?.endMs ?? 0);
    expect(words.at(-1)?.endMs).toBeGreaterThan(20_000);
  });

  it.for(['', '   ', '...', '?!', '👋', '**', '—'])('makes no sound of %j', async (text) => {
    expect(audioOf(await say(tts, text))).toEqual([]);
  });

  it('takes a text that looks like an option or a file for text', async () => {
    expect(audioOf(await say(tts, '--help')).length).toBeGreaterThan(0);
    expect(audioOf(await say(tts, '/etc/passwd')).length).toBeGreaterThan(0);
  });

  it('always says the same text in the same way', async () => {
    expect(samplesOf(await say(tts, 'Goodbye.'))).toEqual(samplesOf(await say(tts, 'Goodbye.')));
  });

  it('speaks faster at a higher rate', async () => {
    const slow = samplesOf(await say(tts, 'One two three.'));
    const fast = samplesOf(await say(made({ rate: 2 }), 'One two three.'));
    expect(fast.length).toBeLessThan(slow.length * 0.65);
  });

  it('serves several callers at once', async () => {
    const texts = ['One.', 'Two words.', 'Three short words.'];
    const lengths = (await Promise.all(texts.map((text) => say(tts, text)))).map((chunks) => samplesOf(chunks).length);
    for (const [index, text] of texts.entries()) expect(samplesOf(await say(tts, text)).length).toBe(lengths[index]);
  });

  it('stops when it is aborted, and speaks again afterwards', async () => {
    const stop = new AbortController();
    const running = say(tts, 'This will not be heard to its end. '.repeat(20), stop.signal);
    stop.abort();
    expect(audioOf(await running)).toEqual([]);
    expect(audioOf(await say(tts, 'Hello.')).length).toBeGreaterThan(0);
  });

  it('reports that its thread ended, and starts another one', async () => {
    const voice = made();
    const failed = expect(say(voice, 'Hello there.')).rejects.toThrow(ServiceError);
    await voice.close();
    await failed;
    expect(audioOf(await say(voice, 'Hello again.')).length).toBeGreaterThan(0);
  });

  it('names a voice that does not exist, and those that do', () => {
    expect(() => flite(Object.fromEntries([['voice', 'anna']]))).toThrow(
      new RangeError('voice is "anna": use slt, rms, awb, kal16, kal.'),
    );
    expect(() => flite({ rate: 9 })).toThrow(new RangeError('rate is 9: use 0.25 to 4.'));
  });

  it.for(['rms', 'slt', 'awb'] as const)('is understood by a recogniser when %s speaks', async (voice) => {
    const stt = moonshine();
    const speaker = made({ voice });
    let errors = 0;
    let words = 0;
    for (const text of sentences) {
      const samples = samplesOf(await say(speaker, text));
      let heard = '';
      for await (const result of stt.transcribe(utterance(spoken([samples], 200)), realCall())) heard = result.text;
      const wrong = wordErrors(text, heard);
      errors += wrong.errors;
      words += wrong.words;
    }
    expect(errors / words).toBeLessThan(0.2);
  });
});

const sentences = [
  'Hello, how can I help you today?',
  'Your appointment is confirmed for Tuesday at three fifteen in the afternoon.',
  'Could you please repeat your last name?',
  'My phone number is five five five, zero one two three.',
  'I would like to book a table for four people tomorrow evening.',
  'The weather in Paris is sunny with a high of seventy two degrees.',
];
