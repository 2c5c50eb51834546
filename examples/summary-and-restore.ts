// A long conversation is kept short by a summary, which a model of its own writes while the talk goes on. Then the line
// breaks, the conversation is saved as JSON, and the next call goes on with it.
// npm run example summary-and-restore
import { estimateTokens, LLMContext, messageText, summaryPolicy } from '@voxrill/core';
import { cascadeBot, fakeLLM, simulate } from '@voxrill/testing';

// Stands in for a real model: it notes the names that it finds.
const summariser = fakeLLM({
  name: 'summariser',
  firstMs: 2000,
  replies: ({ said }) => `The user's name is ${/name is (\w+)/u.exec(said)?.[1]}. They counted together.`,
});
const talker = fakeLLM({
  firstMs: 300,
  replies: ({ said, messages }) => {
    const known = /name is (\w+)/u.exec(messages.map(messageText).join(' '))?.[1];
    return said === 'what is my name' ? `You are ${known}.` : `I have heard: ${said}. Please go on, I am listening.`;
  },
});

const bot = cascadeBot({
  llm: talker,
  context: {
    system: 'You are a patient listener.',
    policies: [summaryPolicy({ model: summariser, whenTokens: 250, keepTurns: 2 })],
  },
});

let saved = '';
const { report } = await simulate({
  bot,
  script: async ({ user, bot: reply, socket, session }) => {
    for (let turn = 1; turn <= 16; turn++) {
      await user.says(turn === 1 ? 'my name is Ann' : `this is sentence number ${turn}`);
      await reply.finishes();
      const { messages } = bot.context.of(session);
      const bar = '#'.repeat(estimateTokens(messages) / 10);
      console.log(`turn ${String(turn).padStart(2)}: ${String(messages.length).padStart(2)} messages, about ${bar} tokens / 10`);
    }
    socket.drops();
    await session.done;
    saved = JSON.stringify(bot.context.of(session));
  },
});

console.log(`\nThe line broke (${report.reason}). Saved: ${saved.length} characters of JSON, which begin with`);
const { messages } = LLMContext.from(JSON.parse(saved));
for (const message of messages.slice(0, 3)) console.log(`  ${message.role}: ${messageText(message)}`);

const { said } = await simulate({
  bot: cascadeBot({ llm: talker, context: { messages } }),
  script: async ({ user, bot: reply }) => {
    await user.says('what is my name');
    await reply.finishes();
  },
});
console.log('\nThe next call:');
for (const { who, text } of said) console.log(`  ${who}: ${text}`);
