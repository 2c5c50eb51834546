import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { decodeWav, resample } from '@voxrill/audio';
import { realClock } from '@voxrill/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { WebSocket } from 'ws';
import { loopbackRealtime } from '../../test-support/loopback-realtime.js';
import { encodeAudio } from '../protocol/audio-base64.js';
import { realtimeClientEvents } from '../protocol/client-events.js';
import type { RealtimeTraffic } from './link-traffic.js';
import type { RealtimeConnection } from './realtime-connection.js';
import { RealtimeLink } from './realtime-link.js';

const speech = new URL('../../../../../test/speech/', import.meta.url);
const sampleRate = 24_000;

async function framesOf(file: string, frameMs: number): Promise<Int16Array[]> {
  const wav = await decodeWav(await readFile(new URL(file, speech)));
  const samples = resample(wav.samples, { fromRate: wav.sampleRate, toRate: sampleRate });
  const size = (sampleRate / 1000) * frameMs;
  return Array.from({ length: Math.floor(samples.length / size) }, (_, i) => samples.slice(i * size, (i + 1) * size));
}

/** Sends speech both ways over a link and a real socket; kbit/s of a second of speech, as the link counts them. */
async function measured(frames: readonly Int16Array[], deflate: boolean) {
  const server = await loopbackRealtime({ deflate });
  let current: RealtimeConnection | undefined;
  let heard = 0;
  let allHeard = (): void => undefined;
  const link = new RealtimeLink({
    target: () => ({ url: server.url, headers: {}, protocols: [], deflate }),
    dialect: 'ga',
    clock: realClock(),
    session: { leadMs: 60_000 },
    events: {
      connected: (connection) => {
        current = connection;
      },
      event: () => {
        if (++heard === frames.length) allHeard();
      },
      lost: () => undefined,
      expiring: () => undefined,
      gone: () => undefined,
    },
  });
  onTestFinished(() => link.close());
  const started = link.start(new AbortController().signal);
  const far = await server.nextSocket();
  far.send('{"type":"session.created","event_id":"event_1","session":{"type":"realtime"}}');
  await started;
  const before = link.traffic;
  await sendUp(current, far, frames);
  const done = new Promise<void>((resolve) => {
    allHeard = resolve;
  });
  for (const [index, frame] of frames.entries()) far.send(JSON.stringify(delta(index, frame)));
  await done;
  return rates(before, link.traffic, frames.reduce((sum, frame) => sum + frame.length, 0) / sampleRate);
}

async function sendUp(connection: RealtimeConnection | undefined, far: WebSocket, frames: readonly Int16Array[]): Promise<void> {
  for (const frame of frames) {
    const arrived = once(far, 'message');
    expect(connection?.send(realtimeClientEvents.appendAudio(frame))).toBe(true);
    await arrived;
  }
}

const delta = (index: number, frame: Int16Array): object => ({
  type: 'response.output_audio.delta',
  event_id: `event_${index}`,
  response_id: 'resp_1',
  item_id: 'item_1',
  output_index: 0,
  content_index: 0,
  delta: encodeAudio(frame),
});

function rates(before: RealtimeTraffic, after: RealtimeTraffic, seconds: number) {
  const kbit = (member: 'sentBytes' | 'receivedBytes' | 'sentAudioBytes' | 'receivedAudioBytes'): number =>
    ((after[member] - before[member]) * 8) / 1000 / seconds;
  return {
    sent: kbit('sentBytes'),
    received: kbit('receivedBytes'),
    sentAudio: kbit('sentAudioBytes'),
    receivedAudio: kbit('receivedAudioBytes'),
  };
}

/** What WebSocket adds to each message of this size that a client sends: a header and a mask (RFC 6455, section 5.2). */
const framingBytes = 8;

describe('S001-3: speech at 24 kHz', () => {
  it.each([
    ['human-jfk.wav', 100],
    ['human-librivox-0870.wav', 100],
    ['human-librivox-0920.wav', 100],
    ['human-jfk.wav', 20],
    ['human-librivox-0870.wav', 20],
    ['human-librivox-0920.wav', 20],
  ])(
    'takes 384 kbit/s as it is, 516 to 531 as JSON with base64, 341 to 376 with permessage-deflate (%s, %i ms)',
    async (file, frameMs) => {
      const frames = await framesOf(file, frameMs);
      const plain = await measured(frames, false);
      const small = await measured(frames, true);
      for (const { sentAudio, receivedAudio } of [plain, small]) {
        expect(sentAudio).toBeCloseTo(384, 6);
        expect(receivedAudio).toBeCloseTo(384, 6);
      }
      const text = plain.sent - (framingBytes * 8) / frameMs;
      expect(Math.round(text)).toBeGreaterThanOrEqual(516);
      expect(Math.round(text)).toBeLessThanOrEqual(531);
      expect(Math.round(small.sent)).toBeGreaterThanOrEqual(341);
      expect(Math.round(small.sent)).toBeLessThanOrEqual(376);
      expect(small.received).toBeLessThan(plain.received * 0.8);
    },
  );
});
