import type { TextToSpeech, TTSChunk } from '@voxrill/core';
import {
  type CaseScope,
  type ConformanceCase,
  type ConformanceOptions,
  collect,
  conformanceCase,
  must,
} from './conformance-case.js';
import { type FailingService, mustFailAs } from './failing-service.js';

/** Options of {@link ttsConformance}. */
export interface TTSConformanceOptions extends ConformanceOptions {
  /** Two sentences of different length. @defaultValue two English ones */
  readonly texts?: readonly [string, string];
  /** How much the length of the same text may differ, as a share. @defaultValue 0.01 */
  readonly tolerance?: number;
  readonly failing?: readonly FailingService<TextToSpeech>[];
}

const defaultTexts = [
  'Four hundred strawberries are on their way to you.',
  'Thank you.',
] as const satisfies TTSConformanceOptions['texts'];

/** Word times and audio are rounded apart. */
const roundingMs = 1;

/**
 * What every voice must do, as cases for any test runner.
 *
 * @example
 * ```ts
 * import { VirtualClock } from '@voxrill/core';
 *
 * const cases = ttsConformance(() => fakeTTS({ firstMs: 100 }), { clock: () => new VirtualClock() });
 * ```
 */
export function ttsConformance(
  make: () => TextToSpeech | Promise<TextToSpeech>,
  options: TTSConformanceOptions = {},
): ConformanceCase[] {
  const { texts = defaultTexts, tolerance = 0.01, failing = [] } = options;
  const [text, other] = texts;
  const prepared = async (scope: CaseScope, from = make): Promise<TextToSpeech> => {
    const tts = await from();
    await tts.prepare?.(scope.call());
    return tts;
  };
  const one = (title: string, body: (tts: TextToSpeech, scope: CaseScope) => Promise<void>): ConformanceCase =>
    conformanceCase(title, options, async (scope) => body(await prepared(scope), scope));
  const speak = (tts: TextToSpeech, scope: CaseScope, said = text) => collect(tts.synthesize(said, scope.call()));

  return [
    one('a text becomes audio that can be heard', async (tts, scope) => {
      const audio = audioOf(await speak(tts, scope));
      must(durationMs(audio) > 0, 'There was no audio.');
      must(
        audio.some(({ samples }) => samples.some((sample) => sample !== 0)),
        'The audio is silent.',
      );
    }),
    one('all audio of an utterance has one sample rate', async (tts, scope) => {
      const rates = new Set(audioOf(await speak(tts, scope)).map(({ sampleRate }) => sampleRate));
      must(rates.size === 1, `There were ${rates.size} rates.`);
      for (const rate of rates) must(Number.isInteger(rate) && rate >= 8000, `${rate} is no sample rate.`);
    }),
    one('each chunk of audio owns its bytes', async (tts, scope) => {
      const buffers = new Set<ArrayBufferLike>();
      for (const { samples } of audioOf(await speak(tts, scope))) {
        must(samples.buffer.byteLength === samples.byteLength, 'A chunk is a view on a larger buffer.');
        must(!buffers.has(samples.buffer), 'Two chunks share a buffer.');
        buffers.add(samples.buffer);
      }
    }),
    one('chunks of audio are not empty', async (tts, scope) => {
      must(
        audioOf(await speak(tts, scope)).every(({ samples }) => samples.length > 0),
        'A chunk was empty.',
      );
    }),
    one('word times go forward and lie inside the audio', async (tts, scope) => {
      const chunks = await speak(tts, scope);
      const totalMs = durationMs(audioOf(chunks));
      let lastMs = 0;
      for (const word of chunks.flatMap((chunk) => (chunk.type === 'words' ? chunk.words : []))) {
        must(word.startMs >= lastMs - roundingMs, `“${word.text}” begins before the word before it.`);
        must(word.endMs >= word.startMs, `“${word.text}” ends before it begins.`);
        must(word.endMs <= totalMs + roundingMs, `“${word.text}” ends at ${word.endMs} ms, and the audio at ${totalMs} ms.`);
        lastMs = word.startMs;
      }
    }),
    ...['', '   ', '…', '?!'].map((nothing) =>
      one(`“${nothing}” ends without an error, and without words`, async (tts, scope) => {
        const chunks = await speak(tts, scope, nothing);
        const words = chunks.flatMap((chunk) => (chunk.type === 'words' ? chunk.words : []));
        must(nothing.trim() !== '' || words.length === 0, 'It has spoken words.');
        must(nothing.trim() !== '' || durationMs(audioOf(chunks)) < 1000, 'It took a second to say nothing.');
      }),
    ),
    one('several texts at once are not mixed', async (tts, scope) => {
      const alone = [durationMs(audioOf(await speak(tts, scope, text))), durationMs(audioOf(await speak(tts, scope, other)))];
      const together = await Promise.all([text, other, text, other].map((said) => speak(tts, scope, said).then(audioOf)));
      together.forEach((audio, i) => {
        const [is, was] = [durationMs(audio), alone[i % 2] ?? 0];
        must(Math.abs(is - was) <= was * tolerance + roundingMs, `Together a text lasted ${is} ms, and alone ${was} ms.`);
      });
    }),
    one('a text that is aborted before it begins ends at once, without audio', async (tts, scope) => {
      const call = scope.call();
      call.abort();
      const chunks: TTSChunk[] = [];
      const work = (async () => {
        for await (const chunk of tts.synthesize(text, call)) chunks.push(chunk);
      })();
      await scope.settles(work, scope.abortMs, 'It went on although it was aborted.');
      must(audioOf(chunks).length === 0, 'It spoke although it was aborted.');
    }),
    one('an abort in the middle ends the speech at once', async (tts, scope) => {
      const call = scope.call();
      const chunks = tts.synthesize(text, call)[Symbol.asyncIterator]();
      for (let step = await chunks.next(); step.done !== true && step.value.type !== 'audio'; step = await chunks.next());
      call.abort();
      let late: IteratorResult<TTSChunk> | undefined;
      const work = chunks.next().then((step) => {
        late = step;
      });
      await scope.settles(work, scope.abortMs, 'It went on although it was aborted.');
      must(late === undefined || late.done === true, 'It spoke although it was aborted.');
    }),
    one('an abort while the first audio is awaited ends the speech at once', async (tts, scope) => {
      const call = scope.call();
      const work = tts.synthesize(text, call)[Symbol.asyncIterator]().next();
      call.abort();
      await scope.settles(work, scope.abortMs, 'It went on although it was aborted.');
    }),
    one('whoever stops listening in the middle is let go', async (tts, scope) => {
      const chunks = tts.synthesize(text, scope.call())[Symbol.asyncIterator]();
      await chunks.next();
      const work = chunks.return?.() ?? Promise.resolve();
      await scope.settles(work, scope.abortMs, 'It did not return.');
    }),
    one('a text after an aborted one is spoken whole', async (tts, scope) => {
      const wasMs = durationMs(audioOf(await speak(tts, scope)));
      const call = scope.call();
      const aborted = tts.synthesize(text, call)[Symbol.asyncIterator]().next();
      call.abort();
      await scope.settles(aborted, scope.abortMs, 'It went on although it was aborted.');
      const isMs = durationMs(audioOf(await speak(tts, scope)));
      must(Math.abs(isMs - wasMs) <= wasMs * tolerance + roundingMs, `It lasted ${wasMs} ms, and then ${isMs} ms.`);
    }),
    ...failing.map(({ make: makeFailing, category }) =>
      conformanceCase(`trouble of the kind ${category} is thrown as a ServiceError of that category`, options, (scope) =>
        mustFailAs(
          category,
          prepared(scope, makeFailing).then((tts) => speak(tts, scope)),
        ),
      ),
    ),
  ];
}

type AudioChunk = Extract<TTSChunk, { readonly type: 'audio' }>;

function audioOf(chunks: readonly TTSChunk[]): readonly AudioChunk[] {
  return chunks.filter((chunk) => chunk.type === 'audio');
}

function durationMs(audio: readonly AudioChunk[]): number {
  return audio.reduce((sum, { samples, sampleRate }) => sum + (samples.length / sampleRate) * 1000, 0);
}
