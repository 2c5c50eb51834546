// The same call under five policies of interruption, one below the other: the user says "uh-huh" and later "okay but stop" while the
// bot tells a story. What the bot is heard saying, and what becomes of the user's words, differs.
// npm run example interruption-policies
import { atOnce, exceptBackchannels, interruptAfter, isBackchannel, neverInterrupt, pauseAndConfirm } from '@voxrill/core';
import { cascadeBot, fakeLLM, simulate } from '@voxrill/testing';

const policies = {
  'at once': atOnce(),
  never: neverInterrupt(),
  'three words': interruptAfter({ words: 3 }),
  'backchannels do not count': exceptBackchannels(atOnce()),
  'pause and confirm': pauseAndConfirm({ unless: isBackchannel }),
};
const story = 'Once upon a time there was a king who had no crown, for he had lost it in a game of cards.';

for (const [name, interruption] of Object.entries(policies)) {
  const { context, heard } = await simulate({
    bot: cascadeBot({
      llm: fakeLLM({ replies: ({ said }) => (said === 'Tell me a story' ? story : said === 'uh-huh' ? 'Yes?' : 'All right.') }),
      context: { turn: { interruption } },
    }),
    script: async ({ user }) => {
      await user.says('Tell me a story');
      await user.interrupts(1000, 'uh-huh');
      await user.silentFor(1500);
      await user.says('okay but stop');
      await user.silentFor(6000);
    },
  });
  console.log(`\n${name}: the bot was heard ${heard.length} times`);
  for (const message of context.slice(1)) {
    console.log(`  ${message.role}: ${message.content}${'interrupted' in message ? ' – (cut)' : ''}`);
  }
}
