import { createSession, defineProcessor, pipeline, type TappedFrame, VirtualClock } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { timeline } from './timeline.js';

/** What a tap sees while `run` sends frames. */
async function tapped(
  run: (session: ReturnType<typeof createSession>, clock: VirtualClock) => Promise<void>,
): Promise<TappedFrame[]> {
  const clock = new VirtualClock();
  const session = createSession(pipeline(defineProcessor('one', {}), defineProcessor('two', {})), { clock });
  const frames: TappedFrame[] = [];
  session.frames$.subscribe((frame) => frames.push(frame));
  await session.start();
  await run(session, clock);
  await clock.runUntil(session.end());
  return frames;
}

describe('a timeline', () => {
  it('has a line for each event, with its time, the time since the line before, and its turn', async () => {
    const frames = await tapped(async (session, clock) => {
      await clock.advance(100);
      session.send(session.frame('user-started-speaking', { speechAtMs: 80 }));
      await clock.advance(1250);
      session.send(session.frame('user-stopped-speaking', { speechAtMs: 1000, text: 'Hello.' }));
      session.send(session.frame('bot-started-speaking', {}));
    });
    expect(timeline(frames)).toBe(
      [
        '  │   ms │   +ms │ user                │ bot             │ services       │ turn',
        '──┼──────┼───────┼─────────────────────┼─────────────────┼────────────────┼─────',
        '  │    0 │       │                     │                 │ session starts │    0',
        '  │  100 │  +100 │ turn begins         │                 │                │    0',
        '  │ 1350 │ +1250 │ turn ends: “Hello.” │                 │                │    0',
        '  │ 1350 │    +0 │                     │ begins to speak │                │    0',
        '  │ 1350 │    +0 │                     │                 │ session ends   │    0',
      ].join('\n'),
    );
  });

  it('tells of a frame once, however many joints it passes', async () => {
    const frames = await tapped(async (session) => {
      session.send(session.frame('input-text', { text: 'Hello.' }));
    });
    expect(frames.filter(({ frame }) => frame.kind === 'input-text').length).toBeGreaterThan(1);
    expect(timeline(frames).match(/types “Hello\.”/gu)).toHaveLength(1);
  });

  it('marks an interruption and the turn that begins with it', async () => {
    const frames = await tapped(async (session) => session.interrupt('The user typed.'));
    expect(timeline(frames)).toMatch(/^✂ │ .* interruption: The user typed\. +│ +1$/mu);
  });

  it('marks an error with who has it', async () => {
    const frames = await tapped(async (session) => {
      session.send(session.frame('error', { category: 'server', message: 'Out of order.', processor: 'llm', usable: true }));
    });
    expect(timeline(frames)).toMatch(/^✗ │ .* llm: server: Out of order\./mu);
  });

  it('points at what went wrong, in its place in time', async () => {
    const frames = await tapped(async (session, clock) => {
      await clock.advance(1000);
      session.send(session.frame('input-text', { text: 'Hello.' }));
    });
    const lines = timeline(frames, { notes: [{ at: 500, column: 'services', text: 'no answer', failed: true }] }).split('\n');
    const failed = lines.findIndex((line) => line.startsWith('→'));
    expect(lines[failed]).toMatch(/^→ │ +500 │ .* no answer/u);
    expect(lines[failed + 1]).toContain('types “Hello.”');
  });

  it('shows the last lines only, if it is told to, and says how many are missing', async () => {
    const frames = await tapped(async (session) => {
      for (let i = 0; i < 20; i++) session.send(session.frame('input-text', { text: `number ${i}` }));
    });
    const text = timeline(frames, { lastLines: 3 });
    expect(text).toContain('… 19 earlier lines');
    expect(text).toContain('number 19');
    expect(text).not.toContain('number 17');
  });

  it('cuts long text, so that the columns stand', async () => {
    const frames = await tapped(async (session) => {
      session.send(session.frame('input-text', { text: 'on and on '.repeat(100) }));
      session.send(session.frame('input-text', { text: 'two\nlines' }));
    });
    const lines = timeline(frames, { columnWidth: 20 }).split('\n');
    expect(lines.every((line) => line.length < 90)).toBe(true);
    expect(lines.some((line) => line.includes('types “on and on on…'))).toBe(true);
    expect(lines.some((line) => line.includes('“two lines”'))).toBe(true);
  });

  it('of nothing has a head', () => {
    expect(timeline([]).split('\n')).toHaveLength(2);
  });
});
