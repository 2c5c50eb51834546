// Tools that run at the same time: a webhook, called twice, of which one call has wrong arguments and the model is told so, and
// one that takes so long that the bot goes on talking meanwhile, and tells what it found when nobody speaks. The call runs on a
// virtual clock, with a scripted model; the web service is a real one, on this machine.
// npm run example tools
import { createServer } from 'node:http';
import { defineTool, messageText, webhookTool } from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeTTS, simulate } from '@voxrill/testing';
import { z } from 'zod';

const city = z.object({ city: z.string() });

const service = createServer(({ url }, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ asked: url, celsius: 21 }));
});
await new Promise<void>((resolve) => void service.listen(0, '127.0.0.1', resolve));
const address = service.address();
const port = typeof address === 'object' ? address?.port : undefined;

const weather = webhookTool({
  name: 'get_weather',
  description: 'Tells the weather in a city.',
  parameters: city,
  url: `http://127.0.0.1:${port}/weather`,
  method: 'GET',
});

const trains = defineTool({
  name: 'find_trains',
  description: 'Finds all trains to a city. Takes several seconds.',
  parameters: city,
  longRunning: true,
  timeoutMs: 60_000,
  run: async ({ city: name }, { clock, signal, progress }) => {
    for (let percent = 0; percent < 100; percent += 25) {
      progress({ percent });
      await clock.sleep(1500, signal);
    }
    return { to: name, leaves: '9:15' };
  },
});

// What a real model would decide by itself.
const llm = fakeLLM({
  firstMs: 300,
  replies: ({ messages }) => {
    const last = messages.at(-1);
    if (last?.role === 'user') {
      return [
        { toolCall: { name: 'get_weather', arguments: { city: 'Paris' } } },
        { toolCall: { name: 'get_weather', arguments: { town: 'Lyon' } } },
        { toolCall: { name: 'find_trains', arguments: { city: 'Paris' } } },
      ];
    }
    return last?.role === 'tool' ? 'It is 21 degrees in Paris. I am looking for trains.' : 'There is a train at 9:15.';
  },
});

const bot = cascadeBot({ llm, tts: fakeTTS({ firstMs: 100 }), context: { tools: [weather, trains] } });
const { context } = await simulate({
  bot,
  script: async ({ user, bot: reply, session }) => {
    const seconds = () => (session.clock.now() / 1000).toFixed(1).padStart(5);
    const seen = new Set<number>();
    session.frames$.subscribe(({ frame }) => {
      if (seen.has(frame.id)) return;
      seen.add(frame.id);
      if (frame.kind === 'tool-calls') console.log(`${seconds()} s  calls ${frame.calls.map(({ name }) => name).join(', ')}`);
      if (frame.kind === 'tool-progress') console.log(`${seconds()} s  ${frame.name}: ${JSON.stringify(frame.progress)}`);
      if (frame.kind === 'tool-result') console.log(`${seconds()} s  ${frame.name}: ${JSON.stringify(frame.outcome)}`);
      if (frame.kind === 'bot-spoke' && frame.state === 'complete') console.log(`${seconds()} s  bot: “${frame.text}”`);
    });
    await user.says('I want to go to Paris, how is the weather, and when is there a train');
    await reply.says('9:15', { withinMs: 30_000 });
    await reply.finishes();
  },
});

service.close();
console.log('\nThe conversation:');
for (const message of context) {
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []).map((call) => call.function.name) : [];
  console.log(`  ${message.role}: ${messageText(message)}${calls.join(', ')}`);
}
