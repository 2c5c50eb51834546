import { expect, test } from 'vitest';
import type { FrameKind, FramePayload } from '../../frames/frame.js';
import { call } from '../../test-support/call.js';
import { fencedSessions } from '../../test-support/fenced-session.js';
import { type FillerOptions, filler } from './filler.js';

const running = fencedSessions();

async function filled(options: Partial<FillerOptions> = {}) {
  const watched = await running([filler({ phrases: ['One moment.', 'Let me see.'], ...options })]);
  const { session, bottom } = watched;
  const send = <K extends FrameKind>(kind: K, payload: FramePayload<K>): void => session.send(session.frame(kind, payload));
  const said = (): string[] => bottom.flatMap((frame) => (frame.kind === 'tts-speak' ? [frame.text] : []));
  const userSays = (text = 'hello'): void => {
    send('user-started-speaking', { speechAtMs: 0 });
    send('user-stopped-speaking', { speechAtMs: 0, text });
  };
  const responds = (text = 'Well', response = 'r'): void => {
    send('llm-response-start', { response });
    send('llm-text', { text, response });
    send('llm-response-end', { response });
  };
  return { ...watched, send, said, userSays, responds };
}

test('a phrase is said when nothing of the reply has come in time, as an aside that can be interrupted (S003-2)', async () => {
  const { clock, userSays, said, bottom, close } = await filled();
  userSays();
  await clock.advance(799);
  expect(said()).toEqual([]);
  await clock.advance(1);
  const spoken = bottom.find(({ kind }) => kind === 'tts-speak');
  expect(spoken).toMatchObject({ text: 'One moment.', aside: true });
  expect(spoken).not.toHaveProperty('interruptible');
  await close();
});

test('at most one a wait, and the phrases are taken in turn', async () => {
  const { clock, userSays, responds, said, send, close } = await filled();
  for (let i = 0; i < 3; i++) {
    userSays();
    await clock.advance(400);
    send('llm-response-start', { response: 'r' });
    await clock.advance(10_000);
    responds();
  }
  expect(said()).toEqual(['One moment.', 'Let me see.', 'One moment.']);
  await close();
});

test('none is said when the reply comes in time, when there is none to come, or when something else is said instead', async () => {
  const { clock, session, userSays, responds, said, send, close } = await filled();
  userSays();
  await clock.advance(799);
  responds();
  await clock.advance(10_000);
  userSays('');
  await clock.advance(10_000);
  userSays();
  session.interrupt();
  await clock.advance(10_000);
  userSays();
  send('llm-response-start', { response: 'r' });
  send('llm-response-end', { response: 'r' });
  await clock.advance(10_000);
  expect(said()).toEqual([]);
  userSays();
  send('tts-speak', { text: 'Something else.' });
  await clock.advance(10_000);
  expect(said()).toEqual(['Something else.']);
  await close();
});

test('none is said while the user speaks; the wait goes on if it was no turn (S003-2)', async () => {
  const { clock, userSays, said, send, close } = await filled();
  userSays();
  await clock.advance(500);
  send('vad-user-started-speaking', { speechAtMs: 0 });
  await clock.advance(10_000);
  expect(said()).toEqual([]);
  send('vad-user-stopped-speaking', { speechAtMs: 0 });
  await clock.advance(800);
  expect(said()).toEqual(['One moment.']);
  await close();
});

test('a slow tool is a wait of its own, which begins when the bot has said what came before it', async () => {
  const { clock, userSays, said, send, responds, close } = await filled({ slowToolMs: 1000 });
  userSays();
  send('llm-response-start', { response: 'r' });
  send('llm-text', { text: 'I shall look.', response: 'r' });
  send('tool-calls', { group: 'r', calls: [{ id: 'c', name: 'f', arguments: '{}' }] });
  send('llm-response-end', { response: 'r' });
  send('bot-started-speaking', {});
  await clock.advance(5000);
  expect(said()).toEqual([]);
  send('bot-stopped-speaking', { interrupted: false });
  await clock.advance(1000);
  expect(said()).toEqual(['One moment.']);
  // The model is asked for the second time, which is still the same wait.
  send('llm-response-start', { response: 's' });
  await clock.advance(10_000);
  responds('Found it.', 's');
  await clock.advance(10_000);
  expect(said()).toEqual(['One moment.']);
  await close();
});

test('a reply that has begun before the turn was over needs no phrase', async () => {
  const { clock, send, said, close } = await filled();
  send('user-started-speaking', { speechAtMs: 0 });
  send('llm-response-start', { response: 'r' });
  send('llm-text', { text: 'Well', response: 'r' });
  send('user-stopped-speaking', { speechAtMs: 0, text: 'hello' });
  await clock.advance(10_000);
  expect(said()).toEqual([]);
  await close();
});

test('options that make no sense are refused', () => {
  expect(() => filler({ phrases: [] })).toThrow('phrases is empty');
  expect(() => filler({ phrases: ['x'], afterMs: -1 })).toThrow('afterMs is -1');
});

test('what is marked as an aside arrives at the voice as one', async () => {
  const { session, clock, of, finish } = await call();
  session.send(session.frame('tts-speak', { text: 'One moment.', aside: true }));
  await clock.advance(3000);
  expect(of('tts-started')).toMatchObject([{ text: 'One moment.', aside: true }]);
  await finish();
});
