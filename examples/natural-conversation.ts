// The statement judge of the seed article: the bot answers almost at once, and yet does not cut in. When the user falls silent
// for a moment, a small model judges whether the statement is complete, while the main model answers already, into a gate that
// opens when the judge agrees, or when the user stays silent for so long that there is nothing to wait for.
// npm run example natural-conversation
import {
  chain,
  contextPair,
  defineProcessor,
  exceptKinds,
  filterFrames,
  gate,
  type LLMRequest,
  type LLMService,
  notifier,
  parallel,
  pipeline,
  silenceStop,
} from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate } from '@voxrill/testing';

const instruction = 'Is the last statement of the user complete? Answer YES or NO.';

// Any language model fits in either place; these two answer by script, so that the example needs no key.
const complete = /[.?!]$/u;
const judge = fakeLLM({ name: 'judge', firstMs: 120, replies: ({ said }) => (complete.test(said) ? 'YES' : 'NO') });
const main = fakeLLM({ name: 'main', firstMs: 400, tokenMs: 15, replies: ({ said }) => `You want: ${said}` });

function naturalConversation(judgeLLM: LLMService, mainLLM: LLMService) {
  const transport = memoryTransport();
  const context = contextPair({ system: 'You take orders.', turn: { stop: silenceStop({ stopMs: 200 }) } });
  const agreed = notifier('agreed');

  // A: everything passes but the end of the user's turn, for which the judge's own stands in.
  const a = exceptKinds('user-stopped-speaking', 'llm-context');

  // B: asks the judge about what the user has said since the bot last spoke, and agrees on YES.
  const onlyContext = (name: string) =>
    filterFrames(name, ({ kind }) => kind === 'llm-context' || kind === 'interruption', { control: true });
  const question = defineProcessor('classification request', {
    down: {
      'llm-context': (frame) => ({
        ...frame,
        messages: [{ role: 'system', content: instruction }, ...lastSaid(frame)],
        tools: [],
      }),
    },
  });
  const check = defineProcessor('completeness check', (stage) => {
    let verdict = '';
    return {
      down: {
        'llm-response-start': () => {
          verdict = '';
        },
        'llm-text': ({ text }) => {
          verdict += text;
        },
        'llm-response-end': () => {
          if (!verdict.trim().toUpperCase().startsWith('YES')) return;
          stage.pushDown(stage.frame('user-stopped-speaking', { speechAtMs: stage.session.now(), text: '' }));
          agreed.notify(stage.session);
        },
      },
    };
  });
  const b = chain('statement judge', onlyContext('context for the judge'), question, judgeLLM, check);

  // C: the main model starts at once, and its words wait. An interruption closes the gate, and what waits dies with its turn.
  const output = gate('output gate', {
    holds: ['llm-response-start', 'llm-text', 'llm-response-end', 'tool-calls'],
    watches: ['interruption'],
    closesOn: ({ kind }) => kind === 'interruption',
    opens: agreed,
    startsOpen: false,
  });
  const c = chain('main answer', onlyContext('context for the model'), mainLLM, output);

  // The way out: nobody has said anything for two seconds, so the statement is as complete as it will be.
  const userIdle = defineProcessor('user idle', (stage) => {
    let cancel = (): void => undefined;
    stage.session.onClose(() => cancel());
    return {
      down: {
        'llm-response-start': (frame) => {
          cancel();
          return frame;
        },
        'vad-user-started-speaking': (frame) => {
          cancel();
          return frame;
        },
        'vad-user-stopped-speaking': (frame) => {
          cancel();
          cancel = stage.session.clock.setTimer(() => stage.session.guard(stage.name, () => agreed.notify(stage.session)), 2000);
          return frame;
        },
      },
    };
  });

  return {
    transport,
    context,
    pipeline: pipeline(
      transport.input,
      fakeVad({ stopMs: 200 }),
      fakeSTT({ finalMs: 50 }),
      context.user,
      parallel(a, b, c),
      fakeTTS({ firstMs: 100 }),
      userIdle,
      transport.output,
      context.assistant,
    ),
  };
}

function lastSaid({ messages }: LLMRequest) {
  return messages
    .slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
    .filter(({ role }) => role === 'user')
    .slice(-2);
}

const { timeline } = await simulate({
  bot: naturalConversation(judge, main),
  script: async ({ user, bot }) => {
    await user.says('I would like to order');
    await user.silentFor(700);
    await user.says('two boxes of strawberries.');
    await bot.says(/two boxes/u, { withinMs: 2500 });
    await bot.finishes();
    await user.says('and also');
    await bot.says(/also/u, { withinMs: 4000 });
    await bot.finishes();
  },
});
console.log(timeline);
