import { ServiceError, type TTSChunk } from '@voxrill/core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { realCall } from '../test-support/real-call.js';
import { festivalAvailable } from './festival-available.js';
import { type FestivalTTS, festival } from './festival-tts.js';

const installed = await festivalAvailable();

async function say(tts: FestivalTTS, text: string): Promise<TTSChunk[]> {
  const chunks: TTSChunk[] = [];
  for await (const chunk of tts.synthesize(text, realCall())) chunks.push(chunk);
  return chunks;
}

const lengthMs = (chunks: readonly TTSChunk[]) =>
  chunks.reduce((sum, chunk) => sum + (chunk.type === 'audio' ? (chunk.samples.length * 1000) / chunk.sampleRate : 0), 0);

// Festival is an optional program of the operating system; without it there is nothing to test here.
describe.skipIf(!installed)('festival, which is installed here', { timeout: 60_000 }, () => {
  const tts = festival();
  afterAll(() => tts.close());

  it('speaks, and says where each written word is', async () => {
    await tts.prepare(realCall());
    const text = 'Hello, I want 400 strawberries for Mr. Smith at example.com!';
    const chunks = await say(tts, text);
    const words = chunks.flatMap((chunk) => (chunk.type === 'words' ? chunk.words : []));
    expect(words.map((word) => word.text).join(' ')).toBe(text);
    let before = 0;
    for (const { startMs, endMs } of words) {
      expect(startMs).toBeGreaterThanOrEqual(before);
      expect(endMs).toBeGreaterThan(startMs);
      before = endMs;
    }
    expect(before).toBeGreaterThan(lengthMs(chunks) - 600);
    expect(before).toBeLessThanOrEqual(lengthMs(chunks));
  });

  it('takes quotes, brackets and commands for text', async () => {
    expect(lengthMs(await say(tts, 'He said "(quit)" \\ and left.'))).toBeGreaterThan(500);
    expect(lengthMs(await say(tts, 'Still here.'))).toBeGreaterThan(300);
  });

  it('makes no sound of a text without words', async () => {
    expect(lengthMs(await say(tts, '... 👋'))).toBe(0);
  });

  it('reports that it was ended, and starts again', async () => {
    const failed = expect(tts.prepare(realCall())).rejects.toThrow(ServiceError);
    tts.close();
    await failed;
    expect(lengthMs(await say(tts, 'Hello again.'))).toBeGreaterThan(300);
  });

  it('says that a voice is not installed', async () => {
    const other = festival({ voice: 'nobody' });
    await expect(other.prepare(realCall())).rejects.toThrow(
      'Festival has no voice "nobody": install it, or name one that is installed.',
    );
    other.close();
  });
});

describe('festival', () => {
  it('is available only where the program is on the PATH', async () => {
    expect(await festivalAvailable('')).toBe(false);
    expect(await festivalAvailable('/nowhere')).toBe(false);
  });

  it('says what to install when the program is not there', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(festival().prepare(realCall())).rejects.toThrow(
      /^Festival cannot be started: install it \(.*\), or use flite\(\)\.$/,
    );
    vi.unstubAllEnvs();
  });

  it('refuses a voice that is not a name', () => {
    expect(() => festival({ voice: 'a) (quit' })).toThrow(RangeError);
  });
});
