// The article's first pipeline: a speech-to-speech model between the two sides of the conversation. The model here is a
// stand-in, a chain of fakes that hears and speaks; a client of a realtime API takes the same place, and nothing else changes.
// npm run example end-to-end
import { chain, contextPair, pipeline } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate } from '@voxrill/testing';

const transport = memoryTransport();
const context = contextPair({ system: 'You tell stories.' });
const openaiRealtime = chain(
  'realtime',
  fakeVad(),
  fakeSTT({ finalMs: 100 }),
  fakeLLM({
    firstMs: 200,
    tokenMs: 10,
    replies: ['A king had no crown. He looked for it everywhere.', 'Of course. Good night.'],
  }),
  fakeTTS({ firstMs: 100 }),
);

const bot = pipeline(transport.input, context.user, openaiRealtime, context.assistant, transport.output);

const { timeline, context: messages } = await simulate({
  bot: { pipeline: bot, transport, context },
  script: async ({ user, bot: voice }) => {
    await user.says('Tell me a story');
    await user.interrupts(1500, 'that is enough');
    await voice.says('Good night', { withinMs: 3000 });
    await voice.finishes();
  },
});

console.log(timeline);
console.log('\nThe conversation, as the model would get it next time:');
for (const message of messages) {
  const cut = message.role === 'assistant' && message.interrupted === true ? ' (cut off here)' : '';
  console.log(`  ${message.role}: ${String(message.content)}${cut}`);
}
