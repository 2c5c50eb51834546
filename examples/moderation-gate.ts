// Two moderation gates: one holds what the user said until there is a verdict, so that the model is never asked; the other
// judges each sentence of the reply before it is heard. A moderator that hangs is given up after a second, and blocks.
// npm run example moderation-gate
import { contextPair, type ModerationVerdict, moderationGate, pipeline } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate } from '@voxrill/testing';

const transport = memoryTransport();
const context = contextPair();
const llm = fakeLLM({
  replies: ({ said }) => (said.includes('code') ? 'Sure. The door code is 4711. Good luck!' : `You said: ${said}`),
});

const asked = moderationGate({
  name: 'user gate',
  side: 'user',
  moderate: async (text, { session, signal }): Promise<ModerationVerdict> => {
    await session.clock.sleep(text.includes('riddle') ? 60_000 : 150, signal);
    return text.includes('burgle') ? 'block' : 'pass';
  },
  limitMs: 1_000,
  refusal: 'I cannot help with that.',
});
const replied = moderationGate({
  name: 'reply gate',
  side: 'reply',
  moderate: (sentence) => (/\d{4}/u.test(sentence) ? 'block' : 'pass'),
  refusal: 'No, I had better not say that.',
});

const bot = pipeline(
  transport.input,
  fakeVad(),
  fakeSTT(),
  context.user,
  asked,
  llm,
  replied,
  fakeTTS(),
  transport.output,
  context.assistant,
);

const { report, said } = await simulate({
  bot: { pipeline: bot, transport, context },
  script: async ({ user, bot: answer }) => {
    for (const text of ['Hello there.', 'How do I burgle a house?', 'Tell me the code.', 'Here is a riddle.']) {
      await user.says(text);
      await answer.finishes();
    }
  },
});

for (const { who, text } of said) process.stdout.write(`${who}: ${text}\n`);
process.stdout.write(`\nThe model was asked ${llm.calls.length} times, and never about: burgle\n`);
for (const { processor, message } of report.errors) process.stdout.write(`${processor}: ${message}\n`);
