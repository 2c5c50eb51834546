// The article's first pipeline: a speech-to-speech model between the two sides of the conversation. The service behind it is a
// server of our own that answers by a script; with `apiKey` in the place of `address` it is OpenAI's, and nothing else changes.
// npm run example end-to-end
import { contextPair, pipeline } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { simulate } from '@voxrill/testing';
import { scriptedService } from './realtime/scripted-service.js';

const { clock, address, transport } = scriptedService([
  'A king had no crown. He looked for it everywhere.',
  'Of course. Good night.',
]);
const context = contextPair({ system: 'You tell stories.' });

const bot = pipeline(transport.input, context.user, openaiRealtime(address), context.assistant, transport.output);

const { timeline, context: messages } = await simulate(
  {
    bot: { pipeline: bot, transport, context },
    script: async ({ user, bot: voice }) => {
      await user.says('Tell me a story');
      await user.interrupts(1500, 'that is enough');
      await voice.says('Good night', { withinMs: 6000 });
      await voice.finishes();
    },
  },
  { clock },
);

console.log(timeline);
console.log('\nThe conversation, as the model would get it next time:');
for (const message of messages) {
  const cut = message.role === 'assistant' && message.interrupted === true ? ' (cut off here)' : '';
  console.log(`  ${message.role}: ${String(message.content)}${cut}`);
}
