import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { createSession } from '../session/session.js';
import { watchedSession } from '../test-support/watched-session.js';
import { identity } from './filters.js';
import { gate } from './gate.js';
import { notifier } from './notifier.js';
import { parallel } from './parallel.js';
import { pipeline } from './pipeline.js';

const plain = () => createSession(pipeline(identity()), { clock: new VirtualClock() });

test('all who wait are told, those of the same session only, and nothing is remembered for later', async () => {
  const event = notifier('event');
  const [one, other] = [plain(), plain()];
  const told: string[] = [];
  const waits = ['first', 'second'].map((who) => event.wait(one).then(() => told.push(who)));
  event.notify(other);
  event.notify(one);
  await Promise.all(waits);
  expect(told).toEqual(['first', 'second']);
  const late = event.wait(one);
  one.cancel();
  expect(await late).toBe(false);
  expect(await event.wait(one)).toBe(false);
  other.cancel();
});

test('a wait can be given up, and then rejects with the reason of its signal', async () => {
  const event = notifier('event');
  const session = plain();
  const giveUp = new AbortController();
  const wait = event.wait(session, { signal: giveUp.signal });
  giveUp.abort(new Error('enough'));
  await expect(wait).rejects.toThrow('enough');
  await expect(event.wait(session, { signal: giveUp.signal })).rejects.toThrow('enough');
  session.cancel();
});

test('who begins to listen while it happens waits for the next time, and who has left is not told', () => {
  const event = notifier('event');
  const session = plain();
  let calls = 0;
  const leave = event.listen(session, () => {
    calls++;
    event.listen(session, () => calls++);
  });
  event.notify(session);
  expect(calls).toBe(1);
  leave();
  event.notify(session);
  expect(calls).toBe(2);
  session.cancel();
});

test('what is no session is refused at the door', () => {
  expect(() => notifier('event').notify({ id: 'none', turn: 0, signal: new AbortController().signal })).toThrow('no session');
});

test('a gate in one branch is opened, and closed, from another', async () => {
  const open = notifier('open');
  const close = notifier('close');
  const { session, bottom, say } = watchedSession(
    {},
    parallel(
      gate('gate', { holds: ['llm-text'], startsOpen: false, opens: open, closes: close }),
      pipeline(
        open.notifyOn(['input-text'], (frame) => frame.kind === 'input-text' && frame.text === 'open'),
        close.notifyOn(['input-dtmf']),
        gate('never', { holds: ['llm-text'], startsOpen: false }),
      ),
    ),
  );
  await session.start();
  const texts = () => bottom.flatMap((frame) => (frame.kind === 'llm-text' ? [frame.text] : []));
  say('a');
  session.send(session.frame('input-text', { text: 'no' }));
  expect(texts()).toEqual([]);
  session.send(session.frame('input-text', { text: 'open' }));
  say('b');
  expect(texts()).toEqual(['a', 'b']);
  session.send(session.frame('input-dtmf', { digit: '1' }));
  say('c');
  expect(texts()).toEqual(['a', 'b']);
  open.notify(session);
  expect(texts()).toEqual(['a', 'b', 'c']);
  session.cancel();
  await session.done;
});
