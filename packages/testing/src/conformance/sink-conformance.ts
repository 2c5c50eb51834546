import type { AudioFormat, AudioSink, PacingHost } from '@voxrill/core';
import { type CaseScope, type ConformanceCase, type ConformanceOptions, conformanceCase, must } from './conformance-case.js';

/** A sink and how to ask what has reached its device. */
export interface SinkUnderTest {
  readonly sink: AudioSink;
  /** Samples of one channel that the device was given so far, if the test can know. */
  readonly delivered?: () => number;
}

/** Options of {@link sinkConformance}. */
export interface SinkConformanceOptions extends ConformanceOptions {
  /** @defaultValue 16 000 Hz, mono */
  readonly format?: AudioFormat;
  /** How much longer than its audio playing may take. @defaultValue 100 */
  readonly slackMs?: number;
}

/**
 * What every sink must do, as cases for any test runner.
 *
 * @example
 * ```ts
 * import { pacedSink, VirtualClock } from '@voxrill/core';
 *
 * const cases = sinkConformance((format, host) => ({ sink: pacedSink({ play: () => undefined }, format, host) }), {
 *   clock: () => new VirtualClock(),
 * });
 * ```
 */
export function sinkConformance(
  make: (format: AudioFormat, host: PacingHost) => SinkUnderTest | Promise<SinkUnderTest>,
  options: SinkConformanceOptions = {},
): ConformanceCase[] {
  const { format = { sampleRate: 16_000, channels: 1 }, slackMs = 100 } = options;
  const speech = (ms: number): Int16Array =>
    new Int16Array(Math.round((ms * format.sampleRate) / 1000) * format.channels).fill(1000);
  const samplesIn = (ms: number): number => Math.round((ms * format.sampleRate) / 1000);
  interface Opened extends SinkUnderTest {
    readonly positions: readonly number[];
  }
  const one = (title: string, body: (opened: Opened, scope: CaseScope) => Promise<void>): ConformanceCase =>
    conformanceCase(title, options, async (scope) => {
      const errors: unknown[] = [];
      const guard = (_name: string, run: () => void): void => {
        try {
          run();
        } catch (error) {
          errors.push(error);
        }
      };
      const made = await make(format, { clock: scope.clock, guard });
      const positions: number[] = [];
      made.sink.played$.subscribe((position) => positions.push(position));
      await body({ ...made, positions }, scope);
      await made.sink.close();
      must(errors.length === 0, `Its timer threw ${String(errors[0])}.`);
    });

  return [
    one(
      'what is written is played to its end, and the last position says so',
      async ({ sink, positions, delivered }, { clock }) => {
        for (let i = 0; i < 5; i++) sink.write(speech(37));
        await clock.sleep(5 * 37 + slackMs);
        must(positions.at(-1) === 5 * samplesIn(37), `The last position was ${positions.at(-1)} of ${5 * samplesIn(37)}.`);
        if (delivered !== undefined) must(delivered() === 5 * samplesIn(37), `The device got ${delivered()} samples.`);
      },
    ),
    one('positions only go up, and never beyond what was written', async ({ sink, positions }, { clock }) => {
      let written = 0;
      for (const ms of [10, 200, 1, 55]) {
        sink.write(speech(ms));
        written += samplesIn(ms);
        await clock.sleep(40);
      }
      await clock.sleep(300 + slackMs);
      positions.forEach((position, i) => {
        must(position > (positions[i - 1] ?? -1), 'A position was not beyond the one before.');
        must(position <= written, `The position ${position} lies beyond the ${written} that were written.`);
      });
    }),
    one('clear returns what was played, not more than was written', async ({ sink }, { clock }) => {
      sink.write(speech(1000));
      await clock.sleep(310);
      const position = sink.clear();
      must(Number.isInteger(position) && position >= 0, `The position is ${position}.`);
      must(position <= samplesIn(1000), 'More was played than was written.');
    }),
    one('clear on a fresh sink returns 0', async ({ sink }) => {
      must(sink.clear() === 0, 'Something was played.');
    }),
    one('after clear nothing more is played', async ({ sink, positions, delivered }, { clock }) => {
      sink.write(speech(1000));
      await clock.sleep(100);
      const position = sink.clear();
      const [told, given] = [positions.length, delivered?.()];
      await clock.sleep(1200);
      must(
        positions.slice(told).every((later) => later <= position),
        'It played on after clear.',
      );
      must(delivered?.() === given, 'The device was given more after clear.');
      must(sink.clear() === position, 'A second clear returned another position.');
    }),
    one('what is written after clear is played from the returned position on', async ({ sink, positions }, { clock }) => {
      sink.write(speech(1000));
      await clock.sleep(100);
      const position = sink.clear();
      sink.write(speech(60));
      await clock.sleep(60 + slackMs);
      must(positions.at(-1) === position + samplesIn(60), `The last position was ${positions.at(-1)}, from ${position} on.`);
    }),
    one('after a pause it plays on from where it was', async ({ sink, positions }, { clock }) => {
      sink.write(speech(40));
      await clock.sleep(40 + slackMs + 500);
      sink.write(speech(40));
      await clock.sleep(40 + slackMs);
      must(positions.at(-1) === 2 * samplesIn(40), `The last position was ${positions.at(-1)} of ${2 * samplesIn(40)}.`);
    }),
    one('an empty chunk changes nothing', async ({ sink, positions }, { clock }) => {
      sink.write(new Int16Array(0));
      await clock.sleep(slackMs);
      must(positions.length === 0 && sink.clear() === 0, 'Something was played.');
    }),
    one('after close nothing is played, and what is written is swallowed', async ({ sink, positions, delivered }, { clock }) => {
      sink.write(speech(500));
      await clock.sleep(100);
      await sink.close();
      const [told, given] = [positions.length, delivered?.()];
      sink.write(speech(100));
      await clock.sleep(700);
      must(positions.length === told, 'It told a position after close.');
      must(delivered?.() === given, 'The device was given audio after close.');
    }),
    one('it can be closed twice, and cleared when it is closed', async ({ sink }) => {
      await sink.close();
      sink.clear();
      await sink.close();
    }),
  ];
}
