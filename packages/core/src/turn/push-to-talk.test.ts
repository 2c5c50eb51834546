import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame } from '../frames/frame.js';
import { chain } from '../pipeline/pipeline.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { createSession } from '../session/session.js';
import { type PushToTalkOptions, pushToTalk } from './push-to-talk.js';

async function holding(options?: PushToTalkOptions) {
  const clock = new VirtualClock();
  const frames: Frame[] = [];
  const up: Frame[] = [];
  const warnings: string[] = [];
  const watch: FrameProcessor = {
    name: 'watch',
    connect(input) {
      input.down$.subscribe((frame) => frames.push(frame));
      return input;
    },
  };
  const watchUp: FrameProcessor = {
    name: 'watch up',
    connect(input) {
      input.up$.subscribe((frame) => up.push(frame));
      return input;
    },
  };
  const head = defineProcessor('head', {}, { fit: { emits: ['input-audio'] } as const });
  const nothing = (): void => undefined;
  const logger = { debug: nothing, info: nothing, error: nothing, warn: (message: string) => warnings.push(message) };
  const session = createSession(chain('call', watchUp, head, pushToTalk(options), watch, defineProcessor('end', {})), {
    clock,
    logger: { ...logger, warn: (message) => void logger.warn(message) },
  });
  await session.start();
  frames.length = 0;
  const press = (pressed: boolean): void => session.send(session.frame('push-to-talk', { pressed }));
  /** So many chunks of 20 ms. */
  const audio = async (chunks: number): Promise<void> => {
    for (let n = 0; n < chunks; n++) {
      await clock.advance(20);
      session.send(session.frame('input-audio', { samples: new Int16Array(320), sampleRate: 16_000, channels: 1 }));
    }
  };
  /** Audio in a row is counted. */
  const seen = (): string[] => {
    const told: string[] = [];
    for (const { kind } of frames) {
      const [, count] = /^audio ×(\d+)$/.exec(told.at(-1) ?? '') ?? [];
      if (kind !== 'input-audio') told.push(kind);
      else if (count === undefined) told.push('audio ×1');
      else told[told.length - 1] = `audio ×${Number(count) + 1}`;
    }
    return told;
  };
  return { clock, session, frames, up, warnings, press, audio, seen };
}

const started = 'vad-user-started-speaking';
const stopped = 'vad-user-stopped-speaking';

describe('pushToTalk', () => {
  it('marks speech from press to release, and audio passes only in between (S001-24, S000-7)', async () => {
    const { clock, frames, up, press, audio, seen } = await holding();
    await audio(5);
    press(true);
    await audio(10);
    press(false);
    await audio(5);
    expect(seen()).toEqual([started, 'push-to-talk', 'audio ×10', stopped, 'push-to-talk']);
    expect(frames[0]).toMatchObject({ speechAtMs: 100, prefixMs: 0 });
    expect(frames.find(({ kind }) => kind === stopped)).toMatchObject({ speechAtMs: 300 });
    expect(up.map(({ kind }) => kind)).toEqual([started, stopped]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets audio pass for the tail before it marks the end (S001-26)', async () => {
    const { press, audio, seen } = await holding({ tailMs: 100 });
    press(true);
    await audio(10);
    press(false);
    await audio(20);
    // The chunk that is due with the end of the tail comes behind its mark.
    expect(seen()).toEqual([started, 'push-to-talk', 'audio ×10', 'push-to-talk', 'audio ×4', stopped]);
  });

  it('holds a press within the tail for the same speech', async () => {
    const { press, audio, seen } = await holding({ tailMs: 100 });
    press(true);
    await audio(2);
    press(false);
    await audio(2);
    press(true);
    await audio(10);
    expect(seen().filter((kind) => kind === started || kind === stopped)).toEqual([started]);
  });

  it('takes a second press or release for none', async () => {
    const { press, audio, seen } = await holding();
    press(false);
    press(true);
    press(true);
    await audio(1);
    press(false);
    press(false);
    expect(seen().filter((kind) => kind !== 'push-to-talk')).toEqual([started, 'audio ×1', stopped]);
  });

  it('counts a button that is never let go as released, and heeds the next press', async () => {
    const { clock, press, audio, seen, warnings } = await holding({ maxMs: 1_000 });
    press(true);
    await audio(60);
    expect(seen()).toEqual([started, 'push-to-talk', 'audio ×49', stopped]);
    expect(warnings).toEqual(['"push-to-talk" was held for 1000 ms and counts as released.']);
    press(true);
    await audio(1);
    expect(seen().slice(4)).toEqual([started, 'push-to-talk', 'audio ×1']);
    press(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets go when a reply is forced or the user is muted, before that passes on (S001-33)', async () => {
    const { session, press, audio, seen } = await holding();
    press(true);
    await audio(1);
    session.send(session.frame('force-reply', {}));
    await audio(1);
    press(false);
    press(true);
    session.send(session.frame('user-mute-started', {}));
    press(true);
    await audio(1);
    session.send(session.frame('user-mute-stopped', {}));
    press(true);
    expect(seen().filter((kind) => kind !== 'push-to-talk')).toEqual([
      started,
      'audio ×1',
      stopped,
      'force-reply',
      started,
      stopped,
      'user-mute-started',
      'user-mute-stopped',
      started,
    ]);
  });

  it('ends open speech when the session ends, and leaves no timer', async () => {
    const { clock, session, press, audio, seen } = await holding();
    press(true);
    await audio(1);
    const ended = session.end();
    await clock.runUntil(ended);
    expect(seen()).toContain(stopped);
    expect((await ended).reason).toBe('ended');
    expect(clock.pendingTimers).toBe(0);
  });

  it('refuses times that make no sense', () => {
    expect(() => pushToTalk({ tailMs: -1 })).toThrow('pushToTalk: tailMs must be a number from 0 to 5000, not -1.');
    expect(() => pushToTalk({ maxMs: 0 })).toThrow('pushToTalk: maxMs must be a number from 100');
  });
});
