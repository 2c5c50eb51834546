import {
  createSession,
  defineProcessor,
  type Frame,
  type FrameOf,
  pipeline,
  ServiceError,
  type SessionReport,
  VirtualClock,
} from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { AudioTail } from './audio-tail.js';
import { type TurnModelOptions, turnModel } from './turn-model.js';
import type { TurnModelEngine } from './turn-model-engine.js';

interface Asked {
  readonly samples: Int16Array | Float32Array;
  readonly signal: AbortSignal;
  answer(probability: number): void;
  fail(error: unknown): void;
}

/** A session whose model answers when the test says so. */
async function listening(options?: TurnModelOptions, engine?: Partial<TurnModelEngine>) {
  const clock = new VirtualClock();
  const asked: Asked[] = [];
  const model: TurnModelEngine = {
    name: 'scripted',
    predict: (samples, { signal }) =>
      new Promise((resolve, fail) => {
        asked.push({ samples, signal, answer: (probability) => resolve({ probability }), fail });
      }),
    ...engine,
  };
  const head = defineProcessor(
    'head',
    {},
    { fit: { emits: ['input-audio', 'vad-user-started-speaking', 'vad-user-stopped-speaking'] } as const },
  );
  let pushUp: (frame: Frame) => void = () => undefined;
  const below = defineProcessor('below', (stage) => {
    pushUp = (frame) => stage.pushUp(frame);
    return {};
  });
  const session = createSession(pipeline(head, turnModel(model, options), below), { clock });
  const seen: Frame[] = [];
  session.frames$.subscribe(({ frame, from }) => {
    if (from === 'turn-model' && frame.kind !== 'input-audio') seen.push(frame);
  });
  await session.start();
  /** So much of this value, in chunks of 20 ms. */
  const hears = async (durationMs: number, value: number, sampleRate = 16_000, channels = 1): Promise<void> => {
    for (let ms = 0; ms < durationMs; ms += 20) {
      await clock.advance(20);
      const samples = new Int16Array((sampleRate / 50) * channels).fill(value);
      session.send(session.frame('input-audio', { samples, sampleRate, channels }));
    }
  };
  const starts = (): void => session.send(session.frame('vad-user-started-speaking', { speechAtMs: clock.now() }));
  const stops = (): void => session.send(session.frame('vad-user-stopped-speaking', { speechAtMs: clock.now() }));
  const turnEnds = (): void => pushUp(session.frame('user-stopped-speaking', { speechAtMs: clock.now(), text: 'x' }));
  const of = <K extends Frame['kind']>(kind: K): FrameOf<K>[] =>
    seen.filter((frame): frame is FrameOf<K> & Frame => frame.kind === kind);
  const ends = async (): Promise<SessionReport> => {
    session.cancel();
    return session.done;
  };
  return { clock, session, asked, seen, hears, starts, stops, turnEnds, of, ends };
}

describe('turnModel', () => {
  it('asks at each pause and sends the verdict both ways, behind the mark of the pause', async () => {
    const { clock, asked, seen, starts, stops, hears } = await listening();
    starts();
    await hears(1_000, 1);
    stops();
    expect(seen.at(-1)?.kind).toBe('vad-user-stopped-speaking');
    asked[0]?.answer(0.8);
    await clock.advance(0);
    expect(seen.slice(-2)).toMatchObject([
      { kind: 'turn-verdict', complete: true, probability: 0.8 },
      { kind: 'turn-verdict', complete: true, probability: 0.8 },
    ]);
    expect(seen.at(-1)?.id).toBe(seen.at(-2)?.id);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ['0.5, if nobody says anything', {}, {}, 0.49, 0.5],
    ['what the engine says', {}, { threshold: 0.7 }, 0.69, 0.7],
    ['what the option says', { threshold: 0.3 }, { threshold: 0.7 }, 0.29, 0.3],
  ])('takes for the threshold %s', async (_what, options, engine, below, above) => {
    const { clock, asked, starts, stops, of } = await listening(options, engine);
    for (const probability of [below, above]) {
      starts();
      stops();
      asked.at(-1)?.answer(probability);
      await clock.advance(0);
    }
    expect([...new Set(of('turn-verdict').map(({ complete }) => complete))]).toEqual([false, true]);
  });

  it('drops a verdict that comes after the user went on, and withdraws the question', async () => {
    const { clock, asked, starts, stops, of, ends } = await listening();
    starts();
    stops();
    starts();
    expect(asked[0]?.signal.aborted).toBe(true);
    asked[0]?.answer(0.9);
    await clock.advance(2_000);
    expect(of('turn-verdict')).toEqual([]);
    stops();
    asked[1]?.answer(0.1);
    await clock.advance(0);
    expect(of('turn-verdict').map(({ complete }) => complete)).toEqual([false, false]);
    expect((await ends()).errors).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ['an engine that fails', { fails: new Error('no power') }, 'no power', 'application'],
    ['a service that calls itself unusable', { fails: new ServiceError('quota', 'spent') }, 'spent', 'quota'],
    ['a probability that is none', { answers: Number.NaN }, '"scripted" gave NaN for a probability.', 'application'],
    ['an engine that takes too long', {}, '"turn-model" gave no verdict within 400 ms.', 'timeout'],
  ])('reports %s once, as usable, gives no verdict, and asks again at the next pause', async (_what, how, message, category) => {
    const { clock, asked, starts, stops, of } = await listening({ limitMs: 400 });
    starts();
    stops();
    if ('fails' in how) asked[0]?.fail(how.fails);
    if ('answers' in how) asked[0]?.answer(how.answers);
    await clock.advance(400);
    asked[0]?.answer(1);
    await clock.advance(1_000);
    expect(of('error')).toMatchObject([{ message, category, usable: true, processor: 'turn-model' }]);
    expect(of('turn-verdict')).toEqual([]);
    starts();
    stops();
    asked[1]?.answer(1);
    await clock.advance(0);
    expect(of('turn-verdict')).toHaveLength(2);
  });

  it('gives the model the present turn with half a second before it, over its pauses, and not the turn before', async () => {
    const { clock, asked, starts, stops, turnEnds, hears } = await listening();
    await hears(3_000, 1);
    starts();
    await hears(1_000, 2);
    stops();
    asked[0]?.answer(0.1);
    await clock.advance(0);
    await hears(500, 3);
    starts();
    await hears(500, 4);
    stops();
    turnEnds();
    await hears(1_000, 5);
    starts();
    await hears(200, 6);
    stops();
    const heard = asked.map(({ samples }) =>
      [...new Set(samples)].map((value) => [value, samples.filter((one) => one === value).length / 16]),
    );
    expect(heard).toEqual([
      [
        [1, 500],
        [2, 1_000],
      ],
      [
        [1, 500],
        [2, 1_000],
        [3, 500],
        [4, 500],
      ],
      [
        [5, 500],
        [6, 200],
      ],
    ]);
  });

  it('keeps no more than the last 8 seconds, at 16 kHz and mono whatever comes in', async () => {
    const { asked, starts, stops, hears } = await listening();
    starts();
    await hears(2_000, 1, 48_000, 2);
    await hears(7_000, 1_000, 48_000, 2);
    stops();
    const samples = asked[0]?.samples ?? new Int16Array(0);
    expect(samples).toHaveLength(128_000);
    expect(Math.abs(samples[8_000] ?? 0)).toBeLessThan(5);
    expect(samples[64_000]).toBeCloseTo(1_000, -1);
  });

  it('withdraws the question when the session ends', async () => {
    const { clock, asked, starts, stops, ends } = await listening();
    starts();
    stops();
    expect((await ends()).errors).toEqual([]);
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not let a session begin with a model that cannot be loaded', async () => {
    const refusing = listening({}, { prepare: async () => Promise.reject(new Error('There is no such model.')) });
    await expect(refusing).rejects.toThrow('There is no such model.');
  });

  it('refuses numbers that make no sense', () => {
    const engine: TurnModelEngine = { name: 'x', predict: async () => ({ probability: 1 }) };
    expect(() => turnModel(engine, { threshold: 2 })).toThrow('turnModel: threshold must be a number from 0.01 to 0.99, not 2.');
    expect(() => turnModel(engine, { limitMs: 0 })).toThrow(/limitMs/);
    expect(() => turnModel(engine, { prefixMs: -1 })).toThrow(/prefixMs/);
  });
});

describe('AudioTail', () => {
  it('holds the end of what was pushed, however it was cut', () => {
    const tail = new AudioTail(10);
    const all: number[] = [];
    for (const length of [3, 0, 4, 7, 12, 1, 10, 2, 25, 9]) {
      const chunk = Array.from({ length }, (_, i) => all.length + i);
      all.push(...chunk);
      tail.push(Int16Array.from(chunk));
      for (const count of [0, 1, 4, 10, 99])
        expect([...tail.last(count)]).toEqual(count === 0 ? [] : all.slice(-Math.min(count, 10)));
    }
  });
});
