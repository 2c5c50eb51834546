// Services and whole branches change in the middle of a call: another voice for a story, another brain for the rest of it.
// A switch waits for the seam it is told to wait for, and a `switched` frame tells everybody.
// npm run example switching-services
import { chain, contextPair, pipeline, switchable } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate } from '@voxrill/testing';

const story = 'Once there was a king. He had no crown. But he had a horse.';
const voice = switchable(
  { narrator: fakeTTS({ name: 'narrator', nextMs: 60 }), king: fakeTTS({ name: 'king', nextMs: 60 }) },
  { name: 'voice' },
);
const brain = switchable(
  {
    storyteller: chain('storyteller', fakeLLM({ name: 'story-llm', replies: story }), voice),
    clerk: chain('clerk', fakeLLM({ name: 'clerk-llm', replies: 'That will be five dollars.' }), fakeTTS({ name: 'clerk-tts' })),
  },
  { name: 'brain' },
);

const transport = memoryTransport();
const context = contextPair();
const { said } = await simulate({
  bot: {
    pipeline: pipeline(transport.input, fakeVad(), fakeSTT(), context.user, brain, transport.output, context.assistant),
    transport,
    context,
  },
  script: async ({ user, bot, session }) => {
    session.frames$.subscribe(({ frame, to, direction, at }) => {
      if (frame.kind === 'switched' && to === 'session' && direction === 'up')
        process.stdout.write(`${at} ms: ${frame.name} goes from ${frame.from} to ${frame.to}. ${frame.reason}\n`);
    });
    await user.says('Tell me a story');
    await bot.speaks();
    // At once means after the sentence that is being said, so that no word is cut or said twice.
    await voice.use(session, 'king', { reason: 'The king speaks.' });
    // Between turns means when the user is done, and the bot too.
    await brain.use(session, 'clerk', { when: 'between-turns', reason: 'The story is over.' });
    await user.says('What does it cost');
    await bot.finishes();
  },
});

for (const { atMs, who, text } of said) process.stdout.write(`${Math.round(atMs)} ms, ${who}: ${text}\n`);
