import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../clock/clock.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import { type PacedDevice, type PacingOptions, pacedSink } from './paced-sink.js';

/** A clock whose timers come late by as much as `late` says. */
function lateClock(clock: VirtualClock, late: () => number): Clock {
  return {
    now: () => clock.now(),
    setTimer: (run, delayMs) => clock.setTimer(run, delayMs + late()),
    sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
    external: (work) => clock.external(work),
  };
}

function opened(
  options: PacingOptions & { readonly rate?: number; readonly late?: () => number; readonly device?: Partial<PacedDevice> } = {},
) {
  const { rate = 16_000, late = () => 0, device = {}, ...pacing } = options;
  const clock = new VirtualClock();
  const chunks: { readonly at: number; readonly samples: Int16Array }[] = [];
  const positions: { readonly at: number; readonly position: number }[] = [];
  const errors: unknown[] = [];
  const sink = pacedSink(
    { play: (samples) => chunks.push({ at: clock.now(), samples }), ...device },
    { sampleRate: rate, channels: 1 },
    {
      clock: lateClock(clock, late),
      guard: (_name, run) => {
        try {
          run();
        } catch (error) {
          errors.push(error);
        }
      },
    },
    pacing,
  );
  sink.played$.subscribe((position) => positions.push({ at: clock.now(), position }));
  return { clock, sink, chunks, positions, errors };
}

/** Samples that tell where in the stream they stand. */
const numbered = (from: number, count: number): Int16Array => Int16Array.from({ length: count }, (_, i) => (from + i) % 30_000);

describe('a paced sink', () => {
  test('hands over each chunk exactly when it is due, for an hour, without drift', async () => {
    const { clock, sink, chunks, positions } = opened({ maxQueuedMs: 3_600_000 });
    for (let second = 0; second < 3600; second++) sink.write(new Int16Array(16_000));
    await clock.advance(3_600_000);
    expect(chunks.length).toBe(180_000);
    expect(chunks.every(({ at }, i) => at === i * 20)).toBe(true);
    expect(positions.at(-1)).toEqual({ at: 3_600_000, position: 57_600_000 });
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([0.4, 0.5, 1, 100])(
    'reports the end though it comes while %s ms pass with telling what came before',
    async (tookMs) => {
      const clock = new VirtualClock();
      let behindMs = 0;
      const slow: Clock = { ...lateClock(clock, () => 0), now: () => clock.now() + behindMs };
      const host = { clock: slow, guard: (_name: string, run: () => void) => run() };
      const sink = pacedSink({ play: () => undefined }, { sampleRate: 24_000, channels: 1 }, host);
      const positions: number[] = [];
      sink.played$.subscribe((position) => {
        positions.push(position);
        behindMs += tookMs;
      });
      // A chunk, and half a millisecond.
      sink.write(new Int16Array(492));
      await clock.advance(1_000);
      expect(positions).toEqual([480, 492]);
      expect(clock.pendingTimers).toBe(0);
    },
  );

  test('keeps its schedule though every timer comes late: the delays do not add up', async () => {
    let seed = 1;
    const late = (): number => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed % 12;
    };
    const { clock, sink, chunks } = opened({ late });
    for (let i = 0; i < 60; i++) sink.write(new Int16Array(16_000));
    await clock.advance(60_100);
    expect(chunks.length).toBe(3000);
    expect(Math.max(...chunks.map(({ at }, i) => at - i * 20))).toBeLessThan(12);
  });

  test('catches up after a stall with all that is due', async () => {
    let stall = 0;
    const { clock, sink, chunks } = opened({ late: () => stall });
    sink.write(new Int16Array(48_000));
    await clock.advance(990);
    stall = 1000;
    await clock.advance(20);
    stall = 0;
    await clock.advance(3000);
    const at = chunks.map((chunk) => chunk.at);
    expect(at.filter((time) => time > 1000 && time < 2020)).toEqual([]);
    expect(at.filter((time) => time === 2020)).toHaveLength(51);
    expect(at.at(-1)).toBe(2980);
  });

  test('begins a new run when it had played out, and goes on without a gap when it had not', async () => {
    const { clock, sink, chunks } = opened();
    sink.write(new Int16Array(320));
    await clock.advance(10);
    sink.write(new Int16Array(320));
    await clock.advance(100);
    sink.write(new Int16Array(320));
    expect(chunks.map(({ at }) => at)).toEqual([0, 20, 110]);
  });

  test('plays every sample once, in order, at any rate and in pieces of any size, and reports a position that only grows and ends at the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.nat({ max: 90 })), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(0, 15, 60),
        fc.nat({ max: 5 }),
        async (rate, writes, leadMs, lateMs) => {
          const { clock, sink, chunks, positions } = opened({ rate, leadMs, late: () => lateMs });
          let written = 0;
          for (const [count, waitMs] of writes) {
            sink.write(numbered(written, count));
            written += count;
            await clock.advance(waitMs);
          }
          await clock.advance(10_000);
          expect(clock.pendingTimers).toBe(0);
          const played = chunks.flatMap(({ samples }) => [...samples]);
          expect(played).toEqual([...numbered(0, written)]);
          const reported = positions.map(({ position }) => position);
          expect(reported).toEqual([...new Set(reported)].sort((a, b) => a - b));
          expect(reported.at(-1)).toBe(written);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('never claims to have played more than time allows, nor less than a chunk below, and clear() says it to the sample', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 2000 }), fc.constantFrom(0, 40, 200), async (afterMs, leadMs) => {
        const { clock, sink, positions } = opened({ leadMs });
        sink.write(new Int16Array(16_000));
        await clock.advance(afterMs);
        for (const { at, position } of positions) expect(position).toBeLessThanOrEqual(at * 16);
        expect(sink.clear()).toBe(Math.min(16_000, afterMs * 16));
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test('goes on behind the position at which it was cleared, takes back what the device has ahead, and plays nothing of the old', async () => {
    let cleared = 0;
    const { clock, sink, chunks, positions } = opened({ leadMs: 100, device: { clear: () => cleared++ } });
    sink.write(new Int16Array(16_000).fill(1));
    await clock.advance(50);
    expect(sink.clear()).toBe(800);
    expect(cleared).toBe(1);
    const before = chunks.length;
    await clock.advance(500);
    sink.write(new Int16Array(320).fill(2));
    await clock.advance(500);
    expect(chunks.slice(before).map(({ samples }) => samples[0])).toEqual([2]);
    expect(positions.at(-1)?.position).toBe(1120);
  });

  test('hands over ahead of time by its lead', async () => {
    const { clock, sink, chunks } = opened({ leadMs: 100 });
    sink.write(new Int16Array(16_000));
    expect(chunks.length).toBe(6);
    await clock.advance(1000);
    expect(chunks.map(({ at }) => at).slice(5, 8)).toEqual([0, 20, 40]);
  });

  test('refuses what is beyond its bound in a sentence, and plays on', async () => {
    const { clock, sink, chunks } = opened({ maxQueuedMs: 1000 });
    sink.write(new Int16Array(16_000));
    expect(() => sink.write(new Int16Array(16_000))).toThrow('More than 1 s of speech wait to be played');
    await clock.advance(2000);
    expect(chunks.length).toBe(50);
    sink.write(new Int16Array(16_000));
    await clock.advance(2000);
    expect(chunks.length).toBe(100);
  });

  test('goes on though its device throws', async () => {
    let calls = 0;
    const { clock, sink, errors, positions } = opened({
      device: {
        play: () => {
          calls++;
          throw new Error('socket closed');
        },
        clear: () => {
          throw new Error('socket closed');
        },
      },
    });
    sink.write(new Int16Array(3200));
    await clock.advance(190);
    expect([calls, errors.length]).toEqual([10, 10]);
    expect(sink.clear()).toBe(3040);
    sink.write(new Int16Array(320));
    await clock.advance(500);
    expect(positions.at(-1)?.position).toBe(3360);
  });

  test('is silent once it is closed', async () => {
    let closed = 0;
    const { clock, sink, chunks } = opened({
      device: {
        close: () => {
          closed++;
        },
      },
    });
    sink.write(new Int16Array(3200));
    await sink.close();
    await sink.close();
    sink.write(new Int16Array(3200));
    await clock.advance(500);
    expect([chunks.length, closed, clock.pendingTimers]).toEqual([1, 1, 0]);
  });
});
