// Tools of an end-to-end model: the model asks for two calls in one answer, they run here at the same time, and it is asked to
// go on once, when both have their results.
// npm run example realtime-tools
import { contextPair, defineTool, messageText, pipeline } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { simulate } from '@voxrill/testing';
import { z } from 'zod';
import { scriptedService } from './realtime/scripted-service.js';

const weather = defineTool({
  name: 'get_weather',
  description: 'Tells the weather in a city.',
  parameters: z.object({ city: z.string() }),
  run: async ({ city }, { clock, signal }) => {
    await clock.sleep(city === 'Paris' ? 400 : 900, signal);
    return { city, celsius: city === 'Paris' ? 21 : 17 };
  },
});

// What a real model would decide by itself.
const { clock, address, transport, llm, sent } = scriptedService(({ messages }) => {
  if (messages.at(-1)?.role !== 'tool') {
    return ['Paris', 'London'].map((city) => ({ toolCall: { name: 'get_weather', arguments: { city } } }));
  }
  return 'It is 21 degrees in Paris, and 17 in London.';
});
const context = contextPair({ system: 'You know the weather.', tools: [weather] });
const model = openaiRealtime(address);

const { context: messages } = await simulate(
  {
    bot: { pipeline: pipeline(transport.input, context.user, model, context.assistant, transport.output), transport, context },
    script: async ({ user, bot }) => {
      await user.says('Where is it warmer, in Paris or in London');
      await bot.says('21 degrees in Paris', { withinMs: 10_000 });
      await bot.finishes();
    },
  },
  { clock },
);
for (const message of messages) {
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
  const asked = calls.map((call) => `${call.function.name}(${call.function.arguments})`).join(' and ');
  console.log(`${message.role}: ${messageText(message)}${asked}`);
}
console.log(`\nThe service was told: ${sent().join(', ')}.`);
if (llm.calls.length !== 2) process.exitCode = 1;
