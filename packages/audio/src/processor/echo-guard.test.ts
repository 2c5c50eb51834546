import { createSession, defineProcessor, type Frame, pipeline, VirtualClock } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { dbToGain, rmsLevel } from '../pcm/level.js';
import { type EchoGuardOptions, echoGuard } from './echo-guard.js';

const guarded = echoGuard();

/** A square wave of this level. */
const square = (db: number, length = 320): Int16Array =>
  Int16Array.from({ length }, (_, i) => Math.round(32_767 * dbToGain(db)) * (i % 8 < 4 ? 1 : -1));

async function calling(options?: EchoGuardOptions) {
  const guard = options === undefined ? guarded : echoGuard(options);
  const clock = new VirtualClock();
  let pushUp: (frame: Frame) => void = () => undefined;
  const heard: number[] = [];
  const output = defineProcessor('output', (stage) => {
    pushUp = (frame) => stage.pushUp(frame);
    return { down: { 'input-audio': (frame) => void heard.push(rmsLevel(frame.samples)) } };
  });
  const session = createSession(pipeline(guard.microphone, guard.loudspeaker, output), { clock });
  await session.start();
  const says = (db: number): void =>
    session.send(session.frame('tts-audio', { utterance: 'u', samples: square(db, 3_200), sampleRate: 16_000, channels: 1 }));
  return {
    session,
    clock,
    says,
    starts: () => pushUp(session.frame('bot-started-speaking', {})),
    stops: () => pushUp(session.frame('bot-stopped-speaking', { interrupted: false })),
    /** What is left of 20 ms of this level, in dBFS. */
    async hears(db: number): Promise<number> {
      await clock.advance(20);
      session.send(session.frame('input-audio', { samples: square(db), sampleRate: 16_000, channels: 1 }));
      return heard.at(-1) ?? Number.NaN;
    },
  };
}

describe('echoGuard', () => {
  it('leaves the microphone alone while the bot is silent', async () => {
    const { hears } = await calling();
    for (const db of [-70, -40, -10]) expect(await hears(db)).toBeCloseTo(db, 0);
  });

  it('replaces what may be the echo by noise as faint as the background, and lets through what is louder', async () => {
    const { says, starts, hears } = await calling();
    for (let n = 0; n < 10; n++) await hears(-60);
    says(-15);
    starts();
    // −15 dBFS and 18 dB of loss: the echo is −33 dBFS at the most.
    expect(await hears(-33)).toBeCloseTo(-60, 0);
    expect(await hears(-45)).toBeCloseTo(-60, 0);
    expect(await hears(-28)).toBeCloseTo(-28, 0);
  });

  it('lets the softer sounds of a user through for a while after a loud one', async () => {
    const { says, starts, hears } = await calling({ holdMs: 100 });
    await hears(-60);
    says(-15);
    starts();
    await hears(-20);
    for (let n = 0; n < 5; n++) expect(await hears(-40)).toBeCloseTo(-40, 0);
    expect(await hears(-40)).toBeLessThan(-55);
  });

  it('goes on for the tail after the bot has stopped', async () => {
    const { says, starts, stops, hears } = await calling({ tailMs: 100 });
    await hears(-60);
    says(-15);
    starts();
    stops();
    for (let n = 0; n < 5; n++) expect(await hears(-40)).toBeLessThan(-55);
    await hears(-40);
    expect(await hears(-40)).toBeCloseTo(-40, 0);
  });

  it('goes by the loudest sound of the present reply', async () => {
    const { clock, says, starts, stops, hears } = await calling();
    await hears(-70);
    says(-10);
    says(-30);
    starts();
    expect(await hears(-30)).toBeLessThan(-55);
    stops();
    await clock.advance(1_000);
    says(-30);
    starts();
    expect(await hears(-30)).toBeCloseTo(-30, 0);
  });

  it('keeps the sessions apart that share it', async () => {
    const [one, other] = [await calling(), await calling()];
    await one.hears(-60);
    await other.hears(-60);
    one.says(-10);
    one.starts();
    expect(await one.hears(-30)).toBeLessThan(-55);
    expect(await other.hears(-30)).toBeCloseTo(-30, 0);
  });

  it('refuses options that make no sense', () => {
    expect(() => echoGuard({ lossDb: -1 })).toThrow('echoGuard: lossDb must be a number from 0 to 80, not -1.');
    expect(() => echoGuard({ tailMs: 1e9 })).toThrow(/tailMs/);
    expect(() => echoGuard({ holdMs: Number.NaN })).toThrow(/holdMs/);
  });
});
