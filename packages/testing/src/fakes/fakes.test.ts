import { type Clock, type LLMChunk, type ServiceCall, ServiceError, type TTSChunk, VirtualClock } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { fakeLLM } from './fake-llm.js';
import { fakeSTT } from './fake-stt.js';
import { fakeTTS } from './fake-tts.js';
import { spokenText, textIn } from './spoken-text.js';

const noTimers: Clock = {
  now: () => 0,
  setTimer: () => {
    throw new Error('A timer was set.');
  },
  sleep: () => {
    throw new Error('Somebody sleeps.');
  },
  external: (work) => work,
};

const callOn = (clock: Clock): ServiceCall => ({ clock, signal: new AbortController().signal });
const audioOf = (text: string) => ({
  sampleRate: 16_000,
  chunks: (async function* () {
    const samples = spokenText(text);
    for (let begin = 0; begin < samples.length; begin += 320) yield samples.slice(begin, begin + 320);
  })(),
});

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

/** What comes, and when. */
async function timed<T>(make: (call: ServiceCall) => AsyncIterable<T>): Promise<{ readonly at: number; readonly value: T }[]> {
  const clock = new VirtualClock();
  const values: { readonly at: number; readonly value: T }[] = [];
  const work = (async () => {
    for await (const value of make(callOn(clock))) values.push({ at: clock.now(), value });
  })();
  await clock.runUntil(work);
  await work;
  return values;
}

const request = (content: string) => ({ messages: [{ role: 'user', content } as const], tools: [] });
const textOf = (chunks: readonly LLMChunk[]) => chunks.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('');

describe('fakes without latency', () => {
  it('set no timer', async () => {
    const call = callOn(noTimers);
    expect((await collect(fakeSTT().transcribe(audioOf('Hello there'), call))).at(-1)).toEqual({
      text: 'Hello there',
      final: true,
    });
    expect(textOf(await collect(fakeLLM().generate(request('Hello'), call)))).toBe('You said: Hello.');
    expect((await collect(fakeTTS().synthesize('Hello', call))).length).toBeGreaterThan(1);
  });
});

describe('fakeSTT', () => {
  it('gives whole words while they are spoken, then the final text', async () => {
    const results = await collect(fakeSTT().transcribe(audioOf('I want red strawberries'), callOn(noTimers)));
    expect(results).toEqual([
      { text: 'I', final: false },
      { text: 'I want', final: false },
      { text: 'I want red', final: false },
      { text: 'I want red strawberries', final: true },
    ]);
  });

  it('keeps apart what is said in two goes', async () => {
    const chunks = (async function* () {
      yield spokenText('I want');
      yield new Int16Array(320);
      yield spokenText('strawberries');
    })();
    const results = await collect(fakeSTT().transcribe({ sampleRate: 16_000, chunks }, callOn(noTimers)));
    expect(results.at(-1)).toEqual({ text: 'I want strawberries', final: true });
  });

  it('hears what its script says, one utterance after the other, and says so when the script is over', async () => {
    const stt = fakeSTT({ hears: ['one', { text: 'two', language: 'en', finalMs: 700, interims: ['t'] }] });
    expect(await timed((call) => stt.transcribe(audioOf('x'), call))).toEqual([{ at: 0, value: { text: 'one', final: true } }]);
    expect(await timed((call) => stt.transcribe(audioOf('x'), call))).toEqual([
      { at: 0, value: { text: 't', final: false } },
      { at: 700, value: { text: 'two', final: true, language: 'en' } },
    ]);
    await expect(collect(stt.transcribe(audioOf('x'), callOn(noTimers)))).rejects.toThrow('has 2 utterances');
    expect(stt.calls.map(({ outcome }) => outcome)).toEqual(['finished', 'finished', 'failed']);
  });
});

describe('fakeLLM', () => {
  it('gives its first word and each further one in their time', async () => {
    const llm = fakeLLM({ firstMs: 300, tokenMs: 20, replies: 'One two three.' });
    expect((await timed((call) => llm.generate(request('x'), call))).map(({ at }) => at)).toEqual([300, 320, 340]);
  });

  it('answers by script: text, tool calls, stalls, usage, errors', async () => {
    const llm = fakeLLM({
      replies: [
        ['Let me see. ', { stallMs: 2000 }, { toolCall: { name: 'look', arguments: { at: 'sky' } } }],
        [{ toolCall: { name: 'look', arguments: '{"at": ', id: 'mine' } }, { usage: { promptTokens: 3, completionTokens: 1 } }],
        ['Well, ', { error: 'rate-limit' }],
      ],
    });
    expect((await timed((call) => llm.generate(request('x'), call))).at(-1)).toEqual({
      at: 2000,
      value: { type: 'tool-call', call: { id: 'fake-llm-call-1-3', name: 'look', arguments: '{"at":"sky"}' } },
    });
    expect(await collect(llm.generate(request('x'), callOn(noTimers)))).toEqual([
      { type: 'tool-call', call: { id: 'mine', name: 'look', arguments: '{"at": ' } },
      { type: 'usage', usage: { promptTokens: 3, completionTokens: 1 } },
    ]);
    await expect(collect(llm.generate(request('x'), callOn(noTimers)))).rejects.toMatchObject({ category: 'rate-limit' });
    await expect(collect(llm.generate(request('x'), callOn(noTimers)))).rejects.toThrow('has 3 replies');
    expect(llm.calls.map(({ text }) => text)).toEqual(['Let me see. ', '', 'Well, ', '']);
  });

  it('can be given trouble that strikes once', async () => {
    const llm = fakeLLM();
    llm.faults.fails('connectivity');
    const failed = collect(llm.generate(request('x'), callOn(noTimers)));
    await expect(failed).rejects.toBeInstanceOf(ServiceError);
    expect(textOf(await collect(llm.generate(request('x'), callOn(noTimers))))).toBe('You said: x.');
    llm.faults.stallsFor(1500);
    expect((await timed((call) => llm.generate(request('x'), call)))[0]!.at).toBe(1500);
  });

  it('remembers the last thousand calls and no more', async () => {
    const llm = fakeLLM({ replies: 'x' });
    for (let i = 0; i < 1100; i++) await collect(llm.generate(request(String(i)), callOn(noTimers)));
    expect(llm.calls).toHaveLength(1000);
    expect(llm.calls.at(-1)!.request.messages[0]!.content).toBe('1099');
  });
});

describe('fakeTTS', () => {
  const audio = (values: readonly TTSChunk[]) => values.flatMap((value) => (value.type === 'audio' ? [value] : []));

  it('speaks so many milliseconds a character, and says which word lies where', async () => {
    const chunks = await collect(fakeTTS({ charMs: 50, chunkMs: 100 }).synthesize('Hi you', callOn(noTimers)));
    expect(chunks[0]).toEqual({
      type: 'words',
      words: [
        { text: 'Hi', startMs: 0, endMs: 100 },
        { text: 'you', startMs: 150, endMs: 300 },
      ],
    });
    expect(audio(chunks).map(({ samples }) => samples.length)).toEqual([1600, 1600, 1600]);
    expect(
      audio(chunks)
        .map(({ samples }) => textIn(samples))
        .join(''),
    ).toBe('Hi you');
  });

  it('gives its first chunk and each further one in their time', async () => {
    const tts = fakeTTS({ charMs: 50, chunkMs: 100, firstMs: 150, nextMs: 30, words: false });
    expect((await timed((call) => tts.synthesize('Hi you', call))).map(({ at }) => at)).toEqual([150, 180, 210]);
  });

  it('breaks off, stalls or is silent where its script says', async () => {
    const tts = fakeTTS({
      speaks: (_text, index) =>
        [{ errorAtMs: 100, error: 'quota' as const }, { stallAtMs: 100, stallMs: 900 }, { silent: true }, undefined][index],
    });
    await expect(collect(tts.synthesize('Hello', callOn(noTimers)))).rejects.toMatchObject({ category: 'quota', usable: false });
    expect(tts.calls[0]).toMatchObject({ audioMs: 100, outcome: 'failed' });
    expect((await timed((call) => tts.synthesize('Hello', call))).map(({ at }) => at)).toEqual([0, 0, 900, 900]);
    expect(await collect(tts.synthesize('Hello', callOn(noTimers)))).toEqual([]);
    expect(audio(await collect(tts.synthesize('Hello', callOn(noTimers))))).toHaveLength(3);
  });
});
