import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createSession, defineProcessor, pipeline, realClock, VirtualClock } from '@voxrill/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyTurnModel } from '../test-support/onnx-writer.js';
import { onnxTurnModel } from './onnx-turn-model.js';
import { startWorker } from './start-worker.js';
import { turnModel } from './turn-model.js';
import { TurnThread } from './turn-thread.js';

let folder: string;
const file = async (name: string, bytes: Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turn-model-'));
  path = await file('tiny.onnx', tinyTurnModel());
});
afterAll(() => rm(folder, { recursive: true }));

/** A second and a half of a buzz, or one second of it and then silence. */
function buzz(ending: 'loud' | 'silent'): Int16Array {
  const to = ending === 'loud' ? 24_000 : 16_000;
  return Int16Array.from({ length: 24_000 }, (_, i) => (i < to ? 16_000 * (((i * 0.0073) % 1) - 0.5) : 0));
}

const call = () => ({ clock: realClock(), signal: new AbortController().signal });

describe('onnxTurnModel', () => {
  it('runs a file with the signature of Smart Turn v3 in the real runtime: an end in silence is likelier than one in sound', async () => {
    const engine = onnxTurnModel({ path });
    await engine.prepare?.(call());
    const [loud, silent] = await Promise.all([engine.predict(buzz('loud'), call()), engine.predict(buzz('silent'), call())]);
    expect(silent.probability).toBeGreaterThan(0.9);
    expect(loud.probability).toBeLessThan(0.5);
    const floats = Float32Array.from(buzz('loud'), (value) => value / 32_768);
    expect((await engine.predict(floats, call())).probability).toBeCloseTo(loud.probability, 4);
    await engine.close();
    // Begun anew by whoever asks next.
    expect((await engine.predict(buzz('silent'), call())).probability).toBe(silent.probability);
    await engine.close();
  });

  it('gives verdicts in a session, on the virtual clock', async () => {
    const engine = onnxTurnModel({ path, limitMs: 20_000 });
    const clock = new VirtualClock();
    const head = defineProcessor(
      'head',
      {},
      { fit: { emits: ['input-audio', 'vad-user-started-speaking', 'vad-user-stopped-speaking'] } as const },
    );
    const session = createSession(pipeline(head, turnModel(engine)), { clock, startMs: 60_000 });
    const verdicts: boolean[] = [];
    session.frames$.subscribe(({ frame, to }) => {
      if (frame.kind === 'turn-verdict' && to === 'head') verdicts.push(frame.complete);
    });
    await Promise.all([session.start(), clock.runUntil(() => session.state === 'running')]);
    const beganMs = clock.now();
    for (const ending of ['loud', 'silent'] as const) {
      const samples = buzz(ending);
      const before = verdicts.length;
      session.send(session.frame('vad-user-started-speaking', { speechAtMs: clock.now() - beganMs }));
      await clock.advance(1_500);
      session.send(session.frame('input-audio', { samples, sampleRate: 16_000, channels: 1 }));
      session.send(session.frame('vad-user-stopped-speaking', { speechAtMs: clock.now() - beganMs }));
      await clock.runUntil(() => verdicts.length > before);
    }
    expect(verdicts).toEqual([false, true]);
    session.cancel();
    await session.done;
    await engine.close();
  });

  it.each([
    [
      'is missing',
      async () => join(folder, 'none.onnx'),
      /^The turn model .*none\.onnx cannot be read \(ENOENT.*\); give the path of an ONNX file\.$/,
    ],
    [
      'is no ONNX file',
      () => file('text.onnx', Buffer.from('hello')),
      /^The turn model .*text\.onnx is not an ONNX file that can be run \(.*\)\.$/,
    ],
    [
      'takes something else',
      () => file('other.onnx', tinyTurnModel({ input: 'x' })),
      /^The model .*other\.onnx takes x float32 \[1, 80, 800\], not input_features float32 \[1, 80, 800\], so it is no turn model/,
    ],
    [
      'takes another shape',
      () => file('long.onnx', tinyTurnModel({ shape: [1, 80, 3000] })),
      /takes input_features float32 \[1, 80, 3000\], not/,
    ],
  ])('tells in one sentence at the start of a session when the file %s', async (_what, make, message) => {
    const engine = onnxTurnModel({ path: await make() });
    const head = defineProcessor(
      'head',
      {},
      { fit: { emits: ['input-audio', 'vad-user-started-speaking', 'vad-user-stopped-speaking'] } as const },
    );
    const session = createSession(pipeline(head, turnModel(engine)));
    const error = await session.start().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('\n');
  });

  it('refuses an answer that is no probability', async () => {
    const engine = onnxTurnModel({ path: await file('raw.onnx', tinyTurnModel({ raw: true })) });
    await expect(engine.predict(buzz('silent'), call())).rejects.toThrow(/answered .* and not with one probability from 0 to 1/);
    await engine.close();
  });

  it('rejects at once when nobody wants the answer any more, computes none for it, and refuses more than it can do', async () => {
    const thread = new TurnThread(path);
    await thread.start();
    const wanted = thread.ask(buzz('silent'), new AbortController().signal);
    const unwanted = new AbortController();
    const withdrawn = thread.ask(buzz('silent'), unwanted.signal);
    unwanted.abort(new Error('went on'));
    await expect(withdrawn).rejects.toThrow('went on');
    await expect(thread.ask(buzz('loud'), unwanted.signal)).rejects.toThrow('went on');
    expect(await wanted).toBeGreaterThan(0.9);
    const many = Array.from({ length: 34 }, () => thread.ask(new Int16Array(10), new AbortController().signal));
    const outcomes = Promise.allSettled(many);
    await thread.close();
    const refused = (await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason.category);
    expect(refused.filter((category) => category === 'overload')).toHaveLength(1);
    expect(refused.filter((category) => category === 'application')).toHaveLength(33);
  });

  it('begins its thread anew after a crash, and tells whoever waited', async () => {
    let begun = 0;
    const crashing =
      "const { parentPort } = require('node:worker_threads'); parentPort.postMessage({ type: 'ready' }); parentPort.on('message', () => process.exit(3));";
    const thread = new TurnThread(path, (model) =>
      ++begun === 1 ? new Worker(crashing, { eval: true }) : startWorker('turn-worker', model),
    );
    const { signal } = new AbortController();
    await expect(thread.ask(buzz('silent'), signal)).rejects.toThrow(/The thread of the turn model ended \(status 3\)/);
    expect(await thread.ask(buzz('silent'), signal)).toBeGreaterThan(0.9);
    expect(begun).toBe(2);
    await thread.close();
  });

  it('refuses options that make no sense', () => {
    expect(() => onnxTurnModel({ path: '' })).toThrow('onnxTurnModel: path must be the path of an ONNX file.');
    expect(() => onnxTurnModel({ path, threshold: 1 })).toThrow(/threshold must be a number from 0.01/);
    expect(() => onnxTurnModel({ path, limitMs: 1 })).toThrow(/limitMs must be a number from 10/);
  });
});
