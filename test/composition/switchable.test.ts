import {
  chain,
  contextPair,
  defineProcessor,
  type ErrorCategory,
  type Frame,
  type FrameKind,
  type FrameNeed,
  type FrameProcessor,
  type LLMService,
  pipeline,
  ServiceError,
  type STTService,
  type SwitchableOptions,
  switchable,
  TTSService,
} from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, type SimulationResult, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

/** A service of a kind, or a switch between several of them. */
type Slot<S extends { readonly fit: { readonly needs: readonly FrameNeed[]; readonly emits: readonly FrameKind[] } }> =
  FrameProcessor<{
    readonly needs: S['fit']['needs'];
    readonly emits: readonly (S['fit']['emits'][number] | 'switched')[];
  }>;

interface Parts {
  readonly stt?: Slot<STTService>;
  readonly llm?: Slot<LLMService>;
  readonly tts?: Slot<TTSService>;
}

/** A cascade whose services may be switches. */
function bot({ stt = fakeSTT(), llm = fakeLLM(), tts = fakeTTS() }: Parts) {
  const transport = memoryTransport();
  const context = contextPair();
  return {
    pipeline: pipeline(transport.input, fakeVad(), stt, context.user, llm, tts, transport.output, context.assistant),
    transport,
    context,
  };
}

const failover = { failover: { after: 1 } } satisfies SwitchableOptions;
const once = (error: ErrorCategory) => (index: number) => (index === 0 ? { error } : {});
const switches = ({ frames }: SimulationResult) =>
  [...new Set(frames.map(({ frame }) => frame))].filter(
    (frame): frame is Extract<Frame, { kind: 'error' }> => frame.kind === 'error',
  );
const heardOf = ({ heard }: SimulationResult) => heard.map(({ text }) => text).join(' ');

describe('a switch between two recognisers', () => {
  it.each<ErrorCategory>(['connectivity', 'authentication', 'server'])(
    'gives what was said to the second when the first dies in the middle of it (%s), and every word is understood once',
    async (category) => {
      const [a, b] = [fakeSTT({ name: 'a' }), fakeSTT({ name: 'b' })];
      const result = await simulate({
        bot: bot({ stt: switchable({ a, b }, { name: 'ears', ...failover }) }),
        script: async ({ user, bot, session }) => {
          const speaking = user.says('I want four hundred strawberries');
          await session.clock.sleep(900);
          a.faults.fails(category);
          await speaking;
          await bot.says('You said: I want four hundred strawberries.');
          await bot.finishes();
          await user.says('and cream');
          await bot.says('You said: and cream.');
          await bot.finishes();
        },
      });
      expect(b.calls[0]).toMatchObject({ spoken: 'I want four hundred strawberries', text: 'I want four hundred strawberries' });
      expect(result.context.map(({ content }) => content)).toEqual([
        'I want four hundred strawberries',
        'You said: I want four hundred strawberries.',
        'and cream',
        'You said: and cream.',
      ]);
      expect(result.report.reason).toBe('ended');
      expect(switches(result)).toMatchObject([
        { usable: true, processor: 'a', message: expect.stringContaining('"a" gives way to "b"') },
      ]);
      expect(a.calls).toHaveLength(1);
    },
  );

  it('gives it what was said when the first dies after the last word', async () => {
    const [a, b] = [fakeSTT({ name: 'a', finalMs: 300, hears: [{ error: 'server' }] }), fakeSTT({ name: 'b' })];
    const { context } = await simulate({
      bot: bot({ stt: switchable({ a, b }, failover) }),
      script: async ({ user, bot }) => {
        await user.says('I want strawberries');
        await bot.says('You said: I want strawberries.');
        await bot.finishes();
      },
    });
    expect(context[0]).toEqual({ role: 'user', content: 'I want strawberries' });
  });

  it('in the middle of what is said loses and doubles no word', async () => {
    const stt = switchable({ a: fakeSTT({ name: 'a' }), b: fakeSTT({ name: 'b' }) });
    const { context } = await simulate({
      bot: bot({ stt }),
      script: async ({ user, bot, session }) => {
        const speaking = user.says('I want four hundred strawberries');
        await session.clock.sleep(1000);
        expect(await stt.use(session, 'b')).toBe(true);
        expect(stt.active(session)).toBe('b');
        await speaking;
        await bot.finishes();
      },
    });
    expect(context[0]).toEqual({ role: 'user', content: 'I want four hundred strawberries' });
  });
});

describe('a switch between two models', () => {
  it.each<ErrorCategory>(['authentication', 'rate-limit'])(
    'asks the second what the first could not answer (%s), and the user has said it once',
    async (category) => {
      const [a, b] = [fakeLLM({ name: 'a', firstMs: 100, replies: [{ error: category }] }), fakeLLM({ name: 'b', firstMs: 100 })];
      const result = await simulate({
        bot: bot({ llm: switchable({ a, b }, failover) }),
        script: async ({ user, bot }) => {
          await user.says('hello');
          await bot.says('You said: hello.');
          await bot.finishes();
          await user.says('again');
          await bot.says('You said: again.');
          await bot.finishes();
        },
      });
      expect(result.context.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
      expect(heardOf(result)).toBe('You said: hello. You said: again.');
      expect([a.calls.length, b.calls.length]).toEqual([1, 2]);
      expect(result.report).toMatchObject({ reason: 'ended', unansweredTurns: 0, totalErrors: 1 });
    },
  );

  it('does not switch at an error after which the first is usable, unless it was told to', async () => {
    const a = fakeLLM({ name: 'a', replies: [{ error: 'server' }, { error: 'server' }] });
    const b = fakeLLM({ name: 'b' });
    const llm = switchable({ a, b }, { failover: { after: 2 } });
    const { context } = await simulate({
      bot: bot({ llm }),
      script: async ({ user, bot, session }) => {
        await user.says('one');
        await bot.staysSilentFor(1000);
        expect(llm.active(session)).toBe('a');
        await user.says('two');
        await bot.says('You said: two.');
        await bot.finishes();
      },
    });
    expect(context.map(({ content }) => content)).toEqual(['one', 'two', 'You said: two.']);
  });

  it('lets the last error through as it is when no branch is left', async () => {
    const [a, b] = ['a', 'b'].map((name) => fakeLLM({ name, replies: [{ error: 'authentication' }] }));
    const { report } = await simulate({
      bot: bot({ llm: switchable({ a: a!, b: b! }, { failover: true }) }),
      script: async ({ user, bot }) => {
        await user.says('hello');
        await bot.hangsUp({ withinMs: 3000 });
      },
    });
    expect(report).toMatchObject({
      reason: 'failed',
      errors: [
        { processor: 'a', message: expect.stringContaining('gives way to "b"') },
        { processor: 'b', message: '"b" fails with authentication, as its script says.' },
      ],
    });
  });

  it('goes round once and no further when all of them fail for the moment, and round again at the next request', async () => {
    const replies = [{ error: 'server' as const }, { error: 'server' as const }, 'Here I am.'];
    const [a, b] = [fakeLLM({ name: 'a', replies }), fakeLLM({ name: 'b', replies })];
    await simulate({
      bot: bot({ llm: switchable({ a, b }, failover) }),
      script: async ({ user, bot }) => {
        await user.says('one');
        await bot.staysSilentFor(1000);
        expect(a.calls.length + b.calls.length).toBe(2);
        await user.says('two');
        await bot.staysSilentFor(1000);
        expect(a.calls.length + b.calls.length).toBe(4);
        await user.says('three');
        await bot.says('Here I am.');
      },
    });
  });

  it('leaves an answer that broke off as it is, and asks the second from then on', async () => {
    const a = fakeLLM({ name: 'a', replies: [['The first half. And the ', { error: 'server' }]] });
    const { context } = await simulate({
      bot: bot({ llm: switchable({ a, b: fakeLLM({ name: 'b' }) }, failover) }),
      script: async ({ user, bot }) => {
        await user.says('one');
        await bot.says('The first half.');
        await bot.finishes();
        await user.says('two');
        await bot.says('You said: two.');
        await bot.finishes();
      },
    });
    expect(context[1]).toMatchObject({ content: expect.stringMatching(/^The first half\./) });
    expect(context.filter(({ role }) => role === 'user')).toHaveLength(2);
  });

  it('lets an answer end that has begun to come out, and then changes at once', async () => {
    const a = fakeLLM({ name: 'a', tokenMs: 100, replies: 'This is a rather long answer of the first.' });
    const b = fakeLLM({ name: 'b', replies: 'And this is the second.' });
    const llm = switchable({ a, b });
    const result = await simulate({
      bot: bot({ llm }),
      script: async ({ user, bot, session }) => {
        await user.says('one');
        await session.clock.sleep(800);
        const switched = llm.use(session, 'b');
        expect(llm.active(session)).toBe('a');
        expect(await switched).toBe(true);
        expect(a.calls[0]).toMatchObject({ outcome: 'finished' });
        await bot.finishes();
        await user.says('two');
        await bot.says('And this is the second.');
        await bot.finishes();
      },
    });
    expect(heardOf(result)).toBe('This is a rather long answer of the first. And this is the second.');
  });
});

describe('a switch between two voices', () => {
  const story = 'This is one. This is number two. This is three.';

  it.each([0, 300])('lets the rest of a reply be heard when the first dies %d ms into a sentence', async (errorAtMs) => {
    const a = fakeTTS({
      name: 'a',
      speaks: (text) => (text.includes('two') ? { errorAtMs, error: 'authentication' } : undefined),
    });
    const b = fakeTTS({ name: 'b' });
    const result = await simulate({
      bot: bot({ llm: fakeLLM({ replies: story }), tts: switchable({ a, b }, { failover: true }) }),
      script: async ({ user, bot }) => {
        await user.says('hello');
        await bot.says('This is three.');
        await bot.finishes();
      },
    });
    expect(b.calls.map(({ text }) => text.trim())).toEqual(['This is number two.', 'This is three.']);
    expect(a.calls).toHaveLength(2);
    const broken = errorAtMs === 0 ? '' : 'This  ';
    expect(heardOf(result)).toBe(`This is one. ${broken}This is number two. This is three.`);
    expect(result.report).toMatchObject({ reason: 'ended', totalErrors: 1 });
    if (errorAtMs === 0) expect(result.context.at(-1)).toEqual({ role: 'assistant', content: story });
  });

  it('says what it was told to say, though the first could not', async () => {
    const a = fakeTTS({ name: 'a', speaks: (_text, index) => once('connectivity')(index) });
    const result = await simulate({
      bot: bot({ tts: switchable({ a, b: fakeTTS({ name: 'b' }) }, failover) }),
      script: async ({ bot, session }) => {
        session.say('Welcome.');
        session.say('How are you?');
        await bot.says('How are you?');
        await bot.finishes();
      },
    });
    expect(heardOf(result)).toBe('Welcome. How are you?');
  });

  it('changes between two sentences in the middle of a reply, and nothing is lost or heard twice', async () => {
    const [a, b] = [fakeTTS({ name: 'a', nextMs: 100 }), fakeTTS({ name: 'b', nextMs: 100 })];
    const tts = switchable({ a, b });
    const result = await simulate({
      bot: bot({ llm: fakeLLM({ replies: story }), tts }),
      script: async ({ user, bot, session }) => {
        await user.says('hello');
        await bot.speaks();
        expect(await tts.use(session, 'b')).toBe(true);
        await bot.says('This is three.');
        await bot.finishes();
      },
    });
    expect(heardOf(result)).toBe(story);
    expect(result.context.at(-1)).toEqual({ role: 'assistant', content: story });
    expect([a.calls.map(({ outcome }) => outcome), b.calls.length]).toEqual([['finished'], 2]);
  });

  it('comes back within one reply, and the first does not say again what it had been given before', async () => {
    const [a, b] = [fakeTTS({ name: 'a', nextMs: 100 }), fakeTTS({ name: 'b', nextMs: 100 })];
    const tts = switchable({ a, b });
    const result = await simulate({
      bot: bot({ llm: fakeLLM({ replies: story }), tts }),
      script: async ({ user, bot, session }) => {
        await user.says('hello');
        await bot.speaks();
        await tts.use(session, 'b');
        await session.clock.sleep(300);
        await tts.use(session, 'a');
        await bot.says('This is three.');
        await bot.finishes();
      },
    });
    expect(heardOf(result)).toBe(story);
    expect([a.calls.length, b.calls.length]).toEqual([2, 1]);
  });

  it('between turns waits until the bot is silent, and the next reply is heard from the second', async () => {
    const [a, b] = [fakeTTS({ name: 'a' }), fakeTTS({ name: 'b' })];
    const tts = switchable({ a, b }, { name: 'voice' });
    const changed: string[] = [];
    const result = await simulate({
      bot: bot({ llm: fakeLLM({ firstMs: 300 }), tts }),
      script: async ({ user, bot, session }) => {
        session.frames$.subscribe(({ frame, to, direction }) => {
          if (frame.kind === 'switched' && to === 'session' && direction === 'up')
            changed.push(`${frame.name}: ${frame.from} to ${frame.to}`);
        });
        const speaking = user.says('hello');
        await session.clock.sleep(100);
        const switched = tts.use(session, 'b', { when: 'between-turns' }).then(() => changed.push(`when ${session.clock.now()}`));
        await speaking;
        await bot.says('You said: hello.');
        expect(tts.active(session)).toBe('a');
        await bot.finishes();
        await switched;
        await user.says('again');
        await bot.says('You said: again.');
      },
    });
    expect(changed[0]).toBe('voice: a to b');
    expect([a.calls.length, b.calls.length]).toEqual([1, 1]);
    expect(result.report.totalErrors).toBe(0);
  });
});

describe('an inactive branch', () => {
  it('gets no work, and its trouble does nothing', async () => {
    const idle = fakeLLM({ name: 'idle' });
    const trouble = defineProcessor(
      'trouble',
      (stage) => {
        stage.session.onStart(() => stage.fail(new ServiceError('authentication', 'I am broken.')));
        stage.session.onStart(() => stage.session.fail('trouble', new Error('I am broken.')));
        return {};
      },
      { fit: { emits: [] } as const },
    );
    const broken = chain('broken', idle, trouble);
    const result = await simulate({
      bot: bot({ llm: switchable({ good: fakeLLM(), broken }) }),
      script: async ({ user, bot }) => {
        await user.says('hello');
        await bot.says('You said: hello.');
        await bot.finishes();
      },
    });
    expect(idle.calls).toEqual([]);
    expect(result.report.totalErrors).toBe(0);
  });

  it('that was left while it worked can no longer keep the session from ending', async () => {
    const stt = switchable({ a: fakeSTT({ hears: () => ({ hang: true }) }), b: fakeSTT({ name: 'b' }) });
    const { report } = await simulate({
      bot: bot({ stt }),
      script: async ({ user, bot, session }) => {
        await user.says('hello');
        await stt.use(session, 'b');
        await bot.says('You said: hello.');
        await bot.finishes();
      },
    });
    expect(report).toMatchObject({ reason: 'ended', totalErrors: 0 });
  });

  it('takes the place of one that could not be made ready', async () => {
    class Unready extends TTSService {
      readonly name = 'a';
      override prepare(): Promise<void> {
        return Promise.reject(new Error('no such voice'));
      }
      async *synthesize() {}
    }
    const a = new Unready();
    const tts = switchable({ a, b: fakeTTS({ name: 'b' }) }, { failover: true });
    const result = await simulate({
      bot: bot({ tts }),
      script: async ({ user, bot, session }) => {
        expect(tts.active(session)).toBe('b');
        await user.says('hello');
        await bot.says('You said: hello.');
        await bot.finishes();
      },
    });
    expect(result.report.errors).toMatchObject([{ message: 'no such voice. In "switchable", "a" gives way to "b".' }]);
  });
});

describe('a switch between whole branches', () => {
  const cascade = (name: string) => {
    const parts = {
      llm: fakeLLM({ name: `${name}-llm`, replies: ({ said }) => `${name} heard ${said}.` }),
      tts: fakeTTS({ name: `${name}-tts` }),
    };
    return { ...parts, chain: chain(name, parts.llm, parts.tts) };
  };

  it('changes between turns, and the conversation goes on (S001-92: any STT, LLM and TTS)', async () => {
    const [one, two] = [cascade('one'), cascade('two')];
    const brain = switchable({ one: one.chain, two: two.chain });
    const transport = memoryTransport();
    const context = contextPair();
    const result = await simulate({
      bot: {
        pipeline: pipeline(transport.input, fakeVad(), fakeSTT(), context.user, brain, transport.output, context.assistant),
        transport,
        context,
      },
      script: async ({ user, bot, session }) => {
        await user.says('hello');
        await bot.finishes();
        expect(await brain.use(session, 'two', { when: 'between-turns' })).toBe(true);
        await user.says('again');
        await bot.says('two heard again.');
        await bot.finishes();
      },
    });
    expect(result.context.map(({ content }) => content)).toEqual(['hello', 'one heard hello.', 'again', 'two heard again.']);
    expect([one.llm.calls.length, two.llm.calls.length]).toEqual([1, 1]);
  });

  it('that hears and speaks gives the whole utterance to the second when the first fails before it has answered', async () => {
    const branch = (name: string, llm: LLMService) => {
      const context = contextPair();
      return chain(name, fakeSTT({ name: `${name}-stt` }), context.user, llm, fakeTTS({ name: `${name}-tts` }));
    };
    const transport = memoryTransport();
    const brain = switchable(
      {
        one: branch('one', fakeLLM({ replies: [{ error: 'quota' }] })),
        two: branch('two', fakeLLM()),
      },
      { failover: true },
    );
    const result = await simulate({
      bot: { pipeline: pipeline(transport.input, fakeVad(), brain, transport.output), transport },
      script: async ({ user, bot }) => {
        await user.says('hello there');
        await bot.says('You said: hello there.');
        await bot.finishes();
      },
    });
    expect(heardOf(result)).toBe('You said: hello there.');
  });
});

describe('at the door', () => {
  it('a branch that does not exist is refused, and so is a session without the switch', async () => {
    const tts = switchable({ a: fakeTTS({ name: 'a' }), b: fakeTTS({ name: 'b' }) });
    expect(() => switchable({})).toThrow('no branches');
    // @ts-expect-error There is no such branch.
    expect(() => switchable({ a: fakeTTS() }, { first: 'c' })).toThrow('first names "c"');
    expect(() => switchable({ a: fakeTTS() }, { failover: { after: 0 } })).toThrow('failover.after');
    const none = { id: 'none', turn: 0, signal: new AbortController().signal };
    const same = fakeTTS();
    expect(() => switchable({ a: same, b: same })).toThrow('same processor');
    expect(() => tts.active(none)).toThrow('has no "switchable"');
    // @ts-expect-error There is no such branch.
    await expect(tts.use(none, 'c')).rejects.toThrow('use() names "c"');
  });

  it('a wish that another one takes the place of, or that the end overtakes, comes to false', async () => {
    const tts = switchable({ a: fakeTTS({ name: 'a' }), b: fakeTTS({ name: 'b' }), c: fakeTTS({ name: 'c' }) });
    const came: boolean[] = [];
    const waits: Promise<unknown>[] = [];
    await simulate({
      bot: bot({ tts }),
      script: async ({ user, session }) => {
        const speaking = user.says('hello');
        await session.clock.sleep(200);
        waits.push(tts.use(session, 'b', { when: 'between-turns' }).then((switched) => came.push(switched)));
        waits.push(tts.use(session, 'c', { when: 'between-turns' }).then((switched) => came.push(switched)));
        await session.clock.sleep(10);
        session.cancel();
        await speaking;
      },
    });
    await Promise.all(waits);
    expect(came).toEqual([false, false]);
  });
});
