import { describe, expect, test } from 'vitest';
import type { FrameKind, FramePayload } from '../../frames/frame.js';
import { fencedSessions } from '../../test-support/fenced-session.js';
import { hooked } from '../../test-support/watched-session.js';
import { type UserIdleOptions, userIdle } from './user-idle.js';

const running = fencedSessions();

async function idling(options: UserIdleOptions = {}) {
  const idle = userIdle(options);
  const watched = await running([idle]);
  const { session, bottom, top } = watched;
  const send = <K extends FrameKind>(kind: K, payload: FramePayload<K>): void => session.send(session.frame(kind, payload));
  const counts = (): number[] => bottom.flatMap((frame) => (frame.kind === 'user-idle' ? [frame.count] : []));
  const told = (): number => top.filter(({ kind }) => kind === 'user-idle').length;
  const said = (): string[] => bottom.flatMap((frame) => (frame.kind === 'tts-speak' ? [frame.text] : []));
  const userSays = (text: string): void => {
    send('user-started-speaking', { speechAtMs: 0 });
    send('user-stopped-speaking', { speechAtMs: 0, text });
  };
  return { ...watched, idle, send, counts, told, said, userSays };
}

const call = { id: 'c', name: 'f', arguments: '{}' };
const result = { group: 'g', callId: 'c', name: 'f', outcome: { status: 'result', value: 1 } } as const;

test('a user who says nothing is noticed, also when the bot has never spoken, and both sides of the pipeline are told', async () => {
  const { clock, counts, told, close } = await idling();
  await clock.advance(4999);
  expect(counts()).toEqual([]);
  await clock.advance(1);
  expect(counts()).toEqual([1]);
  expect(told()).toBe(1);
  await clock.advance(10_000);
  expect(counts()).toEqual([1, 2, 3]);
  await close();
});

test('the steps are taken one after the other; behind the last one it is only told', async () => {
  const counted: number[] = [];
  const { clock, said, counts, close } = await idling({
    afterMs: 1000,
    steps: ['Hello?', (_stage, count) => void counted.push(count), 'Still there?'],
  });
  await clock.advance(5000);
  expect(said()).toEqual(['Hello?', 'Still there?']);
  expect(counted).toEqual([2]);
  expect(counts()).toEqual([1, 2, 3, 4, 5]);
  await close();
});

test('the last step says goodbye and ends the session with its reason', async () => {
  const { clock, said, session, close } = await idling({ afterMs: 1000, steps: [{ end: 'Nobody is there.', say: 'Goodbye.' }] });
  await clock.advance(1000);
  expect(said()).toEqual(['Goodbye.']);
  expect(await session.done).toMatchObject({ reason: 'ended', detail: 'Nobody is there.' });
  await close();
});

describe('time does not run', () => {
  test('while the bot speaks, and begins when it has spoken', async () => {
    const { clock, send, counts, close } = await idling();
    send('bot-started-speaking', {});
    await clock.advance(60_000);
    expect(counts()).toEqual([]);
    send('bot-stopped-speaking', { interrupted: false });
    await clock.advance(4999);
    expect(counts()).toEqual([]);
    await clock.advance(1);
    expect(counts()).toEqual([1]);
    await close();
  });

  test('while the user speaks, or the turn is open', async () => {
    const { clock, send, counts, close } = await idling();
    send('vad-user-started-speaking', { speechAtMs: 0 });
    await clock.advance(60_000);
    send('user-started-speaking', { speechAtMs: 0 });
    send('vad-user-stopped-speaking', { speechAtMs: 0 });
    await clock.advance(60_000);
    expect(counts()).toEqual([]);
    send('user-stopped-speaking', { speechAtMs: 0, text: '' });
    await clock.advance(5000);
    expect(counts()).toEqual([1]);
    await close();
  });

  test('while an answer is due or the model writes, and begins when nothing comes of it', async () => {
    const { clock, session, send, userSays, counts, close } = await idling();
    userSays('hello');
    await clock.advance(60_000);
    send('llm-response-start', { response: 'r' });
    await clock.advance(60_000);
    expect(counts()).toEqual([]);
    send('llm-response-end', { response: 'r' });
    await clock.advance(5000);
    expect(counts()).toEqual([1]);
    userSays('hello');
    send('error', { category: 'server', message: 'm', processor: 'llm', usable: true });
    await clock.advance(5000);
    expect(counts()).toEqual([1, 1]);
    userSays('hello');
    session.interrupt();
    await clock.advance(5000);
    expect(counts()).toEqual([1, 1, 1]);
    await close();
  });

  test('while a tool runs, and after it until the model has answered; an aside is no answer', async () => {
    const { clock, send, userSays, counts, close } = await idling();
    userSays('hello');
    send('llm-response-start', { response: 'g' });
    send('tool-calls', { group: 'g', calls: [call] });
    send('llm-response-end', { response: 'g' });
    send('bot-started-speaking', { aside: true });
    send('bot-stopped-speaking', { interrupted: false });
    await clock.advance(60_000);
    send('tool-result', result);
    await clock.advance(60_000);
    expect(counts()).toEqual([]);
    send('bot-started-speaking', {});
    send('bot-stopped-speaking', { interrupted: false });
    await clock.advance(5000);
    expect(counts()).toEqual([1]);
    await close();
  });
});

test('any sign of the user makes the steps begin anew', async () => {
  const { clock, send, said, close } = await idling({ afterMs: 1000, steps: ['one', 'two'] });
  await clock.advance(1000);
  send('input-dtmf', { digit: '1' });
  await clock.advance(999);
  expect(said()).toEqual(['one']);
  await clock.advance(1);
  send('user-speech-ignored', { text: 'uh-huh', reason: 'backchannel' });
  await clock.advance(1000);
  send('input-text', { text: 'x' });
  await clock.advance(2000);
  expect(said()).toEqual(['one', 'one', 'one', 'one', 'two']);
  await close();
});

test('the time can be changed in one session during the call, and 0 switches it off', async () => {
  const { clock, session, idle, counts, close } = await idling({ afterMs: 0 });
  await clock.advance(60_000);
  expect(counts()).toEqual([]);
  idle.update(session, 200);
  await clock.advance(200);
  expect(counts()).toEqual([1]);
  idle.update(session, 0);
  await clock.advance(60_000);
  expect(counts()).toEqual([1]);
  expect(() => idle.update(session, Number.NaN)).toThrow('afterMs is NaN');
  expect(() => idle.update({ id: 'none', turn: 0, signal: new AbortController().signal }, 1)).toThrow(
    'its pipeline does not hold it',
  );
  await close();
});

test('a step that throws costs an error frame, and the next one is taken', async () => {
  const { clock, said, errors, close } = await idling({
    afterMs: 1000,
    steps: [
      () => {
        throw new Error('boom');
      },
      'Hello?',
    ],
  });
  await clock.advance(2000);
  expect(errors()).toMatchObject([{ processor: 'user-idle', message: 'boom' }]);
  expect(said()).toEqual(['Hello?']);
  await close();
});

test('nobody is asked any more once the session is ending, and no timer is left', async () => {
  const busy = hooked(({ session: own }) => {
    const release = own.hold('a tool');
    own.onEnd(() => void own.clock.setTimer(release, 1000));
  });
  const { session, clock, kinds, close } = await running([userIdle({ afterMs: 100 }), busy]);
  await clock.advance(50);
  await clock.runUntil(session.end({ drainMs: 5000 }));
  expect((await session.done).durationMs).toBe(1050);
  expect(kinds()).not.toContain('user-idle');
  await close();
});

test('one processor serves many sessions', async () => {
  const idle = userIdle({ afterMs: 1000 });
  const [one, two] = [await running([idle]), await running([idle])];
  idle.update(one.session, 0);
  await one.clock.advance(1000);
  await two.clock.advance(1000);
  expect([one.kinds().includes('user-idle'), two.kinds().includes('user-idle')]).toEqual([false, true]);
  await one.close();
  await two.close();
});
