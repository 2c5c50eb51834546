import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame } from '../frames/frame.js';
import { pipeline } from '../pipeline/pipeline.js';
import { createSession } from '../session/session.js';
import { play } from '../test-support/play.js';
import { controlKind, plans } from '../test-support/stage-spec.js';
import { defineProcessor } from './define-processor.js';

const plain = plans({
  controlResults: ['same', 'copy'],
  asides: ['none', 'none', 'none', 'interrupt', 'push-back'],
  operators: ['copy'],
  steps: ['down', 'down', 'down', 'up', 'interrupt'],
});

test('K2: a control frame that is sent has passed the whole pipeline before send returns, whatever waits there', async () => {
  await fc.assert(
    fc.asyncProperty(plain, async (plan) => {
      let arrived = 0;
      await play(plan, ({ head, tail }, step) => {
        const sent = head.down.filter(({ frame }) => frame.kind === controlKind);
        const came = new Set(tail.down.map(({ frame }) => frame.id));
        if (step.do === 'down' && step.kind === controlKind) arrived += step.count;
        expect(sent.filter(({ frame }) => !came.has(frame.id))).toEqual([]);
        expect(sent.length).toBeGreaterThanOrEqual(arrived);
      });
    }),
    { numRuns: 2000 },
  );
});

test('K2: the interruption itself overtakes ten thousand frames that wait behind a handler that hangs', async () => {
  const clock = new VirtualClock();
  const arrived: Frame[] = [];
  const session = createSession(
    pipeline(
      defineProcessor('hangs', {
        down: {
          transcription: () => new Promise<undefined>(() => undefined),
          'input-audio': () => new Promise<undefined>(() => undefined),
        },
      }),
      defineProcessor('listens', (stage) => ({
        down: Object.fromEntries(
          ['interruption', 'metrics', 'llm-text', 'input-audio'].map((kind) => [
            kind,
            (frame: Frame) => {
              arrived.push(frame);
              stage.session.log.debug(frame.kind);
            },
          ]),
        ),
      })),
    ),
    { clock },
  );
  await session.start();
  session.send(session.frame('transcription', { text: 'a', utterance: 'u', startMs: 0, endMs: 1 }));
  for (let i = 0; i < 10_000; i++) {
    session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
    session.send(session.frame('input-audio', { samples: new Int16Array(0), sampleRate: 16_000, channels: 1 }));
  }
  expect(arrived).toEqual([]);
  session.interrupt();
  session.send(session.frame('metrics', { metrics: [] }));
  expect(arrived.map(({ kind }) => kind)).toEqual(['interruption', 'metrics']);
  session.cancel();
  await session.done;
});
