import { VirtualClock } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { sinkConformance } from '../conformance/sink-conformance.js';
import { instantSink } from './instant-sink.js';

const format = { sampleRate: 16_000, channels: 1 };

describe('an instant sink', () => {
  const cases = sinkConformance(
    (wanted, host) => {
      let samples = 0;
      const device = {
        play: (chunk: Int16Array) => {
          samples += chunk.length;
        },
      };
      return { sink: instantSink(device, wanted, host), delivered: () => samples };
    },
    { clock: () => new VirtualClock(), format },
  );
  for (const { title, run } of cases) it(title, run);

  it('has played what was written when write returns, and sets no timer', () => {
    const clock = new VirtualClock();
    const sink = instantSink({ play: () => undefined }, format, { clock, guard: (_name, run) => run() });
    const positions: number[] = [];
    sink.played$.subscribe((position) => positions.push(position));
    sink.write(new Int16Array(16_000));
    expect(positions.at(-1)).toBe(16_000);
    expect(clock.pendingTimers).toBe(0);
  });
});
