import {
  createSession,
  defineProcessor,
  type Frame,
  type FrameKind,
  type InputPort,
  inputTransport,
  pipeline,
  VirtualClock,
} from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { energyVad } from '../vad/energy-vad.js';
import type { AsyncVadEngine, VadEngine } from '../vad/vad-engine.js';
import { voiceActivity } from './voice-activity.js';

const started = 'vad-user-started-speaking';
const stopped = 'vad-user-stopped-speaking';

/** A session with a microphone that the test holds, and what comes out behind the detector. */
async function listening(engine: () => VadEngine | AsyncVadEngine = () => energyVad()) {
  const clock = new VirtualClock();
  let microphone: InputPort | undefined;
  const input = inputTransport({
    open(port) {
      microphone = port;
      return undefined;
    },
  });
  const frames: Frame[] = [];
  const below: { push?: (kind: 'force-reply' | 'user-mute-started' | 'user-mute-stopped') => void } = {};
  const watch = defineProcessor('watch', (stage) => {
    below.push = (kind) => stage.pushUp(stage.frame(kind, {}));
    const note = (frame: Frame): Frame => {
      frames.push(frame);
      return frame;
    };
    const down: Partial<Record<FrameKind, (frame: Frame) => Frame>> = {};
    for (const kind of [started, stopped, 'input-audio', 'force-reply', 'user-mute-started', 'user-mute-stopped'] as const)
      down[kind] = note;
    return { down };
  });
  const session = createSession(pipeline(input, voiceActivity({ engine }), watch), { clock });
  await Promise.all([session.start(), clock.runUntil(() => session.state === 'running')]);
  const hears = async (durationMs: number, amplitude: number): Promise<void> => {
    for (let ms = 0; ms < durationMs; ms += 20) {
      await clock.advance(20);
      const samples = Int16Array.from({ length: 320 }, (_, i) => Math.round(amplitude * Math.sin(i * (ms + 1) * 0.37)));
      microphone?.audio({ samples, sampleRate: 16_000, channels: 1 });
    }
    await clock.advance(0);
  };
  /** All but the audio. */
  const marks = () => frames.filter(({ kind }) => kind !== 'input-audio');
  return { clock, session, frames, marks, hears, below };
}

/** The same, its decisions a moment later. */
function awaited(): AsyncVadEngine {
  const engine = energyVad();
  return {
    ...{ name: engine.name, sampleRate: engine.sampleRate, frameMs: engine.frameMs, prefixMs: engine.prefixMs },
    process: async (samples) => engine.process(samples),
    flush: async () => engine.flush(),
    reset: () => engine.reset(),
  };
}

describe.each([
  ['that answers at once', () => energyVad()],
  ['that is awaited', awaited],
])('voiceActivity with a detector %s', (_how, engine) => {
  it('ends open speech when a reply is forced, before the force passes on (S001-33)', async () => {
    const { session, marks, hears } = await listening(engine);
    await hears(1_000, 20);
    await hears(1_000, 8_000);
    session.send(session.frame('force-reply', {}));
    expect(marks().map(({ kind }) => kind)).toEqual([started, stopped, 'force-reply']);
    expect(marks()[1]).toMatchObject({ at: 2_000, speechAtMs: 2_000 });
  });

  it('takes no noise that goes on for speech after a force, and real speech again once it was silent (S001-33)', async () => {
    const { session, marks, hears } = await listening(engine);
    await hears(1_000, 20);
    await hears(1_000, 8_000);
    session.send(session.frame('force-reply', {}));
    await hears(3_000, 8_000);
    expect(marks()).toHaveLength(3);
    await hears(1_000, 20);
    expect(marks()).toHaveLength(3);
    await hears(1_000, 8_000);
    await hears(1_000, 20);
    expect(
      marks()
        .slice(3)
        .map(({ kind }) => kind),
    ).toEqual([started, stopped]);
  });

  it('hears the next word at once when there was nothing to end', async () => {
    const { session, marks, hears } = await listening(engine);
    await hears(1_000, 20);
    session.send(session.frame('force-reply', {}));
    await hears(1_000, 8_000);
    expect(marks().map(({ kind }) => kind)).toEqual(['force-reply', started]);
  });

  it('ends open speech when the user is muted, and lets no audio through until it is over (S001-33)', async () => {
    const { session, frames, marks, hears } = await listening(engine);
    await hears(1_000, 20);
    await hears(1_000, 8_000);
    session.send(session.frame('user-mute-started', {}));
    expect(marks().map(({ kind }) => kind)).toEqual([started, stopped, 'user-mute-started']);
    const before = frames.length;
    await hears(2_000, 8_000);
    expect(frames).toHaveLength(before);
    session.send(session.frame('user-mute-stopped', {}));
    await hears(1_000, 20);
    await hears(1_000, 8_000);
    const [again] = marks().slice(4);
    expect(again?.kind).toBe(started);
    // In session time, though the detector has heard two seconds less.
    expect(again).toMatchObject({ speechAtMs: expect.closeTo(5_000, -2) });
    expect(frames.filter(({ kind }) => kind === 'input-audio')).toHaveLength(200);
  });

  it('is muted and forced from below as from above, and a second mute changes nothing', async () => {
    const { marks, hears, below } = await listening(engine);
    await hears(1_000, 20);
    await hears(1_000, 8_000);
    below.push?.('user-mute-started');
    below.push?.('user-mute-started');
    below.push?.('user-mute-stopped');
    await hears(1_000, 20);
    await hears(1_000, 8_000);
    below.push?.('force-reply');
    expect(marks().map(({ kind }) => kind)).toEqual([started, stopped, started, stopped]);
  });
});

describe('voiceActivity with a detector that is awaited', () => {
  it('holds what it finds out only after the force for what was to be ended', async () => {
    const waiting: (() => void)[] = [];
    const steps: ('start' | 'stop' | undefined)[] = ['start', undefined, 'stop', 'start'];
    const slow: AsyncVadEngine = {
      ...{ name: 'slow', sampleRate: 16_000, frameMs: 20, prefixMs: 0, flush: async () => [], reset: () => undefined },
      process: () =>
        new Promise((resolve) => {
          const type = steps.shift();
          waiting.push(() => resolve(type === undefined ? [] : [{ type, atMs: 20, speechAtMs: 0 }]));
        }),
    };
    const { session, clock, marks, hears } = await listening(() => slow);
    await hears(20, 1);
    session.send(session.frame('force-reply', {}));
    for (let n = 0; n < 4; n++) {
      waiting.shift()?.();
      await clock.advance(0);
      if (n < 3) await hears(20, 1);
    }
    expect(marks().map(({ kind }) => kind)).toEqual(['force-reply', started]);
    session.cancel();
    await session.done;
    expect(clock.pendingTimers).toBe(0);
  });
});
