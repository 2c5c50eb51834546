import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAudio, encodeAudio, pcmReader } from './audio-base64.js';
import { realtimeClientEvents } from './client-events.js';
import { realtimeServerEvents } from './server-events.js';
import { writeRealtimeEvent } from './write-event.js';

describe('audio on the wire', () => {
  it('is standard base64 inside JSON text (S000-1)', () => {
    const samples = Int16Array.of(0, 1, -1, 32767, -32768);
    const at = { response_id: 'r', item_id: 'i', output_index: 0, content_index: 0 };
    const texts = [
      writeRealtimeEvent(realtimeClientEvents.appendAudio(samples), 'ga'),
      writeRealtimeEvent(realtimeServerEvents(() => 'event_1').audioDelta(at, samples), 'beta'),
    ];
    for (const text of texts) {
      const { audio, delta } = JSON.parse(text ?? '') as { audio?: string; delta?: string };
      expect(audio ?? delta).toBe('AAABAP///38AgA==');
    }
  });

  it('comes back as it went, bytes and samples', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeAudio(encodeAudio(bytes))).toEqual(new Uint8Array(bytes));
        const samples = new Int16Array(bytes.length >> 1).map(
          (_, index) => (((bytes[2 * index]! << 8) | bytes[2 * index + 1]!) << 16) >> 16,
        );
        expect(pcmReader()(encodeAudio(samples))).toEqual(samples);
      }),
    );
  });

  it('is written from the part of a buffer that it is', () => {
    const whole = Int16Array.of(1, 2, 3, 4);
    expect(encodeAudio(whole.subarray(1, 3))).toBe(encodeAudio(Int16Array.of(2, 3)));
  });

  it('owns its bytes when it is read', () => {
    const bytes = decodeAudio('AAABAA==');
    expect(bytes.byteOffset).toBe(0);
    expect(bytes.buffer.byteLength).toBe(4);
  });

  it('loses no half sample between two deltas', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 200 }), fc.array(fc.nat(200), { maxLength: 6 }), (bytes, cuts) => {
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const read = pcmReader();
        const parts = at.slice(1).map((end, index) => read(encodeAudio(bytes.slice(at[index], end))));
        const whole = pcmReader()(encodeAudio(bytes));
        expect(parts.flatMap((part) => [...part])).toEqual([...whole]);
      }),
    );
  });

  it('is refused when it is not base64', () => {
    for (const text of ['%%%%', 'AAAAA', 'AA=A', '====', 'AAA==']) expect(() => decodeAudio(text)).toThrow(RangeError);
    expect(decodeAudio('AAA').length).toBe(2);
  });
});
