import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { map } from 'rxjs';
import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { identity, onlyKinds } from '../pipeline/filters.js';
import { parallel } from '../pipeline/parallel.js';
import { chain } from '../pipeline/pipeline.js';
import { produce } from '../pipeline/producer.js';
import { createSession } from '../session/session.js';
import { defineProcessor } from './define-processor.js';
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
