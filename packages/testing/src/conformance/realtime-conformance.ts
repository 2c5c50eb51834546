import type { ErrorCategory } from '@voxrill/core';
import { type CaseScope, type ConformanceCase, type ConformanceOptions, conformanceCase, must } from './conformance-case.js';
import { realtimeScene } from './realtime-scene.js';
import { type RealtimeSetting, RealtimeStudio, type RealtimeTalk, type RealtimeUnderTest } from './realtime-talk.js';

/** Options of {@link realtimeConformance}. */
export interface RealtimeConformanceOptions extends ConformanceOptions {
  /** When the model can write down what the user says: a model whose service waits for it has none that are late. @defaultValue all */
  readonly transcripts?: readonly RealtimeSetting['transcripts'][];
  /** Models whose next answer fails, and how. */
  readonly failing?: readonly { readonly make: MakeRealtime; readonly category: ErrorCategory }[];
}

type MakeRealtime = (setting: RealtimeSetting) => RealtimeUnderTest | Promise<RealtimeUnderTest>;

/** How long is listened for what should not come. */
const quietMs = 3_000;

/**
 * What must hold of every end-to-end model in a pipeline with a context pair, as cases for any test runner. The user's voice
 * is that of `spokenText`; what the model is to answer stands in `realtimeScene`.
 *
 * @example
 * ```ts
 * import { VirtualClock } from '@voxrill/core';
 *
 * const cases = realtimeConformance(
 *   ({ scene }) => ({ model: fakeRealtime({ replies: scene.replies, firstMs: 200 }) }),
 *   { clock: () => new VirtualClock(), transcripts: ['none'] },
 * );
 * ```
 */
export function realtimeConformance(make: MakeRealtime, options: RealtimeConformanceOptions = {}): ConformanceCase[] {
  const { transcripts = ['none', 'soon', 'late'], failing = [] } = options;
  const [usual = 'none'] = transcripts;
  const several = (
    title: string,
    count: number,
    body: (talks: readonly RealtimeTalk[], scope: CaseScope) => Promise<void>,
    { how = usual, from = make } = {},
  ): ConformanceCase =>
    conformanceCase(title, { limitMs: 120_000, ...options }, async (scope) => {
      const studio = new RealtimeStudio(scope, await from({ clock: scope.clock, scene: realtimeScene, transcripts: how }));
      try {
        await body(await studio.talks(count), scope);
      } finally {
        await studio.close();
      }
    });
  const one = (
    title: string,
    body: (talk: RealtimeTalk, scope: CaseScope) => Promise<void>,
    how: { readonly how?: RealtimeSetting['transcripts']; readonly from?: MakeRealtime } = {},
  ): ConformanceCase =>
    several(
      title,
      1,
      async ([talk], scope) => {
        if (talk !== undefined) await body(talk, scope);
      },
      { how: how.how ?? usual, from: how.from ?? make },
    );

  return [
    one('it says that it is an end-to-end model, and is told the conversation', async (talk) => {
      const told = talk.of('service-metadata').filter(({ service }) => service === 'realtime');
      must(told.length > 0, 'No service-metadata frame said "realtime".');
      must(talk.of('llm-context-changed').length > 0, 'It was not told the conversation.');
    }),
    one('what it is told it does not answer', async (talk) => {
      await talk.pass(quietMs);
      talk.tell('By the way, I like berries.');
      await talk.pass(quietMs);
      mustHaveAnswered(talk, 0);
    }),
    one('it knows what was said before the call', async (talk) => {
      await talk.asks('what is my name');
      mustHear(talk, [/anna/iu]);
    }),
    ...transcripts.map((how) =>
      one(
        `a spoken turn is answered once, ${written[how]}`,
        async (talk) => {
          await talk.asks('good morning');
          await talk.pass(2 * quietMs);
          mustHaveAnswered(talk, 1);
          mustHear(talk, [/good morning/iu]);
          const user = how === 'none' ? [] : ['user'];
          mustRemember(talk, [...user, 'assistant']);
          must(how === 'none' || isSaid(talk.text(0), 'good morning'), `The transcript reads “${talk.text(0)}”.`);
        },
        { how },
      ),
    ),
    one('it remembers what it has heard itself, and answers each turn once', async (talk) => {
      await talk.asks('good morning');
      await talk.asks('what was it before');
      await talk.pass(quietMs);
      mustHaveAnswered(talk, 2);
      mustHear(talk, [/good morning/iu, /before.*good morning/iu]);
    }),
    one('its voice and its words come between brackets, the words not behind their sound', async (talk) => {
      await talk.asks('good morning');
      mustBeBracketed(talk);
    }),
    one('what was typed is answered once', async (talk) => {
      talk.line.type('good evening');
      await talk.until('An answer to what was typed', () => talk.of('bot-stopped-speaking').length > 0);
      await talk.pass(quietMs);
      mustHaveAnswered(talk, 1);
      mustHear(talk, [/good evening/iu]);
      mustRemember(talk, ['user', 'assistant']);
    }),
    one('what the application says is heard word for word, and is no answer', async (talk) => {
      talk.session.say('Welcome to the farm.');
      await talk.until('What it was told to say', () => talk.of('bot-stopped-speaking').length > 0);
      mustHear(talk, [/^welcome to the farm/iu]);
      must(
        talk.heard.every(({ response }) => response === undefined),
        'It passed for an answer of the model.',
      );
    }),
    one('the user who cuts in silences it at once, and the conversation holds what was heard', async (talk) => {
      await talk.asksAndHears('tell me a story', 2_000);
      const cut = talk.of('interruption').length;
      const asking = talk.line.say('good morning');
      await talk.until('The interruption', () => talk.of('interruption').length > cut);
      await talk.nothingStale(async () => {
        await asking;
        await talk.until('The next answer', () => talk.heard.length > 1);
      });
      mustBeCut(talk);
      mustHear(talk, [/\w/u, /good morning/iu]);
    }),
    one('the application that interrupts silences it at once, and it is silent until the user speaks', async (talk) => {
      await talk.asksAndHears('tell me a story', 2_000);
      talk.session.interrupt('The application wants silence.');
      await talk.nothingStale(() => talk.pass(quietMs));
      mustBeCut(talk);
      mustHaveAnswered(talk, 1);
      await talk.asks('good morning');
      mustHear(talk, [/\w/u, /good morning/iu]);
    }),
    one('an interruption before the answer has begun leaves nothing of it', async (talk) => {
      await talk.line.say('tell me a story');
      await talk.until('The request', () => talk.of('llm-context').length > 0);
      talk.session.interrupt('The application wants silence.');
      await talk.nothingStale(() => talk.pass(quietMs));
      must(talk.heard.length === 0, 'The user has heard it.');
    }),
    one('tools are called as one group, and answered about once, when all have answered', async (talk) => {
      await talk.asks('how is the weather in Paris and in London');
      await talk.pass(quietMs);
      const groups = talk.of('tool-calls').map(({ calls }) => calls.length);
      must(groups.length === 1 && groups[0] === 2, `There should be one group of two calls, and there are groups of ${groups}.`);
      const lastResult = talk.frames.findLastIndex(({ kind }) => kind === 'tool-result');
      const spoken = talk.of('llm-text').map((frame) => talk.frames.indexOf(frame));
      const after = new Set(
        talk
          .of('llm-text')
          .filter((frame) => talk.frames.indexOf(frame) > lastResult)
          .map(({ response }) => response),
      );
      must(after.size === 1, `There were ${after.size} answers about what the tools have said.`);
      must(Math.max(...spoken) > lastResult, 'It has said nothing after the tools.');
      mustHear(talk, [/paris.*london|london.*paris/isu]);
    }),
    one('what is asked on speculation is not answered', async (talk) => {
      const { session } = talk;
      const messages = [{ role: 'user', content: 'good morning' } as const];
      session.send(session.frame('llm-context', { messages, tools: [], speculative: 'speech' }));
      await talk.pass(quietMs);
      mustHaveAnswered(talk, 0);
    }),
    several('two calls at once are not mixed', 2, async ([first, second]) => {
      if (first === undefined || second === undefined) return;
      await Promise.all([first.asks('good morning'), second.asks('good evening')]);
      for (const talk of [first, second]) mustHaveAnswered(talk, 1);
      mustHear(first, [/good morning/iu]);
      mustHear(second, [/good evening/iu]);
    }),
    ...transcripts.map((how) =>
      one(
        `a graceful end waits for the answer, ${written[how]}`,
        async (talk, scope) => {
          await talk.line.say('good morning');
          await talk.until('The request', () => talk.of('llm-context').length > 0);
          await scope.settles(talk.session.end({ drainMs: 20_000 }), 21_000, 'The session did not end.');
          const { reason, detail = '' } = await talk.session.done;
          must(reason === 'ended', `It ended as ${reason}. ${detail}`);
          mustHear(talk, [/good morning/iu]);
          mustRemember(talk, how === 'none' ? ['assistant'] : ['user', 'assistant']);
        },
        { how },
      ),
    ),
    one('a cancel in the middle of an answer ends it at once', async (talk, scope) => {
      await talk.asksAndHears('tell me a story', 500);
      talk.session.cancel('Enough.');
      await scope.settles(talk.session.done, scope.abortMs, 'The session did not end.');
      const count = talk.frames.length;
      await talk.pass(quietMs);
      must(talk.frames.length === count, 'There were frames after the end.');
    }),
    ...failing.map(({ make: from, category }) =>
      one(
        `trouble of the kind ${category} is one error frame of that category, and nothing hangs`,
        async (talk, scope) => {
          await talk.line.say('good morning');
          await talk.until('The error', () => talk.of('error').length > 0);
          if (talk.session.state === 'running') await talk.pass(quietMs);
          const errors = talk.of('error');
          must(errors.length === 1, `There were ${errors.length} error frames.`);
          const [error] = errors;
          must(error?.category === category, `The error should be of the category ${category}, and is ${error?.category}.`);
          must(error.message.trim() !== '' && !error.message.includes('\n'), 'The message of the error should be one sentence.');
          mustBeBracketed(talk);
          await scope.settles(talk.session.end({ drainMs: 20_000 }), 21_000, 'The session did not end.');
          const { reason } = await talk.session.done;
          must(reason !== 'timed-out', 'The session could not end by itself.');
        },
        { from },
      ),
    ),
  ];
}

const written = {
  none: 'when nobody writes down what was said',
  soon: 'when what was said is written down at once',
  late: 'when what was said is written down late',
} as const satisfies Record<RealtimeSetting['transcripts'], string>;

/** Answers are told by their words: one may take several responses, if tools are called in between. */
function mustHaveAnswered(talk: RealtimeTalk, count: number): void {
  const answers = new Set(talk.of('tts-started').flatMap(({ response }) => (response === undefined ? [] : [response])));
  must(answers.size === count, `There should be ${count} answers, and there are ${answers.size}.`);
}

function mustHear(talk: RealtimeTalk, expected: readonly RegExp[]): void {
  const heard = talk.heard.map(({ text }) => text);
  const all = expected.every((pattern, i) => pattern.test(heard[i] ?? ''));
  must(all && heard.length === expected.length, `The user heard ${JSON.stringify(heard)}, which does not match ${expected}.`);
}

function mustRemember(talk: RealtimeTalk, roles: readonly string[]): void {
  const is = talk.messages.map(({ role }) => role);
  must(is.join() === roles.join(), `The conversation should be of ${roles.join(', ')}, and is of ${is.join(', ')}.`);
}

/** The first thing that was heard was cut, and the conversation holds what was heard of it. */
function mustBeCut(talk: RealtimeTalk): void {
  const [first] = talk.heard;
  must(first?.state === 'interrupted', 'It was not cut off.');
  const message = talk.messages.find(({ role }) => role === 'assistant');
  must(message?.role === 'assistant' && message.interrupted === true, 'The conversation does not say that it was cut off.');
  must(message.content === first.text, `The conversation holds “${message.content}”, and heard was “${first.text}”.`);
}

function mustBeBracketed(talk: RealtimeTalk): void {
  const open = new Set<string>();
  const words = new Map<string, string>();
  for (const frame of talk.frames) {
    if (frame.kind === 'llm-response-start') open.add(`response ${frame.response}`);
    else if (frame.kind === 'tts-started') open.add(`utterance ${frame.utterance}`);
    else if (frame.kind === 'llm-text') must(open.has(`response ${frame.response}`), 'There was text outside of a response.');
    else if (frame.kind === 'tts-text') words.set(frame.utterance, (words.get(frame.utterance) ?? '') + frame.text);
    else if (frame.kind === 'tts-audio') {
      must(open.has(`utterance ${frame.utterance}`), 'There was audio outside of an utterance.');
      must((words.get(frame.utterance) ?? '') !== '', 'There was audio before a word of what it says.');
      must(frame.samples.buffer.byteLength === frame.samples.byteLength, 'A chunk of audio is a view on a larger buffer.');
    } else if (frame.kind === 'tts-stopped') open.delete(`utterance ${frame.utterance}`);
    else if (frame.kind === 'llm-response-end') open.delete(`response ${frame.response}`);
  }
  must(open.size === 0, `What was begun was not ended: ${[...open].join(', ')}.`);
}

function isSaid(text: string, expected: string): boolean {
  const plain = (said: string): string => (said.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
  return plain(text) === plain(expected);
}
