import {
  type AudioFormat,
  type AudioSink,
  type LanguageModel,
  type PacingHost,
  pacedSink,
  type ServiceCall,
  ServiceError,
  type SpeechToText,
  type TextToSpeech,
  VirtualClock,
} from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { fakeLLM } from '../fakes/fake-llm.js';
import { fakeSTT } from '../fakes/fake-stt.js';
import { fakeTTS } from '../fakes/fake-tts.js';
import { spokenText, textIn } from '../fakes/spoken-text.js';
import type { ConformanceCase } from './conformance-case.js';
import { llmConformance } from './llm-conformance.js';
import { sinkConformance } from './sink-conformance.js';
import { sttConformance } from './stt-conformance.js';
import { ttsConformance } from './tts-conformance.js';
import { vadConformance } from './vad-conformance.js';

const clock = () => new VirtualClock();

/** The titles of the cases that fail. */
async function broken(cases: readonly ConformanceCase[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { title, run } of cases) await run().catch(() => failed.push(title));
  return failed;
}

const deaf = (call: ServiceCall): ServiceCall => ({ ...call, signal: new AbortController().signal });

describe('the kit for recognisers finds one that', () => {
  const stt = (transcribe: SpeechToText['transcribe']): SpeechToText => ({ name: 'broken', sampleRate: 16_000, transcribe });
  const good = fakeSTT();
  const failing = (transcribe: SpeechToText['transcribe']) => broken(sttConformance(() => stt(transcribe), { clock }));

  it('does not obey an abort', async () => {
    const titles = await failing((audio, call) => fakeSTT({ finalMs: 60_000 }).transcribe(audio, deaf(call)));
    expect(titles).toContain('an utterance that is aborted before it begins ends at once, without a result');
  });

  it('gives no final result', async () => {
    const titles = await failing((audio, call) => fakeSTT({ hears: () => ({ missing: true }) }).transcribe(audio, call));
    expect(titles).toContain('the last result of an utterance is final, and no other is');
  });

  it('gives the last words only', async () => {
    const titles = await failing(async function* (audio, call) {
      for await (const { text, final } of good.transcribe(audio, call)) yield { text: text.split(' ').slice(-1).join(''), final };
    });
    expect(titles).toContain('the final text covers the whole utterance');
  });

  it('takes back what was confirmed', async () => {
    const titles = await failing(async function* (audio, call) {
      let count = 0;
      for await (const result of good.transcribe(audio, call)) {
        count++;
        yield count === 4 ? { ...result, text: 'something else' } : result;
      }
    });
    expect(titles).toEqual(['interim results never take back a beginning that two of them agreed upon']);
  });

  it('mixes utterances', async () => {
    let shared = '';
    const titles = await failing(async function* (audio) {
      for await (const chunk of audio.chunks) shared += textIn(chunk);
      const text = shared;
      shared = '';
      yield { text, final: true };
    });
    expect(titles).toContain('two utterances at once are not mixed');
  });

  it('writes into the audio', async () => {
    const titles = await failing((audio, call) => {
      async function* chunks() {
        for await (const chunk of audio.chunks) {
          yield chunk.slice();
          chunk.fill(7);
        }
      }
      return good.transcribe({ ...audio, chunks: chunks() }, call);
    });
    expect(titles).toEqual(['the samples that it is given stay as they are']);
  });

  it('leaves a rejection unhandled', async () => {
    // Whoever runs the tests listens as well, and would take it for a failure of its own.
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    try {
      const titles = await failing((audio, call) => {
        void Promise.reject(new Error('nobody listens'));
        return good.transcribe(audio, call);
      });
      expect(titles).toContain('the final text covers the whole utterance');
    } finally {
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
  });

  it('throws errors without a category', async () => {
    const make = () =>
      stt(() => {
        throw new Error('broken');
      });
    const cases = sttConformance(() => good, { clock, failing: [{ make, category: 'server' }] });
    expect(await broken(cases)).toEqual(['trouble of the kind server is thrown as a ServiceError of that category']);
  });
});

describe('the kit for models finds one that', () => {
  const llm = (generate: LanguageModel['generate']): LanguageModel => ({ name: 'broken', generate });
  const good = fakeLLM({ tokenMs: 10 });
  const failing = (generate: LanguageModel['generate']) => broken(llmConformance(() => llm(generate), { clock }));

  it('does not obey an abort', async () => {
    const titles = await failing((request, call) => good.generate(request, deaf(call)));
    expect(titles).toContain('an abort in the middle ends the answer at once');
    expect(titles).toContain('a request that is aborted before it begins ends at once, without an answer');
  });

  it('says nothing', async () => {
    expect(await failing(async function* () {})).toContain('a request is answered with text, in pieces that are not empty');
  });

  it('gives usage that cannot be', async () => {
    const titles = await failing(async function* (request, call) {
      yield* good.generate(request, call);
      yield { type: 'usage', usage: { promptTokens: 1, completionTokens: 1, cachedPromptTokens: 2 } };
    });
    expect(titles).toEqual(['usage is given once at most, behind all else, in whole numbers that fit together']);
  });

  it('calls a tool that was not offered', async () => {
    const tool = { name: 'look', description: 'Looks.', parameters: {} };
    const make = () => fakeLLM({ replies: ({ tools }) => (tools.length > 0 ? { toolCall: { name: 'jump' } } : 'Hello.') });
    const cases = llmConformance(make, { clock, toolRequest: { messages: [], tools: [tool] } });
    expect(await broken(cases)).toHaveLength(1);
  });
});

describe('the kit for voices finds one that', () => {
  const tts = (synthesize: TextToSpeech['synthesize']): TextToSpeech => ({ name: 'broken', synthesize });
  const good = fakeTTS({ nextMs: 10 });
  const failing = (synthesize: TextToSpeech['synthesize']) => broken(ttsConformance(() => tts(synthesize), { clock }));

  it('does not obey an abort', async () => {
    const titles = await failing((text, call) => good.synthesize(text, deaf(call)));
    expect(titles).toContain('an abort in the middle ends the speech at once');
  });

  it('hands out views on one buffer', async () => {
    const titles = await failing(async function* (text) {
      const samples = spokenText(text);
      for (let i = 0; i < samples.length; i += 800)
        yield { type: 'audio', samples: samples.subarray(i, i + 800), sampleRate: 16_000 };
    });
    expect(titles).toContain('each chunk of audio owns its bytes');
  });

  it('changes its rate', async () => {
    let rate = 8000;
    const titles = await failing(async function* (text, call) {
      for await (const chunk of good.synthesize(text, call)) {
        rate++;
        yield chunk.type === 'audio' ? { ...chunk, sampleRate: rate } : chunk;
      }
    });
    expect(titles).toContain('all audio of an utterance has one sample rate');
  });

  it('puts words behind the end of the audio', async () => {
    const titles = await failing(async function* (text, call) {
      yield* good.synthesize(text, call);
      if (text.length > 20) yield { type: 'words', words: [{ text: 'late', startMs: 60_000, endMs: 61_000 }] };
    });
    expect(titles).toEqual(['word times go forward and lie inside the audio']);
  });

  it('fails on nothing', async () => {
    const titles = await failing((text, call) => {
      if (text.trim() === '') throw new ServiceError('invalid-request', 'There is no text.');
      return good.synthesize(text, call);
    });
    expect(titles).toHaveLength(2);
  });
});

describe('the kit for sinks finds one that', () => {
  const failing = (change: (sink: AudioSink, host: PacingHost) => Partial<AudioSink>) =>
    broken(
      sinkConformance(
        (format: AudioFormat, host) => {
          const sink = pacedSink({ play: () => undefined }, format, host);
          const good: AudioSink = {
            format,
            played$: sink.played$,
            write: (chunk) => sink.write(chunk),
            clear: () => sink.clear(),
            close: () => sink.close(),
          };
          return { sink: { ...good, ...change(sink, host) } };
        },
        { clock },
      ),
    );

  it('plays on after clear', async () => {
    expect(await failing(() => ({ clear: () => 0 }))).toContain('after clear nothing more is played');
  });

  it('claims more than was written', async () => {
    const titles = await failing((sink) => ({ clear: () => sink.clear() + 1_000_000 }));
    expect(titles).toContain('clear returns what was played, not more than was written');
  });

  it('plays on after close', async () => {
    const titles = await failing(() => ({ close: () => undefined }));
    expect(titles).toContain('after close nothing is played, and what is written is swallowed');
  });

  it('throws when it is closed twice', async () => {
    let closed = false;
    const titles = await failing((sink) => ({
      close: () => {
        if (closed) throw new Error('It is closed already.');
        closed = true;
        return sink.close();
      },
    }));
    expect(titles).toContain('it can be closed twice, and cleared when it is closed');
  });
});

describe('the kit for voice activity finds a detector that', () => {
  const speech = (sampleRate: number) => spokenText('I want four hundred strawberries', { sampleRate });
  /** Speech is what is not 0; over after 500 ms. */
  const detector = (changes: { readonly blind?: boolean; readonly forgets?: boolean; readonly perChunk?: boolean } = {}) => {
    let at = 0;
    let begun: number | undefined;
    let last = 0;
    const ms = (samples: number): number => samples / 16;
    const process = (samples: Int16Array) => {
      const decisions: { type: 'start' | 'stop'; atMs: number; speechAtMs: number }[] = [];
      samples.forEach((sample) => {
        at++;
        if (sample !== 0) {
          last = at;
          if (begun === undefined && changes.blind !== true) {
            begun = at;
            decisions.push({ type: 'start', atMs: ms(changes.perChunk === true ? at + samples.length : at), speechAtMs: ms(at) });
          }
        } else if (begun !== undefined && at - last >= 8000) {
          begun = undefined;
          decisions.push({ type: 'stop', atMs: ms(at), speechAtMs: ms(last) });
        }
      });
      return decisions;
    };
    const reset = (): void => {
      if (changes.forgets === true) return;
      at = 0;
      begun = undefined;
      last = 0;
    };
    const flush = () => {
      const decisions = begun === undefined ? [] : [{ type: 'stop', atMs: ms(at), speechAtMs: ms(last) } as const];
      begun = undefined;
      return decisions;
    };
    return { sampleRate: 16_000, process, flush, reset };
  };
  const failing = (make: () => ReturnType<typeof detector>) => broken(vadConformance(make, { clock, speech }));

  it('is good, and has nothing to say of it', async () => {
    expect(await failing(() => detector())).toEqual([]);
  });

  it('hears nothing', async () => {
    expect(await failing(() => detector({ blind: true }))).toEqual([
      'speech begins and ends where it does, within the time allowed',
    ]);
  });

  it('does not forget', async () => {
    expect(await failing(() => detector({ forgets: true }))).toContain('after reset it is as new');
  });

  it('depends on the size of the chunks', async () => {
    expect(await failing(() => detector({ perChunk: true }))).toContain('the size of the chunks does not matter');
  });

  it('is shared by two streams', async () => {
    const shared = detector();
    expect(await failing(() => shared)).toContain('two detectors do not disturb each other');
  });
});
