// A bot that sleeps until it is called by its name. While the conversation goes on it stays awake, and after ten seconds in
// which nobody says anything it sleeps again.
// npm run example wake-phrase
import { wakePhraseStart } from '@voxrill/core';
import { cascadeBot, fakeLLM, simulate } from '@voxrill/testing';

const { timeline } = await simulate({
  bot: cascadeBot({
    llm: fakeLLM({ firstMs: 300, replies: ({ said }) => (said.includes('tomorrow') ? 'Rain.' : 'It is sunny.') }),
    context: { turn: { start: wakePhraseStart({ phrases: ['hey computer', 'ok computer'], awakeMs: 10_000 }) } },
  }),
  script: async ({ user, bot }) => {
    await user.says('What is the weather like');
    await bot.staysSilentFor(2000);
    await user.says('Hey, Computer! What is the weather like');
    await bot.finishes();
    await user.says('and tomorrow'); // awake: needs no name
    await bot.finishes();
    await user.silentFor(12_000);
    await user.says('and what about Sunday'); // asleep again
    await bot.staysSilentFor(2000);
  },
});
console.log(timeline);
