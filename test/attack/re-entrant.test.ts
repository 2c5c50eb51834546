import { chain, contextPair, defineProcessor, type Frame, type FrameKind, silenceStop, type TurnOptions } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate } from '@voxrill/testing';
import { expect, it } from 'vitest';

/** A bot in which somebody behind the model interrupts at the first frame that goes up of each of these kinds. */
function interruptedAt(kinds: readonly FrameKind[], turn: TurnOptions) {
  const transport = memoryTransport();
  const context = contextPair({ turn });
  const brake = defineProcessor('brake', ({ session }) => {
    const left = new Set(kinds);
    const pull = <F extends Frame>(frame: F): F => {
      // Not at the beginning of what cannot be cut off.
      if (!(frame.kind === 'speech-protected' && frame.on) && left.delete(frame.kind)) session.interrupt('the brake');
      return frame;
    };
    return { up: { 'bot-started-speaking': pull, 'bot-stopped-speaking': pull, 'bot-spoke': pull, 'speech-protected': pull } };
  });
  const hears = [transport.input, fakeVad({ stopMs: 100 }), fakeSTT(), context.user] as const;
  const speaks = [fakeLLM(), brake, fakeTTS(), transport.output, context.assistant] as const;
  return { transport, context, pipeline: chain('bot', ...hears, ...speaks) };
}

it('Nothing is heard of an answer that was spoken ahead when whoever hears of its beginning interrupts it.', async () => {
  const bot = interruptedAt(['bot-started-speaking'], { speculate: 'speech', stop: silenceStop({ stopMs: 600 }) });
  const { heard, staleMs } = await simulate({
    bot,
    script: async ({ user }) => {
      await user.says('where is my order');
      await user.silentFor(10_000);
    },
  });
  expect([staleMs, heard]).toEqual([0, []]);
});

it('What was kept while the bot could not be cut off is answered when it is interrupted in the midst of an interruption.', async () => {
  const bot = interruptedAt(['bot-spoke', 'speech-protected'], {});
  const { report } = await simulate({
    bot,
    script: async ({ user, bot, session }) => {
      session.say('Supercalifragilisticexpialidocious it is.', { interruptible: false });
      await user.says('hi', { lastsMs: 300 });
      await bot.says('You said: hi', { withinMs: 2000 });
    },
  });
  expect(report.unansweredTurns).toBe(0);
});
