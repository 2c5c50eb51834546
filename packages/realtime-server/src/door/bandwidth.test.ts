import { readFile } from 'node:fs/promises';
import { decodeWav, pcmToBytes, resample } from '@voxrill/audio';
import { encodeAudio } from '@voxrill/openai';
import { describe, expect, it } from 'vitest';
import { socketClient } from '../test-support/socket-client.js';
import { standInServer } from '../test-support/stand-in-server.js';
import type { DeflateOptions } from './door-options.js';

const speech = new URL('../../../../test/speech/', import.meta.url);

async function framesOf(file: string, frameMs: number): Promise<Uint8Array[]> {
  const wav = await decodeWav(await readFile(new URL(file, speech)));
  const samples = resample(wav.samples, { fromRate: wav.sampleRate, toRate: 24_000 });
  const size = 24 * frameMs;
  return Array.from({ length: Math.floor(samples.length / size) }, (_, index) =>
    pcmToBytes(samples.slice(index * size, (index + 1) * size)),
  );
}

/** Speech in both directions; kbit/s of a second of it. */
async function measured(file: string, frameMs: number, deflate: boolean | DeflateOptions) {
  const frames = await framesOf(file, frameMs);
  const server = await standInServer({ deflate }, { speech: frames });
  const client = await socketClient(server.url, { perMessageDeflate: deflate !== false });
  await client.next('session.created');
  const before = server.counts;
  for (const frame of frames) client.send({ type: 'input_audio_buffer.append', audio: encodeAudio(frame) });
  client.send({ type: 'input_audio_buffer.clear' });
  await client.next('input_audio_buffer.cleared');
  client.send({ type: 'response.create' });
  await client.next('response.output_audio.done');
  const after = server.counts;
  const rate = (bytes: number): number => (bytes * 8) / (frames.length * frameMs);
  return {
    raw: rate(frames.reduce((sum, frame) => sum + frame.length, 0)),
    text: rate(after.clientBytes - before.clientBytes),
    received: rate(after.receivedBytes - before.receivedBytes),
    sent: rate(after.sentBytes - before.sentBytes),
  };
}

describe('S001-3: the bandwidth of speech at the door', () => {
  it.each(
    ['human-jfk.wav', 'human-librivox-0870.wav', 'human-cards-001.wav'].flatMap((file) => [
      [file, 20] as const,
      [file, 100] as const,
    ]),
  )('%s in frames of %i ms: 384 kbit/s raw, 516 to 531 as events, 341 to 376 compressed', async (file, frameMs) => {
    const plain = await measured(file, frameMs, false);
    expect(plain.raw).toBe(384);
    expect(plain.text).toBeGreaterThan(515);
    expect(plain.text).toBeLessThan(531.5);
    // The headers of frames, and the ids of the server's events, come on top.
    expect(plain.received).toBeLessThan(536);
    const packed = await measured(file, frameMs, true);
    for (const direction of ['received', 'sent'] as const) {
      expect(packed[direction]).toBeGreaterThan(341);
      expect(packed[direction]).toBeLessThan(376.5);
    }
  });

  it('is more when each message is compressed by itself, which costs less memory', async () => {
    const alone = await measured('human-jfk.wav', 20, { contextTakeover: false, thresholdBytes: 0 });
    expect(alone.sent).toBeGreaterThan(380);
    expect(alone.sent).toBeLessThan(470);
  });
});
