// Our own turn detection with an end-to-end model: a detector here, and any strategy of the turn options. The service is told
// when a turn is over (commit, then response.create), hears only what is said, and a cough does not cut the bot off.
// npm run example realtime-own-turns
import { contextPair, interruptAfter, pipeline } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { fakeVad, simulate } from '@voxrill/testing';
import { scriptedService } from './realtime/scripted-service.js';

const { clock, address, transport, sent } = scriptedService([
  'Once there was a king who had no crown, for he had lost it in a game of cards.',
  'Good night.',
]);
const context = contextPair({ system: 'You tell stories.', turn: { interruption: interruptAfter({ durationMs: 600 }) } });
const model = openaiRealtime({ ...address, turnDetection: 'own' });

const { timeline, context: messages } = await simulate(
  {
    bot: {
      pipeline: pipeline(transport.input, fakeVad(), context.user, model, context.assistant, transport.output),
      transport,
      context,
    },
    script: async ({ user, bot }) => {
      await user.says('Tell me a story');
      await bot.speaks();
      await user.silentFor(500);
      await user.coughs(200);
      await user.silentFor(900);
      await user.says('that is enough for today');
      await bot.says('Good night');
      await bot.finishes();
    },
  },
  { clock },
);
console.log(timeline);
console.log('\nWhat the service was told, beside the audio:');
console.log(`  ${sent().join('\n  ')}`);
console.log('\nThe conversation:');
for (const { role, content, ...more } of messages) console.log(`  ${role}: ${content}${'interrupted' in more ? ' – (cut)' : ''}`);
if (!('interrupted' in (messages[2] ?? {})) || messages.length !== 5) process.exitCode = 1;
