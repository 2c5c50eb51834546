// A conversation that outlives its connections: the network fails between two turns and again in the middle of what the user
// says. The processor connects anew, tells the conversation to a service that knows nothing of it, and sends what was spoken
// meanwhile, so that a question about the first turn is answered.
// npm run example realtime-persistent
import { contextPair, pipeline } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { simulate } from '@voxrill/testing';
import { scriptedService } from './realtime/scripted-service.js';

// Knows a name only from what it is told in the request, as a real model does.
const { clock, address, transport, network, log } = scriptedService(({ messages, said }) => {
  const name = /my name is (\w+)/iu.exec(messages.map(({ content }) => String(content)).join('\n'))?.[1] ?? 'nobody';
  return said.includes('who') ? `You are ${name}.` : `Hello ${name}.`;
});
const context = contextPair({ system: 'You are brief.' });
const model = openaiRealtime(address);

const { context: messages } = await simulate(
  {
    bot: { pipeline: pipeline(transport.input, context.user, model, context.assistant, transport.output), transport, context },
    script: async ({ user, bot, session }) => {
      session.frames$.subscribe(({ frame, to, direction, at }) => {
        if (frame.kind === 'error' && to === 'session' && direction === 'up') console.log(`${at} ms: ${frame.message}`);
      });
      await user.says('My name is Ann');
      await bot.finishes();
      network.breaks();
      await user.silentFor(3000);
      const asking = user.says('Tell me please who am I');
      await session.clock.sleep(700);
      network.breaks();
      await asking;
      await bot.says('You are Ann', { withinMs: 20_000 });
      await bot.finishes();
    },
  },
  { clock },
);
const connections = new Set(log.map(({ conn }) => conn)).size;
console.log(`\n${connections} connections, one conversation:`);
for (const { role, content } of messages) console.log(`  ${role}: ${content}`);
if (connections !== 3 || messages.at(-1)?.content !== 'You are Ann.') process.exitCode = 1;
