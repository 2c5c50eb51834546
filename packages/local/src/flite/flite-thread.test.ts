import { Worker } from 'node:worker_threads';
import { type ServiceCall, VirtualClock } from '@voxrill/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { FliteReply } from './flite-protocol.js';
import { FliteThread } from './flite-thread.js';

/** Answers at once, but for "hang": there it never comes back. */
const stub = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ id, words }) => {
    if (words[0] === 'hang') for (;;);
    parentPort.postMessage({ id, type: 'audio', samples: new Int16Array(16), sampleRate: 16000 });
    parentPort.postMessage({ id, type: 'words', spans: [] });
  });`;

let threads = 0;
const begin = () => {
  threads++;
  return new Worker(stub, { eval: true });
};
const opened: FliteThread[] = [];
afterEach(async () => {
  threads = 0;
  await Promise.all(opened.splice(0).map((thread) => thread.close()));
});

function made() {
  const thread = new FliteThread(begin);
  opened.push(thread);
  return thread;
}

async function say(thread: FliteThread, word: string, call: ServiceCall): Promise<FliteReply['type'][]> {
  const types: FliteReply['type'][] = [];
  for await (const { type } of thread.ask({ words: [word], voice: 'rms', rate: 1 }, call)) types.push(type);
  return types;
}

const call = (clock: VirtualClock, signal = new AbortController().signal): ServiceCall => ({ clock, signal });

describe('the thread of Flite', () => {
  it('is begun anew when it hangs with a text that was given up, and says what others have waited for', async () => {
    const thread = made();
    const clock = new VirtualClock();
    const stop = new AbortController();
    const hung = say(thread, 'hang', call(clock, stop.signal));
    const waiting = [say(thread, 'one', call(clock)), say(thread, 'two', call(clock))];
    await clock.advance(60_000);
    expect(threads).toBe(1);
    stop.abort();
    expect(await hung).toEqual([]);
    await clock.advance(1_999);
    expect(threads).toBe(1);
    await clock.advance(1);
    expect(threads).toBe(2);
    expect(await Promise.all(waiting)).toEqual([
      ['audio', 'words'],
      ['audio', 'words'],
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is begun anew for whoever comes when it hangs already', async () => {
    const thread = made();
    const clock = new VirtualClock();
    const stop = new AbortController();
    const hung = say(thread, 'hang', call(clock, stop.signal));
    stop.abort();
    await hung;
    expect(clock.pendingTimers).toBe(0);
    const next = say(thread, 'one', call(clock));
    await clock.advance(2_000);
    expect(await next).toEqual(['audio', 'words']);
    expect(threads).toBe(2);
  });

  it('is left alone when it answers after all', async () => {
    const thread = made();
    const clock = new VirtualClock();
    const stop = new AbortController();
    const given = say(thread, 'one', call(clock, stop.signal));
    stop.abort();
    expect(await given).toEqual([]);
    expect(await say(thread, 'two', call(clock))).toEqual(['audio', 'words']);
    expect(clock.pendingTimers).toBe(0);
    expect(threads).toBe(1);
  });
});
