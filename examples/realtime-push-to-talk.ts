// Push-to-talk with an end-to-end model: it hears what is said while the button is held, and answers at the release, without
// any silence to be waited for. What is said with the button up never leaves this machine.
// npm run example realtime-push-to-talk
import { contextPair, pipeline, pushToTalk, pushToTalkTurns } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { simulate } from '@voxrill/testing';
import { scriptedService } from './realtime/scripted-service.js';

const { clock, address, transport, sent } = scriptedService(({ said }) => `You said: ${said}.`);
const context = contextPair({ system: 'You take orders.', turn: pushToTalkTurns });
const model = openaiRealtime({ ...address, turnDetection: 'own' });

const { timeline, context: messages } = await simulate(
  {
    bot: {
      pipeline: pipeline(transport.input, pushToTalk({ tailMs: 120 }), context.user, model, context.assistant, transport.output),
      transport,
      context,
    },
    script: async ({ user, bot, session }) => {
      const press = (pressed: boolean) => session.send(session.frame('push-to-talk', { pressed }));
      await user.says('Nobody hears this');
      press(true);
      await user.says('I would like');
      await user.silentFor(2000); // the button is held, so nothing ends the turn
      await user.says('two boxes of strawberries');
      press(false);
      await bot.speaks();
      await user.silentFor(500);
      press(true); // interrupts
      await user.says('make it three');
      press(false);
      await bot.says('make it three');
      await bot.finishes();
    },
  },
  { clock },
);
console.log(timeline);
console.log(`\nWhat the service was told, beside the audio:\n  ${sent().join('\n  ')}`);
if (messages.some(({ content }) => String(content).includes('Nobody'))) process.exitCode = 1;
