import fc from 'fast-check';
import { map } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame, FrameOf } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { fromOperator } from '../processor/from-operator.js';
import type { HandlerResult, StageScope } from '../processor/handler.js';
import { watchedSession } from '../test-support/watched-session.js';
import { exceptKinds, identity, onlyKinds } from './filters.js';
import { chain } from './pipeline.js';
import { syncParallel } from './sync-parallel.js';

type Text = FrameOf<'llm-text'>;

const each = (name: string, give: (frame: Text, stage: StageScope) => HandlerResult): FrameProcessor =>
  defineProcessor(name, (stage) => ({ down: { 'llm-text': (frame) => give(frame, stage) } }));
const copy = (frame: Text, by: string): Text => ({ ...frame, text: `${frame.text}${by}` });
const sleep = (stage: StageScope, ms: number): Promise<void> => (stage.session.clock as VirtualClock).sleep(ms);

/** What each kind of branch is, and what it makes of the frame "n". */
const kinds: Readonly<Record<string, { readonly make: (ms: number) => FrameProcessor; readonly gives: readonly string[] }>> = {
  passes: { make: () => identity(), gives: [''] },
  swallows: { make: () => each('swallows', () => undefined), gives: [] },
  filters: { make: () => onlyKinds('transcription'), gives: [] },
  excepts: {
    make: () =>
      chain(
        'excepts',
        exceptKinds('llm-text'),
        each('behind', (frame) => copy(frame, 'never')),
      ),
    gives: [],
  },
  copies: { make: () => each('copies', (frame) => copy(frame, 'c')), gives: ['c'] },
  doubles: { make: () => each('doubles', (frame) => [copy(frame, 'd'), frame]), gives: ['d', ''] },
  maps: {
    make: () =>
      fromOperator(
        'maps',
        map((frame: Frame) => (frame.kind === 'llm-text' ? copy(frame, 'm') : frame)),
      ),
    gives: ['m'],
  },
  waits: { make: (ms) => each('waits', (frame, stage) => sleep(stage, ms).then(() => frame)), gives: [''] },
  streams: {
    make: (ms) =>
      each('streams', async function* (frame, stage) {
        yield copy(frame, 's');
        await sleep(stage, ms);
        yield copy(frame, 't');
      }),
    gives: ['s', 't'],
  },
  throws: {
    make: () =>
      each('throws', () => {
        throw new Error('boom');
      }),
    gives: [],
  },
  long: {
    make: (ms) =>
      chain(
        'long',
        each('waits a little', (frame, stage) => sleep(stage, ms).then(() => frame)),
        exceptKinds('transcription'),
        each('copies then', (frame) => copy(frame, 'l')),
      ),
    gives: ['l'],
  },
  nested: {
    make: (ms) =>
      syncParallel(
        each('waits', (frame, stage) => sleep(stage, ms).then(() => frame)),
        identity(),
      ),
    gives: [''],
  },
};

const plan = fc.record({
  branches: fc.array(fc.record({ kind: fc.constantFrom(...Object.keys(kinds)), ms: fc.nat({ max: 30 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  waits: fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 12 }),
});

const textsOf = (frames: readonly Frame[]): string[] =>
  frames.flatMap((frame) => (frame.kind === 'llm-text' ? [frame.text] : []));

test('what the branches make of a frame leaves together, in their order and that of the frames, and what passes untouched leaves once', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ branches, waits }) => {
      const made = branches.map(({ kind, ms }) => kinds[kind]!.make(ms));
      const { session, clock, bottom, top } = watchedSession({}, syncParallel(...made));
      await session.start();
      for (const [i, wait] of waits.entries()) {
        session.send(session.frame('llm-text', { text: String(i), response: 'r' }));
        await clock.advance(wait);
      }
      await clock.advance(5000);
      const suffixes = branches.flatMap(({ kind }) => kinds[kind]!.gives);
      const once = suffixes.filter((suffix, i) => suffix !== '' || suffixes.indexOf('') === i);
      expect(textsOf(bottom)).toEqual(waits.flatMap((_, i) => once.map((suffix) => `${i}${suffix}`)));
      const thrown = branches.filter(({ kind }) => kind === 'throws').length * waits.length;
      expect(top.filter(({ kind }) => kind === 'error')).toHaveLength(thrown);
      expect([...bottom, ...top].filter(({ kind }) => kind === 'sync-mark')).toEqual([]);
      const ended = session.end();
      await clock.runUntil(ended);
      expect((await ended).reason).toBe('ended');
    }),
    { numRuns: 300 },
  );
});

test('with interruptions in between, nothing of a dead turn leaves any more, nothing leaves twice or out of order, and the last turn is whole', async () => {
  await fc.assert(
    fc.asyncProperty(plan, fc.array(fc.nat({ max: 12 }), { maxLength: 4 }), async ({ branches, waits }, interruptAt) => {
      const made = branches.map(({ kind, ms }) => kinds[kind]!.make(ms));
      const { session, clock, bottom } = watchedSession({}, syncParallel(...made));
      await session.start();
      let lastTurnFrom = 0;
      for (const [i, wait] of waits.entries()) {
        if (interruptAt.includes(i)) {
          const before = textsOf(bottom).length;
          session.interrupt();
          expect(textsOf(bottom)).toHaveLength(before);
          lastTurnFrom = i;
        }
        session.send(session.frame('llm-text', { text: String(i), response: 'r' }));
        await clock.advance(wait);
      }
      await clock.advance(5000);
      const texts = textsOf(bottom);
      expect(new Set(texts).size).toBe(texts.length - repeated(branches, texts));
      const order = texts.map((text) => Number.parseInt(text, 10));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      const suffixes = branches.flatMap(({ kind }) => kinds[kind]!.gives);
      const once = suffixes.filter((suffix, i) => suffix !== '' || suffixes.indexOf('') === i);
      const lastTurn = waits.flatMap((_, i) => (i < lastTurnFrom ? [] : once.map((suffix) => `${i}${suffix}`)));
      expect(texts.slice(texts.length - lastTurn.length)).toEqual(lastTurn);
      session.cancel();
      await session.done;
    }),
    { numRuns: 200 },
  );
});

/** How often a text occurs again because two branches make the same of a frame. */
function repeated(branches: readonly { readonly kind: string }[], texts: readonly string[]): number {
  const suffixes = branches.flatMap(({ kind }) => kinds[kind]!.gives).filter((suffix) => suffix !== '');
  return texts.filter((text, i) => {
    const suffix = text.replace(/^\d+/u, '');
    return texts.indexOf(text) !== i && suffixes.filter((other) => other === suffix).length > 1;
  }).length;
}

test('no frame leaves before all branches are done with it', async () => {
  const slow = each('slow', (frame, stage) => sleep(stage, 100).then(() => copy(frame, ' slow')));
  const { session, clock, bottom, say } = watchedSession({}, syncParallel(identity(), slow));
  await session.start();
  say('a');
  say('b');
  await clock.advance(99);
  expect(textsOf(bottom)).toEqual([]);
  await clock.advance(1);
  expect(textsOf(bottom)).toEqual(['a', 'a slow']);
  await clock.advance(100);
  expect(textsOf(bottom)).toEqual(['a', 'a slow', 'b', 'b slow']);
  session.cancel();
  await session.done;
});

test('frames that go up are joined as well', async () => {
  let below: StageScope | undefined;
  const slow = defineProcessor('slow', (stage) => ({
    up: { 'input-text': (frame) => sleep(stage, 50).then(() => ({ ...frame, text: 'slow' })) },
  }));
  const mouth = defineProcessor('mouth', (stage) => {
    below = stage;
    return {};
  });
  const { session, clock, top } = watchedSession({}, syncParallel(slow, identity()), mouth);
  await session.start();
  below?.pushUp(session.frame('input-text', { text: 'first' }));
  const texts = () => top.flatMap((frame) => (frame.kind === 'input-text' ? [frame.text] : []));
  expect(texts()).toEqual([]);
  await clock.advance(50);
  expect(texts()).toEqual(['slow', 'first']);
  session.cancel();
  await session.done;
});

describe('control frames and media', () => {
  test('pass at once and once, past branches that hang, filter or copy nothing', async () => {
    const hangs = each('hangs', () => new Promise<Frame>(() => undefined));
    const deaf = exceptKinds('metrics', 'bot-started-speaking');
    const { session, bottom, top, say, clock } = watchedSession({}, syncParallel(hangs, deaf, identity()));
    await session.start();
    say();
    session.send(session.frame('metrics', { metrics: [] }));
    session.send(session.frame('bot-started-speaking', {}));
    session.send(session.frame('input-audio', { samples: new Int16Array(1), sampleRate: 16_000, channels: 1 }));
    expect(bottom.map(({ kind }) => kind)).toEqual(['start', 'metrics', 'bot-started-speaking', 'input-audio']);
    session.interrupt();
    await clock.advance(1);
    session.cancel();
    await session.done;
    expect(bottom.map(({ kind }) => kind).filter((kind) => kind !== 'llm-text')).toEqual([
      'start',
      'metrics',
      'bot-started-speaking',
      'input-audio',
      'interruption',
      'cancel',
    ]);
    expect(top).toEqual([]);
  });
});

test('an interruption drops what waits of the dead turn, and keeps what the user did', async () => {
  const slow = defineProcessor('slow', (stage) => ({
    down: {
      'llm-text': (frame) => sleep(stage, 100).then(() => frame),
      transcription: (frame) => sleep(stage, 100).then(() => frame),
    },
  }));
  const { session, clock, bottom, say } = watchedSession({}, syncParallel(identity(), slow));
  await session.start();
  say('dead');
  session.send(session.frame('transcription', { text: 'said', utterance: 'u', startMs: 0, endMs: 1 }));
  await clock.advance(10);
  session.interrupt();
  say('alive');
  await clock.advance(500);
  expect(bottom.flatMap((frame) => ('text' in frame ? [frame.text] : []))).toEqual(['said', 'alive']);
  const ended = session.end();
  await clock.runUntil(ended);
  expect((await ended).reason).toBe('ended');
});

describe('a branch that hangs', () => {
  test('keeps up a frame for joinMs and no longer, costs one error, and is not waited for until it has caught up', async () => {
    const waiting: (() => void)[] = [];
    const hangs = each('hangs', (frame) => new Promise<Frame>((resolve) => waiting.push(() => resolve(copy(frame, ' late')))));
    const { session, clock, bottom, errors, say } = watchedSession({}, syncParallel(hangs, identity(), { joinMs: 200 }));
    await session.start();
    say('a');
    await clock.advance(150);
    say('b');
    expect(textsOf(bottom)).toEqual([]);
    await clock.advance(50);
    expect(textsOf(bottom)).toEqual(['a', 'b']);
    say('c');
    expect(textsOf(bottom)).toEqual(['a', 'b', 'c']);
    expect(errors()).toMatchObject([
      { category: 'timeout', processor: 'sync-parallel', usable: true, message: expect.stringContaining('"hangs"') },
    ]);
    for (let i = 0; i < 3; i++) {
      waiting[i]?.();
      await clock.advance(1);
    }
    expect(textsOf(bottom)).toEqual(['a', 'b', 'c', 'a late', 'b late', 'c late']);
    say('d');
    expect(textsOf(bottom).at(-1)).toBe('c late');
    waiting[3]?.();
    await clock.advance(1);
    expect(textsOf(bottom).slice(-2)).toEqual(['d late', 'd']);
    session.cancel();
    await session.done;
  });

  test('holds no more frames than it may', async () => {
    const hangs = each('hangs', () => new Promise<Frame>(() => undefined));
    const { session, bottom, errors, say } = watchedSession({}, syncParallel(hangs, identity(), { maxPending: 3 }));
    await session.start();
    for (let i = 0; i < 10; i++) say(String(i));
    expect(textsOf(bottom)).toHaveLength(10);
    expect(errors()).toMatchObject([{ category: 'overload' }]);
    session.cancel();
    await session.done;
  });
});

test('frames that are dealt with on the spot set no timer, and leave before send returns', async () => {
  const { session, clock, bottom, say } = watchedSession(
    {},
    syncParallel(
      identity('a'),
      each('b', (frame) => copy(frame, 'b')),
    ),
  );
  await session.start();
  const timers = clock.pendingTimers;
  say('1');
  expect(textsOf(bottom)).toEqual(['1', '1b']);
  expect(clock.pendingTimers).toBe(timers);
  session.cancel();
  await session.done;
});

test('options that are not positive are refused', () => {
  expect(() => syncParallel(identity(), { joinMs: 0 })).toThrow('joinMs');
  expect(() => syncParallel(identity(), { maxPending: 0 })).toThrow('maxPending');
});
