import { type TranscriptResult, VirtualClock } from '@voxrill/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SpeechWindow } from './speech-window.js';
import { type Decode, UtteranceRecognition } from './utterance-recognition.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const tick = (): Promise<void> => new VirtualClock().advance(0);

/** Half-second chunks of a tone, or of silence. */
async function* sound(seconds: number, amplitude: number, pulled = (_count: number): void => undefined) {
  for (let count = 1; count <= seconds * 2; count++) {
    pulled(count);
    await Promise.resolve();
    yield Int16Array.from({ length: 8000 }, (_, index) => Math.round(amplitude * Math.sin(index * 0.3)));
  }
}

function recognised(chunks: AsyncIterable<Int16Array>, decode: Decode, signal = new AbortController().signal) {
  const recognition = new UtteranceRecognition({ decode, interimMs: 450, busy: () => false });
  return recognition.results({ sampleRate: 16_000, chunks }, signal);
}

async function all(results: AsyncIterable<TranscriptResult>): Promise<TranscriptResult[]> {
  const list: TranscriptResult[] = [];
  for await (const result of results) list.push(result);
  return list;
}

/** The most samples that a window has held. */
function fullest() {
  let most = 0;
  const { push } = SpeechWindow.prototype;
  vi.spyOn(SpeechWindow.prototype, 'push').mockImplementation(function (this: SpeechWindow, chunk) {
    push.call(this, chunk);
    most = Math.max(most, this.length);
  });
  return () => most / 16_000;
}

describe('an utterance without end', () => {
  it.each([
    ['speech without a pause', 8000, 33],
    ['silence', 0, 6],
  ])('takes bounded memory: ten minutes of %s', async (_what, amplitude, mostSeconds) => {
    const seconds = fullest();
    const results = await all(recognised(sound(600, amplitude), async () => 'words'));
    expect(results.at(-1)).toMatchObject({ final: true });
    expect(seconds()).toBeLessThan(mostSeconds);
  });

  it('takes bounded memory while the recogniser does not answer: the audio waits with its sender', async () => {
    const seconds = fullest();
    const stop = new AbortController();
    let pulled = 0;
    const endless = sound(600, 8000, (count) => {
      pulled = count;
    });
    const results = all(recognised(endless, () => new Promise(() => undefined), stop.signal));
    for (let turn = 0; turn < 500; turn++) await tick();
    expect(pulled).toBe(120);
    expect(seconds()).toBe(60);
    stop.abort();
    expect(await results).toEqual([]);
  });

  it('watches its signal once, however long it is, and leaves it alone afterwards', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    const race = vi.spyOn(Promise, 'race');
    await all(recognised(sound(60, 8000), async () => 'words', signal));
    expect([add.mock.calls.length, remove.mock.calls.length, race.mock.calls.length]).toEqual([1, 1, 0]);
  });
});

describe('an utterance that is given up', () => {
  it('ends without a result, also while its last decode is under way', async () => {
    const stop = new AbortController();
    const results = all(recognised(sound(2, 8000), () => new Promise(() => undefined), stop.signal));
    for (let turn = 0; turn < 20; turn++) await tick();
    stop.abort();
    expect(await results).toEqual([]);
  });

  it('fails with what the recogniser or the audio fails with', async () => {
    const failing: Decode = () => Promise.reject(new Error('no memory'));
    await expect(all(recognised(sound(2, 8000), failing))).rejects.toThrow('no memory');
    const broken = (async function* () {
      yield* sound(0.5, 8000);
      throw new Error('no audio');
    })();
    await expect(all(recognised(broken, async () => 'words'))).rejects.toThrow('no audio');
  });
});
