import type { ChatMessage, LanguageModel, LLMChunk, LLMRequest } from '@voxrill/core';
import {
  type CaseScope,
  type ConformanceCase,
  type ConformanceOptions,
  collect,
  conformanceCase,
  must,
} from './conformance-case.js';
import { type FailingService, mustFailAs } from './failing-service.js';

/** Options of {@link llmConformance}. */
export interface LLMConformanceOptions extends ConformanceOptions {
  /** Two requests with different answers. @defaultValue a greeting and a question, without tools */
  readonly requests?: readonly [LLMRequest, LLMRequest];
  /** A request that is answered with tool calls, if the model can. */
  readonly toolRequest?: LLMRequest;
  /** Whether the same request gets the same answer. @defaultValue true */
  readonly repeatable?: boolean;
  readonly failing?: readonly FailingService<LanguageModel>[];
}

const said = (content: string): readonly ChatMessage[] => [
  { role: 'system', content: 'You are brief.' },
  { role: 'user', content },
];

const defaultRequests: readonly [LLMRequest, LLMRequest] = [
  { messages: said('Hello, how are you?'), tools: [] },
  { messages: said('I want four hundred strawberries.'), tools: [] },
];

/**
 * What every language model must do, as cases for any test runner.
 *
 * @example
 * ```ts
 * import { VirtualClock } from '@voxrill/core';
 *
 * const cases = llmConformance(() => fakeLLM({ tokenMs: 20 }), { clock: () => new VirtualClock() });
 * ```
 */
export function llmConformance(
  make: () => LanguageModel | Promise<LanguageModel>,
  options: LLMConformanceOptions = {},
): ConformanceCase[] {
  const { requests = defaultRequests, toolRequest, repeatable = true, failing = [] } = options;
  const [request, other] = requests;
  const prepared = async (scope: CaseScope, from = make): Promise<LanguageModel> => {
    const llm = await from();
    await llm.prepare?.(scope.call());
    return llm;
  };
  const one = (title: string, body: (llm: LanguageModel, scope: CaseScope) => Promise<void>): ConformanceCase =>
    conformanceCase(title, options, async (scope) => body(await prepared(scope), scope));
  const ask = (llm: LanguageModel, scope: CaseScope, asked = request) => collect(llm.generate(asked, scope.call()));

  return [
    one('a request is answered with text, in pieces that are not empty', async (llm, scope) => {
      const chunks = await ask(llm, scope);
      must(textOf(chunks).trim() !== '', 'There was no text.');
      must(
        chunks.every((chunk) => chunk.type !== 'text' || chunk.text !== ''),
        'A piece of text was empty.',
      );
    }),
    one('usage is given once at most, behind all else, in whole numbers that fit together', async (llm, scope) => {
      const chunks = await ask(llm, scope);
      const at = chunks.findIndex(({ type }) => type === 'usage');
      if (at === -1) return;
      must(at === chunks.length - 1, 'Something came behind the usage.');
      const usage = chunks[at];
      if (usage?.type !== 'usage') return;
      const { promptTokens, completionTokens, cachedPromptTokens = 0, reasoningTokens = 0 } = usage.usage;
      const all = [promptTokens, completionTokens, cachedPromptTokens, reasoningTokens];
      must(
        all.every((tokens) => Number.isInteger(tokens) && tokens >= 0),
        `Tokens should be whole numbers, and are ${all.join(', ')}.`,
      );
      must(cachedPromptTokens <= promptTokens, 'More of the prompt was cached than there is.');
    }),
    one('the request stays as it is', async (llm, scope) => {
      const before = JSON.stringify(request);
      await ask(llm, scope);
      must(JSON.stringify(request) === before, 'It has changed the request.');
    }),
    one('several requests at once are not mixed', async (llm, scope) => {
      const asked = [request, other, request, other];
      const alone = [textOf(await ask(llm, scope, request)), textOf(await ask(llm, scope, other))];
      const together = await Promise.all(asked.map((each) => ask(llm, scope, each).then(textOf)));
      if (!repeatable) return;
      together.forEach((text, i) => {
        must(text === alone[i % 2], `Together it answered “${text}”, and alone “${alone[i % 2]}”.`);
      });
    }),
    one('a request that is aborted before it begins ends at once, without an answer', async (llm, scope) => {
      const call = scope.call();
      call.abort();
      const chunks: LLMChunk[] = [];
      const work = (async () => {
        for await (const chunk of llm.generate(request, call)) chunks.push(chunk);
      })();
      await scope.settles(work, scope.abortMs, 'It went on although it was aborted.');
      must(chunks.length === 0, 'It answered although it was aborted.');
    }),
    one('an abort in the middle ends the answer at once', async (llm, scope) => {
      const call = scope.call();
      const chunks = llm.generate(request, call)[Symbol.asyncIterator]();
      await chunks.next();
      call.abort();
      let late: IteratorResult<LLMChunk> | undefined;
      const work = chunks.next().then((step) => {
        late = step;
      });
      await scope.settles(work, scope.abortMs, 'It went on although it was aborted.');
      must(late === undefined || late.done === true, 'It answered although it was aborted.');
    }),
    one('an abort while the next piece is awaited ends the answer at once', async (llm, scope) => {
      const call = scope.call();
      const chunks = llm.generate(request, call)[Symbol.asyncIterator]();
      const work = chunks.next();
      call.abort();
      await scope.settles(work, scope.abortMs, 'It went on although it was aborted.');
    }),
    one('whoever stops reading in the middle is let go', async (llm, scope) => {
      const chunks = llm.generate(request, scope.call())[Symbol.asyncIterator]();
      await chunks.next();
      const work = chunks.return?.() ?? Promise.resolve();
      await scope.settles(work, scope.abortMs, 'It did not return.');
    }),
    one('a request after an aborted one is answered', async (llm, scope) => {
      const call = scope.call();
      const chunks = llm.generate(request, call)[Symbol.asyncIterator]();
      const aborted = chunks.next();
      call.abort();
      await scope.settles(aborted, scope.abortMs, 'It went on although it was aborted.');
      must(textOf(await ask(llm, scope)).trim() !== '', 'There was no text.');
    }),
    ...(toolRequest === undefined
      ? []
      : [
          one('tool calls are whole: an id of their own, a name that was offered, arguments in JSON', async (llm, scope) => {
            const calls = (await ask(llm, scope, toolRequest)).flatMap((chunk) =>
              chunk.type === 'tool-call' ? [chunk.call] : [],
            );
            must(calls.length > 0, 'No tool was called.');
            must(new Set(calls.map(({ id }) => id)).size === calls.length, 'Two calls have the same id.');
            for (const { id, name, arguments: text } of calls) {
              must(id !== '', 'A call has no id.');
              must(
                toolRequest.tools.some((tool) => tool.name === name),
                `“${name}” was not offered.`,
              );
              const parsed: unknown = JSON.parse(text);
              must(typeof parsed === 'object' && parsed !== null, 'The arguments are no object.');
            }
          }),
        ]),
    ...failing.map(({ make: makeFailing, category }) =>
      conformanceCase(`trouble of the kind ${category} is thrown as a ServiceError of that category`, options, (scope) =>
        mustFailAs(
          category,
          prepared(scope, makeFailing).then((llm) => ask(llm, scope)),
        ),
      ),
    ),
  ];
}

function textOf(chunks: readonly LLMChunk[]): string {
  return chunks.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('');
}
