import { describe, expect, test } from 'vitest';
import { call } from '../test-support/call.js';

describe('the output', () => {
  test('waits for what is being played when the session ends, and plays nothing more after an interruption', async () => {
    const { session, clock, of, finish } = await call();
    session.say('0123456789');
    await clock.advance(500);
    const ending = session.end();
    await clock.runUntil(ending);
    expect((await ending).durationMs).toBe(1000);
    expect(of('bot-spoke').at(-1)).toMatchObject({ text: '0123456789', state: 'complete', playedMs: 1000 });
    expect(of('bot-stopped-speaking')).toMatchObject([{ interrupted: false }]);
    await finish();
  });

  test('is cleared within interrupt() and tells where it was, though nothing announced the audio', async () => {
    const { session, clock, of, finish } = await call();
    session.say('0123456789');
    await clock.advance(250);
    session.interrupt();
    expect(of('bot-spoke').at(-1)).toMatchObject({ state: 'interrupted', playedMs: 250 });
    expect(of('bot-stopped-speaking')).toMatchObject([{ interrupted: true }]);
    session.send(
      session.frame('tts-audio', { utterance: 'stray', samples: new Int16Array(16_000), sampleRate: 16_000, channels: 1 }),
    );
    session.interrupt();
    expect(clock.pendingTimers).toBe(0);
    await finish();
  });
});
