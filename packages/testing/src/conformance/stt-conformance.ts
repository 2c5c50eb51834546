import type { Clock, SpeechToText, TranscriptResult, UtteranceAudio } from '@voxrill/core';
import { spokenText } from '../fakes/spoken-text.js';
import {
  type CaseScope,
  type ConformanceCase,
  type ConformanceOptions,
  collect,
  conformanceCase,
  must,
} from './conformance-case.js';
import { type FailingService, mustFailAs } from './failing-service.js';

/** An utterance and what must be found in its transcript. */
export interface SpokenUtterance {
  /** Mono, in the rate of the recogniser. */
  readonly samples: Int16Array;
  /** The first and the last word of it, at least. */
  readonly expected: RegExp;
}

/** Options of {@link sttConformance}. */
export interface STTConformanceOptions extends ConformanceOptions {
  /** Two different utterances. @defaultValue two that {@link fakeSTT} can hear */
  readonly utterances?: (sampleRate: number) => readonly [SpokenUtterance, SpokenUtterance];
  readonly failing?: readonly FailingService<SpeechToText>[];
}

/**
 * What every recogniser must do, as cases for any test runner.
 *
 * @example
 * ```ts
 * import { VirtualClock } from '@voxrill/core';
 *
 * for (const { title, run } of sttConformance(() => fakeSTT(), { clock: () => new VirtualClock() })) {
 *   await run().catch((error: unknown) => console.error(title, error));
 * }
 * ```
 */
export function sttConformance(
  make: () => SpeechToText | Promise<SpeechToText>,
  options: STTConformanceOptions = {},
): ConformanceCase[] {
  const { utterances = spokenUtterances, failing = [] } = options;
  const prepared = async (scope: CaseScope, from = make): Promise<SpeechToText> => {
    const stt = await from();
    await stt.prepare?.(scope.call());
    return stt;
  };
  const one = (title: string, body: (stt: SpeechToText, scope: CaseScope) => Promise<void>): ConformanceCase =>
    conformanceCase(title, options, async (scope) => body(await prepared(scope), scope));
  const first = (stt: SpeechToText): SpokenUtterance => utterances(stt.sampleRate)[0];
  const hear = (stt: SpeechToText, scope: CaseScope, samples: Int16Array, paced?: Clock) =>
    collect(stt.transcribe(audioOf(samples, stt.sampleRate, paced), scope.call()));

  return [
    one('the last result of an utterance is final, and no other is', async (stt, scope) => {
      const results = await hear(stt, scope, first(stt).samples, scope.clock);
      must(results.length > 0, 'There was no result.');
      must(results.at(-1)?.final === true, 'The last result was not final.');
      must(results.filter(({ final }) => final).length === 1, 'There was more than one final result.');
    }),
    one('the final text covers the whole utterance', async (stt, scope) => {
      const { samples, expected } = first(stt);
      const text = finalText(await hear(stt, scope, samples));
      must(expected.test(text), `“${text}” does not match ${expected}.`);
    }),
    one('interim results never take back a beginning that two of them agreed upon', async (stt, scope) => {
      const results = await hear(stt, scope, first(stt).samples, scope.clock);
      const interims = results.filter(({ final }) => !final).map(({ text }) => words(text));
      let confirmed: readonly string[] = [];
      interims.forEach((interim, i) => {
        const kept = common(confirmed, interim);
        must(
          kept.length === confirmed.length,
          `“${confirmed.join(' ')}” was confirmed, and then taken back by “${interim.join(' ')}”.`,
        );
        const before = interims[i - 1];
        if (before !== undefined) confirmed = common(before, interim);
      });
    }),
    one('an utterance without audio has an empty final text', async (stt, scope) => {
      const results = await hear(stt, scope, new Int16Array(0));
      must(finalText(results) === '', `It heard “${finalText(results)}” in nothing.`);
    }),
    one('ten milliseconds of silence end with a final result without words', async (stt, scope) => {
      const results = await hear(stt, scope, new Int16Array(Math.round(stt.sampleRate / 100)));
      must(results.at(-1)?.final === true, 'The last result was not final.');
      must(finalText(results).trim() === '', `It heard “${finalText(results)}” in silence.`);
    }),
    one('the size of the chunks does not matter', async (stt, scope) => {
      const { samples, expected } = first(stt);
      for (const size of [samples.length, 161]) {
        const text = finalText(await collect(stt.transcribe(audioOf(samples, stt.sampleRate, undefined, size), scope.call())));
        must(expected.test(text), `In chunks of ${size} samples “${text}” does not match ${expected}.`);
      }
    }),
    one('the samples that it is given stay as they are', async (stt, scope) => {
      const given: Int16Array[] = [];
      const { samples } = first(stt);
      await collect(stt.transcribe(audioOf(samples, stt.sampleRate, undefined, 320, given), scope.call()));
      const same = given.every((chunk, i) => chunk.every((sample, j) => sample === samples[i * 320 + j]));
      must(same, 'It has written into the audio.');
    }),
    one('two utterances at once are not mixed', async (stt, scope) => {
      const pair = utterances(stt.sampleRate);
      const texts = await Promise.all(pair.map(({ samples }) => hear(stt, scope, samples).then(finalText)));
      pair.forEach(({ expected }, i) => {
        must(expected.test(texts[i] ?? ''), `“${texts[i]}” does not match ${expected}.`);
      });
    }),
    one('one object hears one utterance after the other', async (stt, scope) => {
      for (const { samples, expected } of [...utterances(stt.sampleRate), first(stt)]) {
        const text = finalText(await hear(stt, scope, samples));
        must(expected.test(text), `“${text}” does not match ${expected}.`);
      }
    }),
    one('an utterance that is aborted before it begins ends at once, without a result', async (stt, scope) => {
      const call = scope.call();
      call.abort();
      const results: TranscriptResult[] = [];
      const work = take(stt.transcribe(audioOf(first(stt).samples, stt.sampleRate), call), results);
      await scope.settles(work, scope.abortMs, 'It went on although it was aborted.');
      must(results.length === 0, 'It gave a result although it was aborted.');
    }),
    one('an abort ends an utterance whose audio has not ended', async (stt, scope) => {
      const call = scope.call();
      const { samples } = first(stt);
      const results: TranscriptResult[] = [];
      const audio = openAudio(samples.subarray(0, samples.length / 2), stt.sampleRate, call.signal);
      const work = take(stt.transcribe(audio, call), results);
      await scope.clock.sleep(200);
      const before = results.length;
      call.abort();
      await scope.settles(work, scope.abortMs, 'It went on although it was aborted.');
      must(results.length === before, 'It gave a result although it was aborted.');
    }),
    one('an utterance after an aborted one is heard', async (stt, scope) => {
      const call = scope.call();
      const { samples, expected } = first(stt);
      const aborted = take(stt.transcribe(openAudio(samples, stt.sampleRate, call.signal), call), []);
      call.abort();
      await scope.settles(aborted, scope.abortMs, 'It went on although it was aborted.');
      const text = finalText(await hear(stt, scope, samples));
      must(expected.test(text), `“${text}” does not match ${expected}.`);
    }),
    ...failing.map(({ make: makeFailing, category }) =>
      conformanceCase(`trouble of the kind ${category} is thrown as a ServiceError of that category`, options, async (scope) => {
        const work = async (): Promise<unknown> => {
          const stt = await prepared(scope, makeFailing);
          return hear(stt, scope, first(stt).samples);
        };
        await mustFailAs(category, work());
      }),
    ),
  ];
}

function spokenUtterances(sampleRate: number): readonly [SpokenUtterance, SpokenUtterance] {
  return [
    { samples: spokenText('I want four hundred strawberries', { sampleRate }), expected: /^i want .*strawberries\W*$/i },
    { samples: spokenText('What is the weather in Paris', { sampleRate }), expected: /^what is .*paris\W*$/i },
  ];
}

/** Samples as an utterance: at the pace of a clock, or as fast as they are taken. */
function audioOf(
  samples: Int16Array,
  sampleRate: number,
  paced?: Clock,
  size = Math.round(sampleRate / 50),
  given: Int16Array[] = [],
): UtteranceAudio {
  async function* chunks(): AsyncGenerator<Int16Array> {
    for (let begin = 0; begin < samples.length; begin += size) {
      if (paced !== undefined) await paced.sleep((size / sampleRate) * 1000);
      const chunk = samples.slice(begin, begin + size);
      given.push(chunk);
      yield chunk;
    }
  }
  return { sampleRate, chunks: chunks() };
}

/** An utterance that goes on in silence until the signal fires. */
function openAudio(samples: Int16Array, sampleRate: number, signal: AbortSignal): UtteranceAudio {
  async function* chunks(): AsyncGenerator<Int16Array> {
    yield samples.slice();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  return { sampleRate, chunks: chunks() };
}

async function take<T>(source: AsyncIterable<T>, into: T[]): Promise<void> {
  for await (const value of source) into.push(value);
}

function finalText(results: readonly TranscriptResult[]): string {
  return results.findLast(({ final }) => final)?.text ?? '';
}

function words(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}

function common(a: readonly string[], b: readonly string[]): readonly string[] {
  const end = a.findIndex((word, i) => word !== b[i]);
  return end === -1 ? a : a.slice(0, end);
}
