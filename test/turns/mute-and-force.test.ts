import { muteUntilFirstReply, muteWhileBotSpeaks, pushToTalkTurns, silenceStop } from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, fakeVad, type Script, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { framesOf } from './frames-of.js';

const bot = (turn: Parameters<typeof cascadeBot>[0] = {}) =>
  cascadeBot({ vad: fakeVad({ stopMs: 500 }), stt: fakeSTT({ finalMs: 50 }), llm: fakeLLM({ firstMs: 100 }), ...turn });

/** The user says something that takes so long, while the script goes on. */
const meanwhile = async (script: Script, text: string, lastsMs: number, act: () => Promise<void>): Promise<void> => {
  const saying = text === '' ? script.user.coughs(lastsMs) : script.user.says(text, { lastsMs });
  await act();
  await saying;
};

describe('session.mute()', () => {
  it('lets no audio pass, closes open speech, and what was said until then is answered (S001-33)', async () => {
    const { context, report } = await simulate({
      bot: bot(),
      script: async (script) => {
        const { session, bot: reply, user } = script;
        const audio = framesOf(session, 'input-audio');
        const marks = framesOf(session, 'vad-user-stopped-speaking', 'user-mute-started');
        await meanwhile(script, 'where is my order and now I say a secret', 4000, async () => {
          await user.silentFor(1700);
          session.mute();
          const [stopped] = marks.filter(({ kind }) => kind === 'vad-user-stopped-speaking');
          expect(stopped?.seenAt).toBe(1700);
          const before = audio.length;
          await reply.says('You said: where is my order', { withinMs: 3000 });
          // What the transport is handed does not leave the detector, nor the transport.
          expect(audio.length).toBe(before);
        });
        await reply.finishes();
        session.unmute();
        await user.says('hello again');
        await reply.says('You said: hello again');
      },
    });
    expect(JSON.stringify(context)).not.toContain('secret');
    expect(report.unansweredTurns).toBe(0);
  });

  it('in the middle of speech never leaves the turn open, also if nothing was understood (S001-33)', async () => {
    const { report } = await simulate({
      bot: bot(),
      script: async (script) => {
        const { session, bot: reply, user } = script;
        const turns = framesOf(session, 'user-started-speaking', 'user-stopped-speaking');
        await meanwhile(script, '', 3000, async () => {
          await user.silentFor(1000);
          session.mute();
          await user.silentFor(10_000);
        });
        expect(turns.map(({ kind }) => kind)).toEqual(['user-started-speaking', 'user-stopped-speaking']);
        session.unmute();
        await user.says('hello');
        await reply.says('You said: hello');
      },
    });
    expect(report.reason).toBe('ended');
  });

  it('twice is once, and so is taking it back', async () => {
    await simulate({
      bot: bot(),
      script: async ({ session, user, bot: reply }) => {
        const told = framesOf(session, 'user-mute-started', 'user-mute-stopped');
        session.mute();
        session.mute();
        session.unmute();
        session.unmute();
        expect(told.map(({ kind }) => kind)).toEqual(['user-mute-started', 'user-mute-stopped']);
        await user.says('hello');
        await reply.says('You said: hello');
      },
    });
  });
});

describe('a mute strategy', () => {
  it('keeps the user from being heard while the bot speaks, from its first sample to its last (S001-33)', async () => {
    const { said } = await simulate({
      bot: bot({ context: { turn: { mute: muteWhileBotSpeaks() } } }),
      script: async ({ session, user, bot: reply }) => {
        const audio = framesOf(session, 'input-audio');
        session.say('Welcome to the shop of strawberries.');
        await user.says('hello hello hello');
        expect(audio).toEqual([]);
        await reply.finishes();
        await user.says('hello');
        await reply.says('You said: hello');
      },
    });
    expect(said.map(({ text }) => text)).toEqual(['Welcome to the shop of strawberries.', 'hello', 'You said: hello.']);
  });

  it('keeps the user out until the first reply was heard', async () => {
    const { said } = await simulate({
      bot: bot({ context: { turn: { mute: muteUntilFirstReply() } } }),
      script: async ({ session, user, bot: reply }) => {
        await user.says('are you there');
        session.say('Welcome.');
        await user.silentFor(100);
        await user.says('hi');
        await user.silentFor(1000);
        await user.says('hello');
        await reply.says('You said: hello');
      },
    });
    expect(said.map(({ text }) => text)).toEqual(['Welcome.', 'hello', 'You said: hello.']);
  });
});

describe('a mute that begins while the user speaks', () => {
  it('ends the turn with what was said until then, and it is answered (S001-33)', async () => {
    const { said, report } = await simulate({
      bot: bot({ context: { turn: { mute: muteWhileBotSpeaks() } } }),
      script: async (script) => {
        const { session, bot: reply, user } = script;
        const turns = framesOf(session, 'user-started-speaking', 'user-stopped-speaking');
        await meanwhile(script, 'where is my order and this is not heard', 4000, async () => {
          await user.silentFor(1700);
          session.say('The shop closes in ten minutes.');
          await user.silentFor(600);
          expect(turns.map(({ kind }) => kind)).toEqual(['user-started-speaking', 'user-stopped-speaking']);
        });
        await reply.says('You said: where is my order');
      },
    });
    expect(said.filter(({ who }) => who === 'user').map(({ text }) => text)).toEqual(['where is my order']);
    expect(report.unansweredTurns).toBe(0);
  });
});

describe('session.forceReply()', () => {
  it('answers what was said while a noise goes on, and the noise does not cut the answer (S001-33)', async () => {
    const { heard } = await simulate({
      bot: bot(),
      script: async (script) => {
        const { session, bot: reply, user } = script;
        await meanwhile(script, `where is my order${' '.repeat(200)}`, 12_000, async () => {
          await user.silentFor(1500);
          session.forceReply();
          await reply.says('You said: where is my order.', { withinMs: 4000 });
          await user.silentFor(4000);
        });
      },
    });
    expect(heard.map(({ text, interrupted }) => [text, interrupted])).toEqual([['You said: where is my order.', false]]);
  });

  it.each([
    ['waits for the transcript of what was said so far', 1, 2000],
    ['does not even wait for that when it is asked for twice', 2, 1800],
  ])('%s (S001-33)', async (_, presses, decidedAtMs) => {
    const llm = fakeLLM({ firstMs: 500 });
    const { context, report } = await simulate({
      bot: bot({ llm, stt: fakeSTT({ finalMs: 200 }) }),
      script: async (script) => {
        const { session, bot: reply, user } = script;
        await meanwhile(script, 'where is my order and something else', 4000, async () => {
          await user.silentFor(1800);
          for (let press = 0; press < presses; press++) session.forceReply();
          await reply.says('You said: where is my order', { withinMs: 3000 });
        });
        await user.silentFor(3000);
      },
    });
    expect(report.turns[0]?.decidedAtMs).toBe(decidedAtMs);
    expect(context.map(({ role }) => role)).toEqual(['user', 'assistant']);
    // Asked about less than was said, the model is asked again when the rest is understood.
    expect(llm.calls).toHaveLength(presses);
  });

  it('does not wait for the silence that ends a turn', async () => {
    const { report } = await simulate({
      bot: bot({ context: { turn: { stop: silenceStop({ stopMs: 4000 }) } } }),
      script: async ({ session, user, bot: reply }) => {
        await user.says('where is my order');
        await user.silentFor(600);
        session.forceReply();
        await reply.finishes();
      },
    });
    expect(report.turns[0]?.decidedAtMs).toBe(17 * 60 + 600);
  });

  it('asks as things stand when nothing was said', async () => {
    const llm = fakeLLM({ replies: 'May I help you?' });
    await simulate({
      bot: bot({ llm, context: { system: 'Greet.' } }),
      script: async ({ session, bot: reply }) => {
        session.forceReply();
        await reply.says('May I help you?');
      },
    });
    expect(llm.calls.map(({ request }) => request.messages)).toEqual([[{ role: 'system', content: 'Greet.' }]]);
  });

  it('does nothing while the bot speaks, or is about to', async () => {
    const llm = fakeLLM({ firstMs: 500 });
    await simulate({
      bot: bot({ llm }),
      script: async ({ session, user, bot: reply }) => {
        await user.types('hello');
        await user.silentFor(100);
        session.forceReply();
        await reply.speaks();
        session.forceReply();
        await reply.finishes();
      },
    });
    expect(llm.calls).toHaveLength(1);
  });

  it('needs no strategy that would end the turn', async () => {
    await simulate({
      bot: bot({ context: { turn: { ...pushToTalkTurns, stop: [], watchdogMs: 60_000 } } }),
      script: async ({ session, user, bot: reply }) => {
        await user.says('where is my order');
        await user.silentFor(5000);
        session.forceReply();
        await reply.says('You said: where is my order');
      },
    });
  });
});
