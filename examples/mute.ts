// Who is not heard, and when: the greeting is heard to its end, a booking is not cancelled by a cough, and the demo has the two
// buttons that every demo in a noisy room needs: mute, and "answer now".
// npm run example mute
import { defineTool, muteDuringTools, muteFirstSpeech } from '@voxrill/core';
import { cascadeBot, fakeLLM, simulate } from '@voxrill/testing';
import { z } from 'zod';

const book = defineTool({
  name: 'book',
  description: 'Books a table.',
  parameters: z.object({}),
  run: async (_none, { clock, signal }) => {
    await clock.sleep(2000, signal);
    return 'booked';
  },
});

const { timeline } = await simulate({
  bot: cascadeBot({
    llm: fakeLLM({
      firstMs: 200,
      replies: ({ said, messages }) =>
        messages.at(-1)?.role === 'tool'
          ? 'Your table is booked.'
          : said === 'A table please'
            ? { toolCall: { name: 'book' } }
            : `You said: ${said}.`,
    }),
    context: { tools: [book], turn: { mute: [muteFirstSpeech(), muteDuringTools()] } },
  }),
  script: async ({ user, bot, session }) => {
    session.say('Welcome to our restaurant.');
    await user.coughs(800); // nobody hears it
    await user.silentFor(1500);
    await user.says('A table please');
    await user.silentFor(1500);
    await user.coughs(400); // the tool goes on
    await bot.says('booked');
    await user.silentFor(1000);
    session.mute(); // the first button
    await user.says('Let me ask my wife');
    session.unmute();
    const humming = user.says(`What time is it${' '.repeat(60)}`, { lastsMs: 5000 }); // and then a vacuum cleaner
    await user.silentFor(1500);
    session.forceReply(); // the second
    await bot.says('You said: What time is it');
    await humming;
  },
});
console.log(timeline);
