import { type ConformanceCase, type ConformanceOptions, conformanceCase, must } from './conformance-case.js';

/** What a detector has decided; milliseconds of the stream since its first sample. */
export interface VadDecisionLike {
  readonly type: 'start' | 'stop';
  readonly atMs: number;
  readonly speechAtMs: number;
}

type Decisions = readonly VadDecisionLike[] | Promise<readonly VadDecisionLike[]>;

/** A voice activity detector for one stream, such as those of `@voxrill/audio`. */
export interface VadUnderTest {
  readonly sampleRate: number;
  process(samples: Int16Array): Decisions;
  flush(): Decisions;
  reset(): void;
}

/** Options of {@link vadConformance}. */
export interface VadConformanceOptions extends ConformanceOptions {
  /** Speech without silence around it, some seconds of it, mono, in the rate of the detector. */
  readonly speech: (sampleRate: number) => Int16Array;
  /** How long after the onset it may decide that speech began. @defaultValue 500 */
  readonly onsetMs?: number;
  /** How long after the end it may decide that speech is over. @defaultValue 1500 */
  readonly offsetMs?: number;
}

/** What every voice activity detector must do, as cases for any test runner. */
export function vadConformance(
  make: () => VadUnderTest | Promise<VadUnderTest>,
  options: VadConformanceOptions,
): ConformanceCase[] {
  const { onsetMs = 500, offsetMs = 1500 } = options;
  const one = (title: string, body: (vad: VadUnderTest) => Promise<void>): ConformanceCase =>
    conformanceCase(title, options, async () => body(await make()));
  const silence = (vad: VadUnderTest, ms: number): Int16Array => new Int16Array(Math.round((ms * vad.sampleRate) / 1000));
  const hear = async (vad: VadUnderTest, samples: Int16Array, size = samples.length): Promise<VadDecisionLike[]> => {
    const decisions: VadDecisionLike[] = [];
    for (let begin = 0; begin < samples.length; begin += size) {
      decisions.push(...(await vad.process(samples.slice(begin, begin + size))));
    }
    return decisions;
  };
  const spoken = (vad: VadUnderTest): { readonly samples: Int16Array; readonly beginMs: number; readonly endMs: number } => {
    const speech = options.speech(vad.sampleRate);
    const samples = joined([silence(vad, 1000), speech, silence(vad, 2000)]);
    return { samples, beginMs: 1000, endMs: 1000 + (speech.length / vad.sampleRate) * 1000 };
  };

  return [
    one('silence is no speech', async (vad) => {
      must((await hear(vad, silence(vad, 3000))).length === 0, 'It decided something in silence.');
      must((await vad.flush()).length === 0, 'It decided something at the end of silence.');
    }),
    one('nothing at all is no speech', async (vad) => {
      must((await vad.process(new Int16Array(0))).length === 0, 'It decided something about nothing.');
      must((await vad.flush()).length === 0, 'It decided something about nothing.');
    }),
    one('speech begins and ends where it does, within the time allowed', async (vad) => {
      const { samples, beginMs, endMs } = spoken(vad);
      const decisions = await hear(vad, samples, 320);
      const [first, last] = [decisions[0], decisions.at(-1)];
      must(first?.type === 'start', 'It did not hear that speech began.');
      must(
        Math.abs(first.speechAtMs - beginMs) <= onsetMs,
        `Speech began at ${beginMs} ms, and was held to at ${first.speechAtMs} ms.`,
      );
      must(first.atMs - beginMs <= onsetMs, `It decided only at ${first.atMs} ms.`);
      must(last?.type === 'stop', 'It did not hear that speech was over.');
      must(last.atMs - endMs <= offsetMs, `Speech ended at ${endMs} ms, and it decided at ${last.atMs} ms.`);
    }),
    one('start and stop take turns, and nothing is decided about the future', async (vad) => {
      const decisions = [...(await hear(vad, spoken(vad).samples, 320)), ...(await vad.flush())];
      decisions.forEach(({ type, atMs, speechAtMs }, i) => {
        must(type === (i % 2 === 0 ? 'start' : 'stop'), 'Two decisions of the same kind follow each other.');
        must(speechAtMs <= atMs, 'It decided before it could know.');
        must(atMs >= (decisions[i - 1]?.atMs ?? 0), 'A decision is older than the one before.');
        must(speechAtMs >= (decisions[i - 1]?.speechAtMs ?? 0), 'Speech ended before it began.');
      });
      must(decisions.length % 2 === 0, 'Speech was left open.');
    }),
    one('flush ends speech that is still open', async (vad) => {
      const decisions = await hear(vad, joined([silence(vad, 1000), options.speech(vad.sampleRate)]), 320);
      const rest = await vad.flush();
      const open =
        decisions.filter(({ type }) => type === 'start').length > decisions.filter(({ type }) => type === 'stop').length;
      must(!open || rest.at(-1)?.type === 'stop', 'Speech was left open.');
    }),
    one('the size of the chunks does not matter', async (vad) => {
      const { samples } = spoken(vad);
      const whole = JSON.stringify(await hear(vad, samples));
      for (const size of [160, 333, 4096]) {
        vad.reset();
        must(JSON.stringify(await hear(vad, samples, size)) === whole, `In chunks of ${size} samples it decides otherwise.`);
      }
    }),
    one('after reset it is as new', async (vad) => {
      const { samples } = spoken(vad);
      const first = JSON.stringify(await hear(vad, samples, 320));
      await hear(vad, options.speech(vad.sampleRate), 320);
      vad.reset();
      must(JSON.stringify(await hear(vad, samples, 320)) === first, 'The second time it decided otherwise.');
    }),
    conformanceCase('two detectors do not disturb each other', options, async () => {
      const [one, two, alone] = [await make(), await make(), await make()];
      const { samples } = spoken(one);
      const noise = options.speech(two.sampleRate);
      const decisions: VadDecisionLike[] = [];
      for (let begin = 0; begin < samples.length; begin += 320) {
        decisions.push(...(await one.process(samples.slice(begin, begin + 320))));
        await two.process(noise.slice(begin % noise.length, (begin % noise.length) + 320));
      }
      must(JSON.stringify(decisions) === JSON.stringify(await hear(alone, samples, 320)), 'Beside another it decides otherwise.');
    }),
    one('the samples that it is given stay as they are', async (vad) => {
      const { samples } = spoken(vad);
      const before = samples.slice();
      await vad.process(samples);
      must(
        samples.every((sample, i) => sample === before[i]),
        'It has written into the audio.',
      );
    }),
  ];
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
