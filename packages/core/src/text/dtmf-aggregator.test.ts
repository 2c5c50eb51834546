import { expect, test } from 'vitest';
import { watchedSession } from '../test-support/watched-session.js';
import { type DtmfAggregatorOptions, dtmfAggregator } from './dtmf-aggregator.js';

async function run(options: DtmfAggregatorOptions = {}) {
  const watched = watchedSession({}, dtmfAggregator(options));
  await watched.session.start();
  const { session, bottom } = watched;
  const press = (digits: string): void => {
    for (const digit of digits) session.send(session.frame('input-dtmf', { digit }));
  };
  const texts = (): string[] => bottom.flatMap((frame) => (frame.kind === 'input-text' ? [frame.text] : []));
  return { ...watched, press, texts };
}

test('digits become one message of the user at the terminator, or when no other has come in time', async () => {
  const { press, texts, clock, kinds } = await run();
  press('123#');
  expect(texts()).toEqual(['DTMF: 123']);
  press('4');
  await clock.advance(1999);
  press('5');
  await clock.advance(1999);
  expect(texts()).toEqual(['DTMF: 123']);
  await clock.advance(1);
  expect(texts()).toEqual(['DTMF: 123', 'DTMF: 45']);
  expect(kinds().filter((kind) => kind === 'input-dtmf').length).toBe(6);
  expect(clock.pendingTimers).toBe(0);
});

test('the first digit of a number interrupts, the others do not, and none where that is switched off', async () => {
  const { press, session } = await run();
  press('12#');
  expect(session.turn).toBe(1);
  press('3');
  expect(session.turn).toBe(2);
  const quiet = await run({ interrupts: false });
  quiet.press('12#');
  expect(quiet.session.turn).toBe(0);
});

test('a number that is begun survives an interruption and is handed on when the session ends', async () => {
  const { press, session, clock, texts, kinds } = await run();
  press('78');
  session.interrupt();
  await clock.runUntil(session.end());
  expect(texts()).toEqual(['DTMF: 78']);
  expect(kinds().at(-1)).toBe('end');
  expect(clock.pendingTimers).toBe(0);
});

test('a lone terminator is a message, and without a terminator every key is a digit', async () => {
  const { press, texts } = await run();
  press('#');
  expect(texts()).toEqual(['DTMF: #']);
  const all = await run({ terminator: false, prefix: '' });
  all.press('1#');
  await all.clock.advance(2000);
  expect(all.texts()).toEqual(['1#']);
});

test('a number without end is handed on in parts', async () => {
  const { press, texts } = await run({ prefix: '' });
  press('1'.repeat(64));
  expect(texts()).toEqual(['1'.repeat(64)]);
});
