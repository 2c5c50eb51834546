// A user who falls silent is asked twice and then given up on; a sign of life makes the questions begin anew. Behind it a
// courtesy fills the wait for a slow model. Nothing of that goes into the conversation but what answers somebody.
// npm run example idle
import { contextPair, filler, pipeline, userIdle } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate } from '@voxrill/testing';

const transport = memoryTransport();
const context = contextPair({ system: 'You sell strawberries.' });
const idle = userIdle({
  afterMs: 6_000,
  steps: ['Are you still there?', 'Shall I wait?', { say: 'Goodbye, then.', end: 'The user went away.' }],
});
const courtesy = filler({ afterMs: 900, phrases: ['Let me see.', 'One moment.'] });

const bot = pipeline(
  transport.input,
  fakeVad(),
  fakeSTT(),
  context.user,
  fakeLLM({ firstMs: 2_000, replies: ['We have three boxes left.', 'Two boxes it is.'] }),
  courtesy,
  idle,
  fakeTTS(),
  transport.output,
  context.assistant,
);

const {
  report,
  timeline,
  context: messages,
} = await simulate({
  bot: { pipeline: bot, transport, context },
  script: async ({ user, bot: answer, session }) => {
    await user.says('Have you got strawberries?');
    await answer.says('three boxes');
    await answer.says('still there');
    await user.says('Yes. Two boxes please.');
    await answer.says('Two boxes');
    idle.update(session, 3_000);
    await answer.hangsUp();
  },
});

process.stdout.write(`${timeline}\n\n`);
for (const { role, content } of messages) process.stdout.write(`${role}: ${content}\n`);
process.stdout.write(`${report.reason}: ${report.detail}\n`);
