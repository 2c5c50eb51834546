import { contextPair, pipeline, pushToTalk, pushToTalkTurns, turnPresets } from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate, simulateTogether } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

const silence = async (turn: Parameters<typeof contextPair>[0], text: string, stopMs = 200): Promise<number> => {
  const warnings: string[] = [];
  const nothing = (): void => undefined;
  const { report } = await simulate({
    bot: cascadeBot({ vad: fakeVad({ stopMs }), ...(turn === undefined ? {} : { context: turn }) }),
    script: async ({ user, bot }) => {
      await user.says(text);
      await bot.finishes();
    },
    session: { logger: { debug: nothing, info: nothing, error: nothing, warn: (message) => warnings.push(message) } },
  });
  expect(warnings).toEqual([]);
  const [turnOne] = report.turns;
  return (turnOne?.decidedAtMs ?? 0) - (turnOne?.userStoppedAtMs ?? 0);
};

describe('without a word about it', () => {
  it('a turn is over 500 ms after the last voiced frame (S001-20)', async () => {
    expect(await silence({}, 'where is my order', 500)).toBe(500);
  });
});

describe('the presets', () => {
  it('default waits 500 ms and patient 900, whatever was said (S001-21)', async () => {
    for (const text of ['Yes.', 'I would like to']) {
      expect(await silence({ turn: turnPresets.default }, text)).toBe(500);
      expect(await silence({ turn: turnPresets.patient }, text)).toBe(900);
    }
  });

  it('quick goes by the words, and gives no warning of its short silence (S001-21)', async () => {
    expect(await silence({ turn: turnPresets.quick }, 'Yes.')).toBe(200);
    expect(await silence({ turn: turnPresets.quick }, 'two boxes')).toBe(700);
    expect(await silence({ turn: turnPresets.quick }, 'I would like to')).toBe(1500);
  });

  it('serve many sessions at once, each as if it were alone', async () => {
    const bot = cascadeBot({
      vad: fakeVad({ stopMs: 100 }),
      llm: fakeLLM({ firstMs: 300 }),
      context: { turn: turnPresets.quick },
    });
    const call = (text: string, delayMs: number) => ({
      bot,
      script: async ({ user, bot: reply }: Parameters<Parameters<typeof simulate>[0]['script']>[0]) => {
        await user.silentFor(delayMs);
        await user.says(text);
        await reply.says(`You said: ${text}`);
        await reply.finishes();
      },
    });
    const results = await simulateTogether([call('Yes.', 0), call('two boxes', 130), call('I would like to', 400)]);
    expect(results.map(({ report: { turns } }) => (turns[0]?.decidedAtMs ?? 0) - (turns[0]?.userStoppedAtMs ?? 0))).toEqual([
      200, 700, 1500,
    ]);
  });
});

describe('push-to-talk', () => {
  it('takes what is said between press and release for a turn, answers at the release, and hears nothing else (S001-24, S001-26)', async () => {
    const transport = memoryTransport();
    const context = contextPair({ turn: pushToTalkTurns });
    const bot = {
      transport,
      context,
      pipeline: pipeline(
        transport.input,
        pushToTalk(),
        fakeSTT({ finalMs: 50 }),
        context.user,
        fakeLLM({ firstMs: 100 }),
        fakeTTS(),
        transport.output,
        context.assistant,
      ),
    };
    const { said, report, heard } = await simulate({
      bot,
      script: async ({ user, bot: reply, session }) => {
        const press = (pressed: boolean): void => session.send(session.frame('push-to-talk', { pressed }));
        await user.says('nobody hears this');
        press(true);
        await user.says('where is my');
        await user.silentFor(2000);
        await user.says('order');
        press(false);
        await reply.speaks();
        await user.silentFor(200);
        press(true);
        await user.says('stop');
        press(false);
        await reply.says('You said: stop.');
      },
    });
    expect(said.filter(({ who }) => who === 'user').map(({ text }) => text)).toEqual(['where is my order', 'stop']);
    const [first] = report.turns;
    // The turn is over with the transcript, which is the only thing to be waited for.
    expect((first?.decidedAtMs ?? 0) - (first?.userStoppedAtMs ?? 0)).toBe(50);
    expect(heard[0]?.interrupted).toBe(true);
  });
});
