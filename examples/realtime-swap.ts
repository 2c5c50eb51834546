// A call moves between a cascade and an end-to-end model, there and back, and neither loses the thread: what was said to one is
// known to the other. By `failover: true` the switch would also turn by itself when the service becomes unusable.
// npm run example realtime-swap
import { chain, contextPair, pipeline, switchable } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, simulate } from '@voxrill/testing';
import { scriptedService } from './realtime/scripted-service.js';

// Each says who it is, and all that it was ever told.
const known = (messages: readonly { readonly role: string; readonly content?: unknown }[]): string =>
  messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => String(content))
    .join(', ');
const { clock, address, transport } = scriptedService(({ messages }) => `The one model heard: ${known(messages)}.`);
const llm = fakeLLM({ firstMs: 200, replies: ({ messages }) => `The cascade heard: ${known(messages)}.` });

const model = switchable(
  {
    cascade: chain('cascade', fakeSTT({ finalMs: 100, sampleRate: 24_000 }), llm, fakeTTS({ firstMs: 100, sampleRate: 24_000 })),
    realtime: openaiRealtime({ ...address, turnDetection: 'own' }),
  },
  { name: 'model' },
);
const context = contextPair({ system: 'You take orders.' });

const { context: messages } = await simulate(
  {
    bot: {
      pipeline: pipeline(transport.input, fakeVad(), context.user, model, context.assistant, transport.output),
      transport,
      context,
    },
    script: async ({ user, bot, session }) => {
      const order = async (text: string): Promise<void> => {
        await user.says(text);
        await bot.finishes();
        console.log(`${model.active(session).padEnd(8)}  ${context.of(session).version.entries.at(-1)?.message.content}`);
      };
      await order('two apples');
      await model.use(session, 'realtime', { when: 'between-turns' });
      await order('one lemon');
      await model.use(session, 'cascade', { when: 'between-turns' });
      await order('a pear');
    },
  },
  { clock },
);
const answers = messages.filter(({ role }) => role === 'assistant').map(({ content }) => content);
if (
  answers.join(' ') !==
  'The cascade heard: two apples. The one model heard: two apples, one lemon. The cascade heard: two apples, one lemon, a pear.'
)
  process.exitCode = 1;
