import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { map } from 'rxjs';
import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame } from '../frames/frame.js';
import { identity, onlyKinds } from '../pipeline/filters.js';
import { gate } from '../pipeline/gate.js';
import { parallel } from '../pipeline/parallel.js';
import { chain } from '../pipeline/pipeline.js';
import { produce } from '../pipeline/producer.js';
import { createSession } from '../session/session.js';
import { makeFrame } from '../test-support/make-frame.js';
import { type ScriptKind, scriptKinds } from '../test-support/stage-spec.js';
import { defineProcessor } from './define-processor.js';
import type { FrameProcessor } from './frame-processor.js';
import { fromOperator } from './from-operator.js';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

function heapMiB(): number {
  if (typeof collect === 'function') for (let i = 0; i < 3; i++) collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

test('K9: a million frames and a thousand interruptions later a session holds no more than before, taps included', async () => {
  const clock = new VirtualClock();
  const words = produce('words', ['transcription']);
  let passed = 0;
  const session = createSession(
    chain(
      'root',
      defineProcessor('copies', { down: { 'llm-text': (frame) => ({ ...frame }) } }),
      fromOperator(
        'operator',
        map((frame) => (frame.kind === 'llm-text' ? { ...frame } : frame)),
      ),
      parallel(
        identity(),
        onlyKinds('llm-text'),
        chain('producing', words.producer, identity()),
        parallel(identity(), identity()),
      ),
      words.consumer(),
      defineProcessor('answers', {
        down: {
          transcription: (frame, context) => {
            context.pushUp(context.frame('metrics', { metrics: [] }));
            return frame;
          },
          'input-text': async (frame) => frame,
        },
      }),
      defineProcessor('counts', {
        down: {
          'llm-text': (frame) => {
            passed++;
            return frame;
          },
        },
      }),
    ),
    { clock },
  );
  await session.start();
  let tapped = 0;
  session.frames$.subscribe(() => tapped++);

  const send = async (count: number): Promise<void> => {
    const samples = new Int16Array(320);
    for (let i = 0; i < count; i += 5) {
      session.send(session.frame('llm-text', { text: `word ${i}`, response: 'r' }));
      session.send(session.frame('input-audio', { samples, sampleRate: 16_000, channels: 1 }));
      session.send(session.frame('transcription', { text: `word ${i}`, utterance: `u${i}`, startMs: i, endMs: i }));
      session.send(session.frame('llm-text', { text: 'more', response: 'r' }));
      session.send(session.frame('input-text', { text: `typed ${i}` }));
      if (i % 1000 === 0) {
        await clock.advance(1);
        session.interrupt();
      }
    }
    await clock.advance(1);
  };
  await send(50_000);
  const before = heapMiB();
  await send(1_000_000);
  const after = heapMiB();
  expect(passed).toBeGreaterThan(400_000);
  expect(tapped).toBeGreaterThan(5_000_000);
  // One remembered id a frame would be sixteen.
  expect(after - before).toBeLessThan(4);
  session.cancel();
  await session.done;
});

type Part = 'sync' | 'promise' | 'iterable' | 'slow' | 'operator' | 'answers' | 'gate' | 'parallel' | 'chain' | 'producer';
const simple = ['sync', 'promise', 'iterable', 'slow', 'operator', 'answers', 'gate'] as const satisfies readonly Part[];
type Step = { readonly do: 'send'; readonly kind: ScriptKind; readonly count: number } | { readonly do: 'interrupt' | 'wait' };

const parts = fc.array(fc.constantFrom<Part>(...simple, 'parallel', 'chain', 'producer'), { minLength: 1, maxLength: 5 });
const steps = fc.array(
  fc.oneof(
    fc.record<Extract<Step, { do: 'send' }>>({
      do: fc.constant('send'),
      kind: fc.constantFrom(...scriptKinds),
      count: fc.integer({ min: 1, max: 20 }),
    }),
    fc.constantFrom<Step>({ do: 'interrupt' }, { do: 'wait' }),
  ),
  { minLength: 5, maxLength: 40 },
);

function build(part: Part, i: number): FrameProcessor {
  const name = `${part} ${i}`;
  switch (part) {
    case 'sync':
      return defineProcessor(name, { down: { 'llm-text': (frame) => [frame, { ...frame }] } });
    case 'promise':
      return defineProcessor(name, { down: { transcription: async (frame) => ({ ...frame }), metrics: async (frame) => frame } });
    case 'iterable':
      return defineProcessor(name, {
        down: {
          async *'llm-text'(frame) {
            yield frame;
            yield { ...frame };
          },
        },
      });
    case 'slow':
      return defineProcessor(name, {
        down: {
          'llm-text': async (frame, { session, signal }) => {
            await session.clock.sleep(2, signal);
            return frame;
          },
          'input-audio': async (frame, { session }) => {
            await session.clock.sleep(1);
            return frame;
          },
        },
      });
    case 'operator':
      return fromOperator(
        name,
        map((frame) => ({ ...frame })),
      );
    case 'answers':
      return defineProcessor(name, {
        down: {
          'input-audio': (frame, context) => {
            context.broadcast(makeFrame(context.session, 'metrics'));
            context.pushUp(makeFrame(context.session, 'transcription'));
            return frame;
          },
        },
      });
    case 'gate':
      return gate(name, {
        holds: ['llm-text'],
        watches: ['metrics', 'input-dtmf'],
        closesOn: ({ kind }) => kind === 'metrics',
        opensOn: ({ kind }) => kind === 'input-dtmf',
      });
    case 'parallel':
      return parallel(...simple.map((inner) => build(inner, i)));
    case 'chain':
      return chain(name, ...simple.map((inner) => build(inner, i)));
    case 'producer': {
      const words = produce(name, ['transcription']);
      return parallel(words.producer, chain(`${name} again`, words.consumer(), identity()));
    }
  }
}

test('K9: whatever has passed, a session that is idle holds none of the frames that went through it, and nobody has anything to do', async () => {
  await fc.assert(
    fc.asyncProperty(parts, steps, async (row, script) => {
      const clock = new VirtualClock();
      const passed: WeakRef<Frame>[] = [];
      const watch: FrameProcessor = {
        name: 'watch',
        connect(input) {
          input.down$.subscribe((frame) => passed.push(new WeakRef(frame)));
          input.up$.subscribe((frame) => passed.push(new WeakRef(frame)));
          return input;
        },
      };
      const session = createSession(chain('root', watch, ...row.map(build), { ...watch }, defineProcessor('end', {})), { clock });
      await session.start();
      for (const step of script) {
        if (step.do === 'send') for (let i = 0; i < step.count; i++) session.send(makeFrame(session, step.kind));
        else if (step.do === 'interrupt') session.interrupt();
        else await clock.advance(3);
      }
      // Some gate is behind some handler that takes its time.
      for (let i = 0; i < row.length; i++) {
        await clock.advance(100_000);
        session.send(session.frame('input-dtmf', { digit: '1' }));
      }
      await clock.advance(100_000);
      expect(clock.pendingTimers).toBe(0);
      if (typeof collect === 'function') collect();
      const alive = passed.filter((reference) => reference.deref() !== undefined).length;
      // The last one may still lie in a register or on the stack of a handler.
      expect(alive).toBeLessThanOrEqual(3);
      expect(session.state).toBe('running');
      const durationMs = clock.now();
      await clock.runUntil(session.end());
      expect(await session.done).toMatchObject({ reason: 'ended', durationMs, totalErrors: 0 });
    }),
    { numRuns: 60 },
  );
}, 120_000);
