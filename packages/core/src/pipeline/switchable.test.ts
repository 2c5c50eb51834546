import { expect, test } from 'vitest';
import type { Frame } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { StageScope } from '../processor/handler.js';
import { ServiceError } from '../services/service-error.js';
import { watchedSession } from '../test-support/watched-session.js';
import { unfit } from './check-fit.js';
import { identity } from './filters.js';
import { pipeline } from './pipeline.js';
import { switchable } from './switchable.js';

/** A branch that notes what it gets, and passes it. */
function probe(name: string) {
  const got: Frame[] = [];
  const scope: { stage?: StageScope } = {};
  const see: FrameProcessor = {
    name,
    fit: { emits: [] },
    connect(input, session) {
      input.down$.subscribe((frame) => got.push(frame));
      return defineProcessor(name, (stage) => {
        scope.stage = stage;
        return {};
      }).connect(input, session);
    },
  };
  return { see, kinds: () => got.map(({ kind }) => kind), stage: () => scope.stage! };
}

const sound = { samples: new Int16Array(1), sampleRate: 16_000, channels: 1 };

test('the active branch gets everything, the others the life of the session; each frame leaves once', async () => {
  const [a, b] = [probe('a'), probe('b')];
  const { session, bottom, say } = watchedSession({}, switchable({ a: a.see, b: b.see }));
  await session.start();
  session.send(session.frame('vad-user-started-speaking', { speechAtMs: 0 }));
  session.send(session.frame('input-audio', sound));
  session.interrupt();
  say();
  session.cancel();
  await session.done;
  expect(a.kinds()).toEqual(['start', 'vad-user-started-speaking', 'input-audio', 'interruption', 'llm-text', 'cancel']);
  expect(b.kinds()).toEqual(['start', 'interruption', 'cancel']);
  expect(bottom.map(({ kind }) => kind)).toEqual(a.kinds());
});

test('warm branches hear the room all the time, and nothing else', async () => {
  const [a, b] = [probe('a'), probe('b')];
  const { session, bottom } = watchedSession({}, switchable({ a: a.see, b: b.see }, { warm: true }));
  await session.start();
  session.send(session.frame('vad-user-started-speaking', { speechAtMs: 0 }));
  session.send(session.frame('input-audio', sound));
  expect(b.kinds()).toEqual(['start', 'input-audio']);
  expect(bottom.map(({ kind }) => kind)).toEqual(['start', 'vad-user-started-speaking', 'input-audio']);
  session.cancel();
  await session.done;
});

test('a switch is told both ways, once, before the next branch gets anything', async () => {
  const [a, b] = [probe('a'), probe('b')];
  const brain = switchable({ a: a.see, b: b.see }, { name: 'brain', first: 'b' });
  const { session, bottom, top, say } = watchedSession({}, brain);
  await session.start();
  expect(brain.active(session)).toBe('b');
  expect(await brain.use(session, 'a', { reason: 'why not' })).toBe(true);
  say();
  const switched = { kind: 'switched', name: 'brain', from: 'b', to: 'a', reason: 'why not' };
  expect(bottom.slice(1)).toMatchObject([switched, { kind: 'llm-text' }]);
  expect(top).toMatchObject([switched]);
  expect(a.kinds()).toEqual(['start', 'llm-text']);
  expect(await brain.use(session, 'a')).toBe(true);
  expect(top).toHaveLength(1);
  session.cancel();
  await session.done;
});

test('what a service has said of itself is said again when its branch becomes active', async () => {
  const stt = (name: string, finalMs: number) =>
    defineProcessor(name, (stage) => ({
      down: {
        start: (frame) => {
          stage.broadcast(stage.frame('service-metadata', { processor: name, service: 'stt', finalMs }));
          return frame;
        },
      },
    }));
  const ears = switchable({ a: stt('a', 100), b: stt('b', 900) });
  const { session, bottom } = watchedSession({}, ears);
  await session.start();
  const latencies = () => bottom.flatMap((frame) => (frame.kind === 'service-metadata' ? [frame.finalMs] : []));
  expect(latencies()).toEqual([100]);
  await ears.use(session, 'b');
  expect(latencies()).toEqual([100, 900]);
  await ears.use(session, 'a');
  expect(latencies()).toEqual([100, 900, 100]);
  session.cancel();
  await session.done;
});

test('an inactive branch can neither speak, nor interrupt, mute, hold, fail or end the session', async () => {
  const [a, b] = [probe('a'), probe('b')];
  const warnings: string[] = [];
  const logger = { debug() {}, info() {}, warn: (message: string) => warnings.push(message), error() {} };
  const board = switchable({ a: a.see, b: b.see });
  const { session, clock, bottom, top } = watchedSession({ logger }, board);
  await session.start();
  const { session: inside } = b.stage();
  b.stage().broadcast(b.stage().frame('metrics', { metrics: [] }));
  b.stage().fail(new ServiceError('authentication', 'no key'));
  inside.interrupt('because');
  inside.mute('b');
  inside.end();
  inside.abort('because');
  inside.hold('for ever');
  expect(session.turn).toBe(0);
  expect(session.state).toBe('running');
  expect(a.stage().session.muted).toBe(false);
  expect([...bottom, ...top].map(({ kind }) => kind)).toEqual(['start']);
  expect(warnings).toEqual([expect.stringContaining('no key')]);
  // The one that is left takes nothing along that it has asked for, and nobody else takes it back before.
  a.stage().session.mute('a');
  inside.unmute('a');
  expect(session.muted).toBe(true);
  a.stage().session.hold('for ever');
  await board.use(session, 'b');
  expect(inside.muted).toBe(false);
  const ended = session.end();
  await clock.runUntil(ended);
  expect((await ended).reason).toBe('ended');
});

test('work that is cut off does not go on, and what waited behind it is done by the next branch, in order', async () => {
  const done: string[] = [];
  const worker = (name: string) =>
    defineProcessor(name, {
      down: {
        'llm-text': async (frame, { session, signal }) => {
          await session.clock.sleep(100, signal);
          done.push(`${name} ${frame.text}`);
          return frame;
        },
      },
    });
  const board = switchable({ a: worker('a'), b: worker('b') });
  const { session, clock, bottom, say } = watchedSession({}, board);
  await session.start();
  for (const text of ['1', '2', '3']) say(text);
  await clock.advance(150);
  await board.use(session, 'b');
  say('4');
  await clock.advance(1000);
  expect(done).toEqual(['a 1', 'b 2', 'b 3', 'b 4']);
  expect(bottom.flatMap((frame) => (frame.kind === 'llm-text' ? [frame.text] : []))).toEqual(['1', '2', '3', '4']);
  session.cancel();
  await session.done;
});

test.each([
  ['begun', [{ speculative: 'text' }]],
  ['confirmed', [{ speculative: undefined }]],
  ['discarded', []],
] as const)('a request made ahead of time moves along as what it is by then (%s)', async (state, asked) => {
  const got: Frame[] = [];
  const model = (name: string) =>
    defineProcessor(name, { down: { 'llm-context': (frame) => void (name === 'b' && got.push(frame)) } });
  const board = switchable({ a: model('a'), b: model('b') });
  const { session } = watchedSession({}, board);
  await session.start();
  session.send(session.frame('llm-context', { messages: [], tools: [], speculative: 'text' }));
  session.send(session.frame('speculation', { state }));
  await board.use(session, 'b');
  expect(got.map((frame) => ('speculative' in frame ? frame.speculative : undefined))).toEqual(
    asked.map(({ speculative }) => speculative),
  );
  session.cancel();
  await session.done;
});

test('one description serves many sessions, each with an active branch of its own', async () => {
  const board = switchable({ a: identity('a'), b: identity('b') });
  const [one, other] = [watchedSession({}, board).session, watchedSession({}, board).session];
  await Promise.all([one.start(), other.start()]);
  await board.use(one, 'b');
  expect([board.active(one), board.active(other)]).toEqual(['b', 'a']);
  one.cancel();
  other.cancel();
  await Promise.all([one.done, other.done]);
});

test('a branch that does not find what it needs is told at the door, and in the types', () => {
  const needy = defineProcessor('needy', {}, { fit: { needs: ['llm-context'], emits: ['llm-text'] } as const });
  const board = switchable({ a: needy, b: identity('b') });
  // @ts-expect-error Nobody makes a request for the model.
  const made = pipeline(board);
  expect(unfit(made)).toEqual([expect.stringContaining('"needy" needs llm-context')]);
});
