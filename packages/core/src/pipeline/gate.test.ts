import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { silentLogger } from '../session/logger.js';
import { createSession } from '../session/session.js';
import { hooked, watchedSession } from '../test-support/watched-session.js';
import { exceptKinds, filterFrames, identity, onlyKinds } from './filters.js';
import { type GateOptions, gate } from './gate.js';
import { parallel } from './parallel.js';
import { chain } from './pipeline.js';
import { produce } from './producer.js';

async function behind(...processors: readonly FrameProcessor[]) {
  const clock = new VirtualClock();
  const seen: Frame[] = [];
  const last: FrameProcessor = {
    name: 'last',
    connect(input) {
      input.down$.subscribe((frame) => seen.push(frame));
      return input;
    },
  };
  const session = createSession(chain('root', ...processors, last, defineProcessor('end', {})), { clock });
  await session.start();
  seen.length = 0;
  const say = (text: string): void => session.send(session.frame('llm-text', { text, response: 'r' }));
  const texts = (): string[] => seen.flatMap((frame) => (frame.kind === 'llm-text' ? [frame.text] : []));
  const finish = async () => {
    session.cancel();
    return session.done;
  };
  return { session, seen, say, texts, finish };
}

const whileUserSpeaks: GateOptions = {
  holds: ['llm-text'],
  watches: ['user-started-speaking', 'user-stopped-speaking'],
  closesOn: ({ kind }) => kind === 'user-started-speaking',
  opensOn: ({ kind }) => kind === 'user-stopped-speaking',
};

test('a gate that is closed holds its kinds and lets the others pass, and lets go in order when it opens, before the frame that opened it', async () => {
  const { session, seen, say, texts, finish } = await behind(gate('gate', whileUserSpeaks));
  say('a');
  session.send(session.frame('user-started-speaking', { speechAtMs: 0 }));
  say('b');
  say('c');
  session.send(session.frame('input-text', { text: 'x' }));
  expect(texts()).toEqual(['a']);
  session.send(session.frame('user-stopped-speaking', { speechAtMs: 0, text: '' }));
  say('d');
  expect(seen.map((frame) => (frame.kind === 'llm-text' ? frame.text : frame.kind))).toEqual([
    'a',
    'user-started-speaking',
    'input-text',
    'b',
    'c',
    'user-stopped-speaking',
    'd',
  ]);
  await finish();
});

test('what a gate holds dies with its turn', async () => {
  const { session, say, texts, finish } = await behind(gate('gate', { ...whileUserSpeaks, startsOpen: false }));
  say('old');
  session.interrupt();
  say('new');
  session.send(session.frame('user-stopped-speaking', { speechAtMs: 0, text: '' }));
  expect(texts()).toEqual(['new']);
  expect((await finish()).dropped.stale).toBe(1);
});

test('a gate that is closed again by what it lets go keeps the rest, if the closing frame travels on another lane than the opening one', async () => {
  const closes = defineProcessor('closes', (stage) => ({
    down: {
      'llm-text': (frame) => {
        stage.pushUp(stage.frame('input-dtmf', { digit: '1' }));
        return frame;
      },
    },
  }));
  const options: GateOptions = {
    ...whileUserSpeaks,
    watches: ['input-dtmf', 'user-stopped-speaking'],
    closesOn: ({ kind }) => kind === 'input-dtmf',
    startsOpen: false,
  };
  const { session, say, texts, finish } = await behind(gate('gate', options), closes);
  for (const text of ['a', 'b', 'c']) say(text);
  const open = (): void => session.send(session.frame('user-stopped-speaking', { speechAtMs: 0, text: '' }));
  open();
  expect(texts()).toEqual(['a']);
  open();
  open();
  expect(texts()).toEqual(['a', 'b', 'c']);
  await finish();
});

test('a gate that holds too much lets the oldest go, counts them, and says so once', async () => {
  const { session, say, texts, finish } = await behind(gate('gate', { ...whileUserSpeaks, startsOpen: false, maxHeld: 2 }));
  for (const text of ['a', 'b', 'c', 'd']) say(text);
  session.send(session.frame('user-stopped-speaking', { speechAtMs: 0, text: '' }));
  expect(texts()).toEqual(['c', 'd']);
  const report = await finish();
  expect(report.dropped.overload).toBe(2);
  expect(report.errors).toMatchObject([{ processor: 'gate', category: 'overload' }]);
});

test('a gate that never opens holds up no graceful end: what it holds is dropped, counted, and told once in the log', async () => {
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => warnings.push(message) };
  const { clock, session, kinds, say } = watchedSession({ logger }, gate('gate', { ...whileUserSpeaks, startsOpen: false }));
  await session.start();
  say('a');
  say('b');
  await clock.runUntil(session.end());
  expect(await session.done).toMatchObject({ reason: 'ended', durationMs: 0, dropped: { closed: 2 }, totalErrors: 0 });
  expect(kinds()).toEqual(['start', 'end']);
  expect(warnings).toEqual(['"gate" was still closed at the end and has dropped what it held.']);
});

test('a gate that is opened while the session is ending lets go what it held', async () => {
  const tool = hooked(({ session: own }) => {
    const release = own.hold('a tool');
    own.onEnd(() => {
      own.clock.setTimer(() => {
        session.send(session.frame('user-stopped-speaking', { speechAtMs: 0, text: '' }));
        release();
      }, 10);
    });
  });
  const { clock, session, kinds, say } = watchedSession({}, gate('gate', { ...whileUserSpeaks, startsOpen: false }), tool);
  await session.start();
  say('a');
  await clock.runUntil(session.end());
  expect(kinds()).toEqual(['start', 'llm-text', 'user-stopped-speaking', 'end']);
});

test('a gate looks at a kind that it also holds: the frame that closes it stays, the one that opens it goes, behind what was held', async () => {
  const { say, texts, finish } = await behind(
    gate('gate', {
      holds: ['llm-text'],
      watches: ['llm-text'],
      closesOn: (frame) => frame.kind === 'llm-text' && frame.text === 'close',
      opensOn: (frame) => frame.kind === 'llm-text' && frame.text === 'open',
    }),
  );
  for (const text of ['a', 'close', 'b']) say(text);
  expect(texts()).toEqual(['a']);
  say('open');
  say('c');
  expect(texts()).toEqual(['a', 'close', 'b', 'open', 'c']);
  await finish();
});

test('filters pass what they approve; control frames pass beside, unless a filter names them', async () => {
  const mixed = async (filter: FrameProcessor): Promise<string[]> => {
    const { session, seen, say, finish } = await behind(filter);
    say('a');
    session.send(session.frame('input-text', { text: 'b' }));
    session.send(session.frame('metrics', { metrics: [] }));
    session.send(session.frame('user-started-speaking', { speechAtMs: 0 }));
    const kinds = seen.map(({ kind }) => kind);
    await finish();
    return kinds;
  };
  expect(await mixed(onlyKinds('llm-text'))).toEqual(['llm-text', 'metrics', 'user-started-speaking']);
  expect(await mixed(exceptKinds('llm-text', 'metrics'))).toEqual(['input-text', 'user-started-speaking']);
  expect(await mixed(filterFrames('none', () => false))).toEqual(['metrics', 'user-started-speaking']);
  expect(await mixed(filterFrames('none', () => false, { control: true }))).toEqual([]);
  expect(await mixed(identity())).toEqual(['llm-text', 'input-text', 'metrics', 'user-started-speaking']);
});

test('what a producer catches in one branch comes out of its consumers, once where the branches join', async () => {
  const words = produce('words', ['llm-text']);
  const blocks = onlyKinds('input-text');
  const { say, texts, finish } = await behind(
    parallel(chain('a', words.producer, blocks), chain('b', exceptKinds('llm-text'), words.consumer())),
  );
  say('a');
  say('b');
  expect(texts()).toEqual(['a', 'b']);
  await finish();
});

test('one producer serves many sessions without mixing them', async () => {
  const words = produce('words', ['llm-text']);
  const make = () =>
    behind(parallel(chain('a', words.producer, onlyKinds('input-text')), chain('b', exceptKinds('llm-text'), words.consumer())));
  const [one, two] = [await make(), await make()];
  one.say('one');
  two.say('two');
  expect([one.texts(), two.texts()]).toEqual([['one'], ['two']]);
  await one.finish();
  await two.finish();
});
