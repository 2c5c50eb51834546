import { createSession, type InputPort, inputTransport, pipeline, VirtualClock } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { energyVad } from '../vad/energy-vad.js';
import type { AsyncVadEngine, VadEngine } from '../vad/vad-engine.js';
import { voiceActivity } from './voice-activity.js';

/** A session with a microphone that the test holds, and the marks that it has made. */
async function listening(options: { readonly engine?: () => VadEngine | AsyncVadEngine; readonly stallMs?: number } = {}) {
  const clock = new VirtualClock();
  let microphone: InputPort | undefined;
  const input = inputTransport({
    open(port) {
      microphone = port;
      return undefined;
    },
  });
  const session = createSession(pipeline(input, voiceActivity({ engine: () => energyVad(), ...options })), { clock });
  const marks: { readonly type: string; readonly at: number; readonly speechAtMs: number }[] = [];
  session.frames$.subscribe(({ frame, to, direction }) => {
    if (to !== 'session' || direction !== 'down') return;
    if (frame.kind === 'vad-user-started-speaking' || frame.kind === 'vad-user-stopped-speaking')
      marks.push({ type: frame.kind, at: frame.at, speechAtMs: frame.speechAtMs });
  });
  await Promise.all([session.start(), clock.runUntil(() => session.state === 'running')]);
  /** So much of a sound, or of faint noise, 20 ms at a time. */
  const hears = async (durationMs: number, amplitude: number): Promise<void> => {
    for (let ms = 0; ms < durationMs; ms += 20) {
      await clock.advance(20);
      const samples = Int16Array.from({ length: 320 }, (_, i) => Math.round(amplitude * Math.sin(i * (ms + 1) * 0.37)));
      microphone?.audio({ samples, sampleRate: 16_000, channels: 1 });
    }
  };
  return { clock, session, marks, hears };
}

const started = 'vad-user-started-speaking';
const stopped = 'vad-user-stopped-speaking';

/** Begins speech with its first sample, and ends it where its stream is flushed. */
function eagerVad(): VadEngine {
  let heardMs = 0;
  const reset = (): void => {
    heardMs = 0;
  };
  return {
    name: 'eager',
    sampleRate: 16_000,
    frameMs: 20,
    prefixMs: 0,
    process(samples) {
      const first = heardMs === 0;
      heardMs += samples.length / 16;
      return first ? [{ type: 'start', atMs: heardMs, speechAtMs: 0 }] : [];
    },
    flush() {
      const at = heardMs;
      reset();
      return at === 0 ? [] : [{ type: 'stop', atMs: at, speechAtMs: at }];
    },
    reset,
  };
}

function lateVad(): AsyncVadEngine {
  const engine = eagerVad();
  return {
    ...engine,
    process: async (samples) => engine.process(samples),
    flush: async () => engine.flush(),
  };
}

describe('voiceActivity, when the microphone stalls in mid-word', () => {
  it('ends the speech where the audio ended, once it has stayed away for two seconds', async () => {
    const { clock, marks, hears } = await listening();
    await hears(1_000, 20);
    await hears(1_000, 8_000);
    await clock.advance(1_900);
    expect(marks.map(({ type }) => type)).toEqual([started]);
    await clock.advance(200);
    expect(marks.map(({ type }) => type)).toEqual([started, stopped]);
    expect(marks[1]?.speechAtMs).toBeGreaterThan(1_900);
    expect(marks[1]?.speechAtMs).toBeLessThanOrEqual(2_000);
    expect(marks[1]?.at).toBe(4_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ['at once', eagerVad],
    ['later', lateVad],
  ])('hears what comes after it as new speech, in session time, from an engine that answers %s', async (_how, engine) => {
    const { clock, marks, hears } = await listening({ engine, stallMs: 500 });
    await hears(300, 1);
    await clock.advance(5_000);
    await hears(200, 1);
    await clock.advance(5_000);
    expect(marks).toEqual([
      { type: started, at: 20, speechAtMs: 0 },
      { type: stopped, at: 800, speechAtMs: 300 },
      { type: started, at: 5_320, speechAtMs: 5_300 },
      { type: stopped, at: 6_000, speechAtMs: 5_500 },
    ]);
  });

  it('lets speech go on for as long as audio comes, with one timer and not one a frame', async () => {
    const { clock, session, marks, hears } = await listening({ engine: eagerVad });
    let set = 0;
    const { setTimer } = clock;
    clock.setTimer = (run, delayMs) => {
      set++;
      return setTimer.call(clock, run, delayMs);
    };
    await hears(60_000, 1);
    expect(marks).toHaveLength(1);
    expect(clock.pendingTimers).toBe(1);
    expect(set).toBeLessThan(35);
    const ended = session.end();
    await clock.runUntil(ended);
    expect(marks.map(({ type }) => type)).toEqual([started, stopped]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves no timer behind when the session is cancelled in mid-word', async () => {
    const { clock, session, hears } = await listening({ engine: eagerVad });
    await hears(100, 1);
    expect(clock.pendingTimers).toBe(1);
    session.cancel();
    await session.done;
    expect(clock.pendingTimers).toBe(0);
  });

  it('refuses a time that makes no sense', () => {
    for (const stallMs of [0, -1, Number.NaN, 1e9])
      expect(() => voiceActivity({ engine: eagerVad, stallMs })).toThrow(/voiceActivity: stallMs must be a number from 100/);
  });
});

it('tells of speech both ways: who takes the turns may stand before it', async () => {
  const { session, hears } = await listening();
  const up: string[] = [];
  session.frames$.subscribe(({ frame, to, direction }) => {
    if (to === 'session' && direction === 'up' && frame.kind.startsWith('vad-')) up.push(frame.kind);
  });
  await hears(600, 8000);
  await hears(1000, 1);
  expect(up).toEqual([started, stopped]);
  session.cancel();
});
