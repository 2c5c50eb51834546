import type { ErrorCategory, Tool } from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, fakeTTS, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

describe('a provider that stalls for two seconds', () => {
  it.each(['llm', 'tts'])('delays the reply by that much, and no more (%s)', async (name) => {
    const answeredAt = async (stallMs: number) => {
      const { report } = await simulate({
        bot: cascadeBot(),
        script: async ({ user, bot, provider }) => {
          if (stallMs > 0) provider(name).stallsFor(stallMs);
          await user.says('I want strawberries');
          await bot.says('You said: I want strawberries.');
        },
      });
      return report.turns[0]!.botStartedAtMs!;
    };
    expect((await answeredAt(2000)) - (await answeredAt(0))).toBe(2000);
  });

  it('can be interrupted while it does', async () => {
    const { context, report } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ replies: [[{ stallMs: 2000 }, 'Too late.'], 'In time.'] }) }),
      script: async ({ user, bot }) => {
        await user.says('first');
        await user.silentFor(1000);
        await user.says('second');
        await bot.says('In time.', { withinMs: 1500 });
      },
    });
    expect(context.map(({ content }) => content)).toEqual(['first', 'second', 'In time.']);
    expect(report.totalErrors).toBe(0);
  });

  it('for good costs one error, and the next turn is answered', async () => {
    const { report } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ replies: [{ hang: true }, 'I am back.'], tuning: { firstMs: 5000 } }) }),
      script: async ({ user, bot }) => {
        await user.says('first');
        await bot.staysSilentFor(6000);
        await user.says('second');
        await bot.says('I am back.');
      },
    });
    expect(report.errors).toMatchObject([{ processor: 'fake-llm', category: 'timeout' }]);
  });
});

describe('an error of the model', () => {
  it.each<ErrorCategory>(['rate-limit', 'server', 'connectivity', 'overload', 'application'])(
    'of the kind %s is told once, and the session goes on',
    async (category) => {
      const { report, context } = await simulate({
        bot: cascadeBot({ llm: fakeLLM({ replies: [{ error: category }, 'I am back.'] }) }),
        script: async ({ user, bot }) => {
          await user.says('first');
          await bot.staysSilentFor(2000);
          await user.says('second');
          await bot.says('I am back.');
        },
      });
      expect(report.errors).toMatchObject([{ processor: 'fake-llm', category }]);
      expect(report.reason).toBe('ended');
      expect(context.map(({ content }) => content)).toEqual(['first', 'second', 'I am back.']);
    },
  );

  it('that says that it will never work again ends the session', async () => {
    const { report } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ replies: [{ error: 'authentication' }] }) }),
      script: async ({ user, bot }) => {
        await user.says('first');
        await bot.hangsUp({ withinMs: 3000 });
      },
    });
    expect(report).toMatchObject({ reason: 'failed', unansweredTurns: 1 });
  });

  it('in the middle of a reply leaves what was said before it', async () => {
    const { context, report } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ replies: [['The first half. And the ', { error: 'server' }], 'I am back.'] }) }),
      script: async ({ user, bot }) => {
        await user.says('first');
        await bot.says('The first half.');
        await bot.finishes();
        await user.says('second');
        await bot.says('I am back.');
      },
    });
    expect(report.totalErrors).toBe(1);
    expect(context[1]).toMatchObject({ role: 'assistant', content: expect.stringMatching(/^The first half\./) });
    expect(context.at(-1)).toEqual({ role: 'assistant', content: 'I am back.' });
  });
});

describe('an error of the voice', () => {
  it('costs one sentence, and the next is spoken', async () => {
    const { report, heard } = await simulate({
      bot: cascadeBot({
        llm: fakeLLM({ replies: ['This is one. This is two. This is three.'] }),
        tts: fakeTTS({ speaks: (text) => (text.includes('two') ? { error: 'server' } : undefined) }),
      }),
      script: async ({ user, bot }) => {
        await user.says('first');
        await bot.says('three');
        await bot.finishes();
      },
    });
    expect(report.errors).toMatchObject([{ processor: 'fake-tts', category: 'server' }]);
    expect(heard.map(({ text }) => text)).toEqual(['This is one. This is three.']);
  });

  it('in the middle of a sentence leaves in the context what was heard', async () => {
    const { context, heard } = await simulate({
      bot: cascadeBot({
        llm: fakeLLM({ replies: ['One two three four five six seven.'] }),
        tts: fakeTTS({ speaks: () => ({ errorAtMs: 800, error: 'server' }) }),
      }),
      script: async ({ user, bot }) => {
        await user.says('first');
        await bot.finishes();
      },
    });
    expect(heard.map(({ text }) => text)).toEqual(['One two three']);
    expect('One two three').toContain(context.at(-1)?.content);
  });

  it('that gives no audio at all leaves no claim that something was said', async () => {
    const { context, heard } = await simulate({
      bot: cascadeBot({ tts: fakeTTS({ speaks: () => ({ silent: true }) }) }),
      script: async ({ user, bot }) => {
        await user.says('first');
        await bot.staysSilentFor(3000);
      },
    });
    expect(heard).toEqual([]);
    expect(context).toEqual([{ role: 'user', content: 'first' }]);
  });
});

describe('a tool', () => {
  const weather: Tool = {
    definition: { name: 'get_weather', description: 'Tells the weather.', parameters: { type: 'object' } },
    timeoutMs: 3000,
    survivesInterruption: false,
    call: async (argumentsText) => {
      const { location } = JSON.parse(argumentsText);
      if (typeof location !== 'string') throw new Error('location: is missing');
      return { location, celsius: 21 };
    },
  };
  const call = (given: unknown) => [{ toolCall: { name: 'get_weather', arguments: given } }];

  it('is called, and its result is spoken', async () => {
    const { context } = await simulate({
      bot: cascadeBot({
        context: { tools: [weather] },
        llm: fakeLLM({ replies: [call({ location: 'Paris' }), 'It has 21 degrees.'] }),
      }),
      script: async ({ user, bot }) => {
        await user.says('How is the weather in Paris');
        await bot.says('21 degrees');
        await bot.finishes();
      },
    });
    expect(context.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
  });

  it.each([
    ['that are no JSON', '{"location": "Par'],
    ['that do not fit', { city: 'Paris' }],
  ])('with arguments %s is answered with what is wrong, and the model may try again', async (_title, given) => {
    const llm = fakeLLM({ replies: [call(given), call({ location: 'Paris' }), 'It has 21 degrees.'] });
    const { report } = await simulate({
      bot: cascadeBot({ context: { tools: [weather] }, llm }),
      script: async ({ user, bot }) => {
        await user.says('How is the weather in Paris');
        await bot.says('21 degrees');
      },
    });
    expect(llm.calls[1]!.request.messages.at(-1)).toMatchObject({ role: 'tool', content: expect.stringContaining('error') });
    expect(report.totalErrors).toBe(0);
  });
});

describe('a socket that drops', () => {
  it('while the bot speaks ends the session, and the context ends with the last word that was heard', async () => {
    const { report, context, heard } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ replies: 'Once upon a time there was a king.' }) }),
      script: async ({ user, bot, socket }) => {
        await user.says('Tell me a story');
        await bot.says('Once upon');
        socket.drops();
        await bot.hangsUp({ withinMs: 1000 });
      },
    });
    expect(report).toMatchObject({ reason: 'failed', errors: [{ category: 'connectivity' }] });
    expect(context.at(-1)).toEqual({ role: 'assistant', content: 'Once upon', interrupted: true });
    expect(heard[0]).toMatchObject({ text: expect.stringMatching(/^Once up/), interrupted: true });
  });

  it('while the user speaks ends the session, at once where that is the policy', async () => {
    const { report } = await simulate({
      bot: cascadeBot(),
      session: { onUnusable: 'cancel' },
      script: async ({ user, bot, socket, session }) => {
        const speaking = user.says('I want four hundred strawberries');
        await session.clock.sleep(500);
        socket.drops();
        await speaking;
        await bot.hangsUp({ withinMs: 0 });
      },
    });
    expect(report).toMatchObject({ reason: 'failed', durationMs: 500 });
  });

  it.each(['stt', 'llm', 'tts'])('while %s hangs ends the session all the same', async (name) => {
    const { report } = await simulate({
      bot: cascadeBot({ stt: fakeSTT({ interims: false }) }),
      script: async ({ user, bot, socket, provider }) => {
        provider(name).hangs();
        await user.says('I want strawberries');
        await user.silentFor(700);
        socket.drops();
        await bot.hangsUp({ withinMs: 20_000 });
      },
    });
    expect(report.errors.map(({ category }) => category)).toContain('connectivity');
  });
});
