import { pacedSink, VirtualClock } from '@voxrill/core';
import { sinkConformance } from '@voxrill/testing';
import { describe, it } from 'vitest';

const formats = [
  { sampleRate: 16_000, channels: 1 },
  { sampleRate: 44_100, channels: 2 },
  { sampleRate: 8_000, channels: 1 },
] as const;

describe.each(formats)('pacedSink at $sampleRate Hz on $channels channel(s)', (format) => {
  describe.each([{}, { chunkMs: 10, leadMs: 60 }, { chunkMs: 7 }])('with %o', (options) => {
    const cases = sinkConformance(
      (wanted, host) => {
        let samples = 0;
        const device = {
          play: (chunk: Int16Array) => {
            samples += chunk.length / wanted.channels;
          },
        };
        return { sink: pacedSink(device, wanted, host, options), delivered: () => samples };
      },
      { clock: () => new VirtualClock(), format },
    );
    for (const { title, run } of cases) it(title, run);
  });
});
