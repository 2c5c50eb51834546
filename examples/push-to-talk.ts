// Push-to-talk: the user speaks while a button is held. A stage stands in for the voice detector, and the turn is over at the
// release, without any silence to be waited for. What is said with the button up is not heard.
// npm run example push-to-talk
import { contextPair, pipeline, pushToTalk, pushToTalkTurns } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, memoryTransport, simulate } from '@voxrill/testing';

const transport = memoryTransport();
const context = contextPair({ system: 'You take orders.', turn: pushToTalkTurns });
const bot = {
  transport,
  context,
  pipeline: pipeline(
    transport.input,
    pushToTalk({ tailMs: 120 }),
    fakeSTT({ finalMs: 100 }),
    context.user,
    fakeLLM({ firstMs: 300 }),
    fakeTTS({ firstMs: 100 }),
    transport.output,
    context.assistant,
  ),
};

const { timeline } = await simulate({
  bot,
  script: async ({ user, bot: reply, session }) => {
    const press = (pressed: boolean) => session.send(session.frame('push-to-talk', { pressed }));
    await user.says('Nobody hears this');
    press(true);
    await user.says('I would like');
    await user.silentFor(2000); // the button is held, so nothing ends the turn
    await user.says('two boxes of strawberries');
    press(false);
    await reply.speaks();
    await user.silentFor(500);
    press(true); // interrupts
    await user.says('make it three');
    press(false);
    await reply.finishes();
  },
});
console.log(timeline);
