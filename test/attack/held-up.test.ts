import {
  contextPair,
  defineProcessor,
  minWordsStart,
  neverInterrupt,
  pauseAndConfirm,
  pipeline,
  silenceStop,
  switchable,
  transcriptStart,
} from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate } from '@voxrill/testing';
import { expect, it } from 'vitest';

/** Takes its time over each request. */
const slowly = (ms: number) =>
  defineProcessor('slowly', {
    down: {
      'llm-context': async (frame, { session, signal }) => {
        await session.clock.sleep(ms, signal);
        return frame;
      },
    },
  });

it.each(['text', 'speech'] as const)(
  'An answer asked ahead (%s) comes out also when its request reaches the model only after the turn was over.',
  async (speculate) => {
    const transport = memoryTransport();
    const context = contextPair({ turn: { speculate, stop: silenceStop({ stopMs: 600 }) } });
    const hears = [transport.input, fakeVad({ stopMs: 100 }), fakeSTT(), context.user, slowly(1000)] as const;
    const bot = {
      transport,
      context,
      pipeline: pipeline(...hears, fakeLLM({ firstMs: 100 }), fakeTTS(), transport.output, context.assistant),
    };
    const { report, context: messages } = await simulate({
      bot,
      script: async ({ user, bot }) => {
        for (const text of ['where is my order', 'and my cake']) {
          await user.says(text);
          await bot.says(`You said: ${text}`, { withinMs: 5000 });
          await bot.finishes();
        }
      },
    });
    expect(report.unansweredTurns).toBe(0);
    expect(messages).toHaveLength(4);
  },
);

it('A second stop strategy does not cut short the wait for the transcript that the first one began.', async () => {
  const bot = cascadeBot({
    vad: fakeVad({ stopMs: 100 }),
    stt: fakeSTT({ finalMs: 1500, interims: false }),
    context: { turn: { stop: [silenceStop({ stopMs: 500 }), silenceStop({ stopMs: 900 })] } },
  });
  const { frames } = await simulate({
    bot,
    script: async ({ user, bot }) => {
      await user.says('where is my order');
      await bot.finishes();
    },
  });
  const ends = frames.flatMap(({ frame }) => (frame.kind === 'user-stopped-speaking' ? [frame.text] : []));
  expect(ends).toEqual(['where is my order']);
});

it('Strategies of which one cannot be put to work change nothing, and the open turn still ends.', async () => {
  const bot = cascadeBot({ vad: fakeVad({ stopMs: 100 }), context: { turn: { stop: silenceStop({ stopMs: 800 }) } } });
  const { report } = await simulate({
    bot,
    script: async ({ user, bot: reply, session }) => {
      await user.says('where is my order');
      await user.silentFor(300);
      const attach = () => {
        throw new Error('It is broken.');
      };
      expect(() => bot.context.turns(session).use({ stop: { name: 'broken', attach } })).toThrow('It is broken.');
      await reply.says('You said: where is my order', { withinMs: 3000 });
    },
  });
  expect(report.unansweredTurns).toBe(0);
});

it('What the user says is kept when the strategy that is to decide about it throws.', async () => {
  const otherwise = () => {
    throw new Error('Who knows.');
  };
  const bot = cascadeBot({ context: { turn: { interruption: { ...neverInterrupt(), otherwise } } } });
  const { report } = await simulate({
    bot,
    script: async ({ user, bot, session }) => {
      session.say('This takes a while to say, and longer than that.');
      await user.silentFor(100);
      await user.says('hey');
      await bot.says('You said: hey', { withinMs: 10_000 });
    },
  });
  expect(report.errors[0]).toMatchObject({ processor: 'interruption', message: 'Who knows.' });
});

it('A bot that was paused in its last instant speaks when it has something to say again.', async () => {
  const turn = { start: minWordsStart(2), interruption: pauseAndConfirm() };
  const { heard } = await simulate({
    bot: cascadeBot({ context: { turn } }),
    script: async ({ user, bot, session }) => {
      session.say('Hello.');
      await user.silentFor(330);
      await user.coughs(300);
      await user.silentFor(5000);
      session.say('Something more.');
      await bot.says('Something more.', { withinMs: 2000 });
      await bot.finishes();
    },
  });
  expect(heard.map(({ text }) => text)).toEqual(['Hello.', 'Something more.']);
});

it('A bot that was paused goes on when it is given something to say that cannot be cut off.', async () => {
  const turn = { start: transcriptStart(), interruption: pauseAndConfirm({ words: 2 }) };
  const { heard, report } = await simulate({
    bot: cascadeBot({ stt: fakeSTT({ finalMs: 300 }), context: { turn } }),
    script: async ({ user, bot, session }) => {
      session.say('This is said first.');
      await user.silentFor(300);
      const saying = user.says('where is my order');
      await user.silentFor(800);
      session.say('This cannot be cut off.', { interruptible: false });
      await saying;
      await bot.says('You said: where is my order', { withinMs: 10_000 });
      await bot.finishes();
    },
  });
  const letters = heard.map(({ text }) => text.replaceAll(' ', '')).join('');
  expect(letters).toBe('Thisissaidfirst.Thiscannotbecutoff.Yousaid:whereismyorder.');
  expect(report.unansweredTurns).toBe(0);
});

it('An answer asked ahead comes out also of a model that takes over between its confirmation and its request.', async () => {
  const transport = memoryTransport();
  const context = contextPair({ turn: { speculate: 'text', stop: silenceStop({ stopMs: 600 }) } });
  const models = switchable({ a: fakeLLM({ name: 'a' }), b: fakeLLM({ name: 'b' }) });
  const hears = [transport.input, fakeVad({ stopMs: 100 }), fakeSTT(), context.user, slowly(1000)] as const;
  const all = pipeline(...hears, models, fakeTTS(), transport.output, context.assistant);
  const { report } = await simulate({
    bot: { transport, context, pipeline: all },
    script: async ({ user, bot, session }) => {
      await user.says('where is my order');
      await user.silentFor(800);
      expect(await models.use(session, 'b')).toBe(true);
      await bot.says('You said: where is my order', { withinMs: 3000 });
    },
  });
  expect(report.unansweredTurns).toBe(0);
});

it.each(['never', 'text', 'speech'] as const)(
  'What cannot be cut off is said to its end also when the user goes on after a pause (speculation: %s).',
  async (speculate) => {
    const { heard, report } = await simulate({
      bot: cascadeBot({
        vad: fakeVad({ stopMs: 100 }),
        context: { turn: { speculate, stop: silenceStop({ stopMs: 600 }) } },
      }),
      script: async ({ user, bot, session }) => {
        const saying = user.says('where is my order');
        await user.silentFor(300);
        session.say('This call is recorded for the purposes of nobody.', { interruptible: false });
        await saying;
        await user.silentFor(300);
        await user.says('please');
        await bot.says('You said: where is my order please', { withinMs: 10_000 });
        await user.silentFor(3000);
      },
    });
    expect(heard.map(({ text }) => text).join(' ')).toBe(
      'This call is recorded for the purposes of nobody. You said: where is my order please.',
    );
    expect(report.unansweredTurns).toBe(0);
  },
);
