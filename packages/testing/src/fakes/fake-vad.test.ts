import { createSession, defineProcessor, pipeline, VirtualClock } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { memoryTransport } from '../transport/memory-transport.js';
import { fakeVad } from './fake-vad.js';

async function listening() {
  const clock = new VirtualClock();
  const transport = memoryTransport();
  const session = createSession(pipeline(transport.input, fakeVad(), defineProcessor('end', {})), { clock });
  const seen: string[] = [];
  session.frames$.subscribe(({ frame, from, to }) => {
    if (from === 'fake-vad' && to === 'end' && seen.at(-1) !== frame.kind) seen.push(frame.kind);
  });
  await Promise.all([session.start(), clock.runUntil(() => session.state === 'running')]);
  seen.length = 0;
  const line = transport.of(session);
  return { clock, session, line, seen };
}

const started = 'vad-user-started-speaking';
const stopped = 'vad-user-stopped-speaking';

describe('fakeVad', () => {
  it('ends open speech when a reply is forced, first, and hears nothing new before the voice has paused (S001-33)', async () => {
    const { clock, session, line, seen } = await listening();
    const said = line.cough(2_000);
    await clock.advance(1_000);
    session.send(session.frame('force-reply', {}));
    expect(seen.slice(-2)).toEqual([stopped, 'force-reply']);
    await clock.runUntil(said);
    await clock.advance(600);
    expect(seen.filter((kind) => kind === started)).toHaveLength(1);
    await clock.runUntil(line.cough(300));
    await clock.advance(600);
    expect(seen.filter((kind) => kind === started || kind === stopped)).toEqual([started, stopped, started, stopped]);
  });

  it('ends open speech when the user is muted, first, and lets no audio through until that is over (S001-33)', async () => {
    const { clock, session, line, seen } = await listening();
    const said = line.cough(2_000);
    await clock.advance(1_000);
    session.send(session.frame('user-mute-started', {}));
    expect(seen.slice(-2)).toEqual([stopped, 'user-mute-started']);
    await clock.runUntil(said);
    expect(seen.at(-1)).toBe('user-mute-started');
    expect(clock.pendingTimers).toBe(0);
    session.send(session.frame('user-mute-stopped', {}));
    await clock.runUntil(line.cough(300));
    await clock.advance(600);
    expect(seen.filter((kind) => kind === started || kind === stopped)).toEqual([started, stopped, started, stopped]);
  });
});
