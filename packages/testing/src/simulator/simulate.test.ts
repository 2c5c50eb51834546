import { contextPair, pauseAndConfirm, pipeline, VirtualClock } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { fakeLLM } from '../fakes/fake-llm.js';
import { fakeSTT } from '../fakes/fake-stt.js';
import { fakeTTS } from '../fakes/fake-tts.js';
import { fakeVad } from '../fakes/fake-vad.js';
import { memoryTransport } from '../transport/memory-transport.js';
import { cascadeBot } from './cascade-bot.js';
import { seededRandom } from './seeded-random.js';
import { type Script, simulate, simulateTogether } from './simulate.js';
import { SimulationError } from './simulation-error.js';

const failure = async (script: (script: Script) => Promise<void>, bot = cascadeBot()): Promise<SimulationError> => {
  const error: unknown = await simulate({ bot, script, seed: 7 }).catch((reason: unknown) => reason);
  if (!(error instanceof SimulationError))
    throw new Error(`It should have failed as a simulation, and came to ${String(error)}.`);
  return error;
};

describe('a simulation that does not go as its script says', () => {
  it('fails with a sentence, the seed, and a timeline that points at the moment', async () => {
    const error = await failure(async ({ user, bot }) => {
      await user.says('I want strawberries', { lastsMs: 1000 });
      await bot.says(/apples/, { withinMs: 1500 });
    });
    expect(error.complaint).toBe('The bot should have said /apples/ within 1500 ms, and said “You said: I want”.');
    expect(error.message).toContain('(seed 7)');
    const lines = error.timeline.split('\n');
    expect(lines.at(-1)).toMatch(/^→ │ 2500 │ .* The bot should have said \/apples\//u);
    expect(error.timeline).toContain('says “I want strawberries”');
    expect(error.timeline).toContain('turn ends: “I want strawberries”');
    expect(error.timeline).toMatch(/^✂ │/mu);
  });

  it('fails when there was nothing to interrupt', async () => {
    const error = await failure(({ user }) => user.interrupts(300, 'stop', { withinMs: 2000 }));
    expect(error.complaint).toContain('There was nothing to interrupt');
  });

  it('fails when the reply was over before it could be interrupted', async () => {
    const error = await failure(async ({ user }) => {
      await user.types('x');
      await user.interrupts(60_000, 'stop');
    });
    expect(error.complaint).toContain('60000 ms into the reply: it was over before');
  });

  it('fails when a silent bot speaks, and when it speaks already', async () => {
    const talks = async ({ user, bot }: Script): Promise<void> => {
      await user.types('x');
      await bot.staysSilentFor(500);
    };
    expect((await failure(talks)).complaint).toBe('The bot should have been silent for 500 ms.');
    const already = async ({ user, bot }: Script): Promise<void> => {
      await user.types('x');
      await bot.speaks();
      await bot.staysSilentFor(500);
    };
    expect((await failure(already)).complaint).toBe('The bot should have been silent for 500 ms.');
  });

  it('fails at once when the session ends while something is expected', async () => {
    const error = await failure(async ({ bot, session }) => {
      session.cancel();
      await bot.says('Hello', { withinMs: 1_000_000 });
    });
    expect(error.complaint).toContain('The session was over before.');
  });

  it('fails when the user acts in a session that is over', async () => {
    const error = await failure(async ({ user }) => {
      await user.hangsUp();
      await user.says('Hello');
    });
    expect(error.complaint).toContain('but the session is over');
  });

  it('fails when the script waits for what never happens, instead of hanging', async () => {
    const error = await failure(() => new Promise(() => undefined));
    expect(error.complaint).toContain('waits for something that does not happen');
  });

  it('puts the timeline to what the script itself throws, and keeps that as the cause', async () => {
    const thrown = new Error('2 is not 3.');
    const error = await failure(async ({ user }) => {
      await user.says('Hello');
      throw thrown;
    });
    expect(error.complaint).toBe('2 is not 3.');
    expect(error.cause).toBe(thrown);
    expect(error.timeline).toContain('says “Hello”');
  });

  it('names the fakes that there are when a script gives trouble to another', async () => {
    const error = await failure(async ({ provider }) => provider('mcp').hangs());
    expect(error.complaint).toBe('This bot has no fake "mcp"; it has: stt, llm, tts.');
  });

  it('leaves no timer of the session behind', async () => {
    const clock = new VirtualClock();
    const script = async ({ user, bot }: Script): Promise<void> => {
      await user.types('x');
      await bot.says('y', { withinMs: 200 });
    };
    await expect(simulate({ bot: cascadeBot(), script }, { clock })).rejects.toThrow(SimulationError);
    expect(clock.pendingTimers).toBe(0);
  });

  it('waits for the other calls before it fails', async () => {
    let finished = false;
    const good = {
      bot: cascadeBot(),
      script: async ({ user }: Script) => {
        await user.silentFor(60_000);
        finished = true;
      },
    };
    const bad = { bot: cascadeBot(), script: async () => Promise.reject(new Error('bad')) };
    await expect(simulateTogether([bad, good])).rejects.toThrow('bad');
    expect(finished).toBe(true);
  });
});

describe('a script', () => {
  it('hears the bot since the last step of the user only', async () => {
    await simulate({
      bot: cascadeBot({ llm: fakeLLM({ replies: ['One.', 'Two.'] }) }),
      script: async ({ user, bot }) => {
        await user.says('first');
        await bot.says('One.');
        await user.says('second');
        await expect(bot.says('One.', { withinMs: 3000 })).rejects.toThrow(SimulationError);
        await bot.says(/^Two\.$/);
      },
    });
  });

  it('waits with finishes until every sentence is spoken, also when the model pauses between them', async () => {
    await simulate({
      bot: cascadeBot({
        llm: fakeLLM({ replies: [['One. ', { stallMs: 5000 }, 'Two. ', 'Three.']] }),
        tts: fakeTTS({ firstMs: 700 }),
      }),
      script: async ({ user, bot }) => {
        await user.says('count');
        await bot.finishes();
        await bot.says(/Three\.$/, { withinMs: 0 });
      },
    });
  });

  it('gives trouble to a provider at the moment at which it says so', async () => {
    const { report } = await simulate({
      bot: cascadeBot(),
      script: async ({ user, bot, provider }) => {
        provider('llm').fails('rate-limit');
        await user.types('x');
        await bot.staysSilentFor(1000);
        await user.types('x');
        await bot.says('You said');
      },
    });
    expect(report.errors.map(({ category }) => category)).toEqual(['rate-limit']);
  });

  it('has chances that come out the same for a seed', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 20 }, () => [random.between(1, 6), random.pick(['a', 'b']), random.chance(0.5)]);
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(
      draw(7)
        .flat()
        .filter((value) => typeof value === 'number')
        .every((value) => value >= 1 && value <= 6),
    ).toBe(true);
  });
});

describe('any pipeline with a memory transport', () => {
  it('can be called, with a microphone that is always on', async () => {
    const transport = memoryTransport({ silence: true, chunkMs: 10 });
    const context = contextPair();
    const bot = {
      transport,
      context,
      pipeline: pipeline(
        transport.input,
        fakeVad({ stopMs: 200 }),
        fakeSTT(),
        context.user,
        fakeLLM(),
        fakeTTS(),
        transport.output,
        context.assistant,
      ),
    };
    const { report, heard } = await simulate({
      bot,
      script: async ({ user, bot: reply }) => {
        await user.silentFor(333);
        await user.says('Hello there', { lastsMs: 700 });
        await reply.finishes();
      },
    });
    // The chunk that was under way when the user began holds silence.
    expect(report.turns).toMatchObject([{ userStoppedAtMs: 1040, decidedAtMs: 1240, text: 'Hello there' }]);
    expect(heard.map(({ text }) => text)).toEqual(['You said: Hello there.']);
  });

  it('decides on voice to the millisecond', async () => {
    const { frames } = await simulate({
      bot: cascadeBot({ vad: fakeVad({ startMs: 130, stopMs: 410 }) }),
      script: async ({ user }) => {
        await user.silentFor(77);
        await user.says('Hello there', { lastsMs: 505 });
        await user.silentFor(1000);
      },
    });
    const marks = frames.flatMap(({ frame, at }) =>
      'speechAtMs' in frame && frame.kind.startsWith('vad') ? [[at, frame.speechAtMs]] : [],
    );
    expect(marks).toEqual([
      [207, 77],
      [992, 582],
    ]);
  });

  it('does not take a click for a voice', async () => {
    const { frames } = await simulate({
      bot: cascadeBot({ vad: fakeVad({ startMs: 130 }) }),
      script: async ({ user }) => {
        await user.coughs(60);
        await user.silentFor(2000);
      },
    });
    expect(frames.some(({ frame }) => frame.kind.startsWith('vad'))).toBe(false);
  });

  it('plays at once where it is told to', async () => {
    const transport = memoryTransport({ play: 'instant' });
    const { report } = await simulate({
      bot: cascadeBot({ transport }),
      script: async ({ user, bot }) => {
        await user.types('Hello');
        await bot.says('You said: Hello.', { withinMs: 0 });
      },
    });
    expect(report.totalErrors).toBe(0);
  });
});

it('a bot that goes on after a false alarm has finished when it has said the rest', async () => {
  const { heard, context } = await simulate({
    bot: cascadeBot({
      llm: fakeLLM({ replies: 'Once upon a time there was a king who had no crown.' }),
      context: { turn: { interruption: pauseAndConfirm() } },
    }),
    script: async ({ user, bot }) => {
      await user.says('Tell me a story');
      await bot.speaks();
      await user.silentFor(500);
      await user.coughs(200);
      await bot.finishes();
    },
  });
  expect(heard.map(({ text }) => text).join(' ')).toContain('no crown');
  expect(context.at(-1)).toEqual({ role: 'assistant', content: 'Once upon a time there was a king who had no crown.' });
});

it('what prepares a simulation sees the session before its first frame', async () => {
  const kinds: string[] = [];
  await simulate({
    bot: cascadeBot(),
    prepare: (session) => {
      expect(session.state).toBe('created');
      session.frames$.subscribe(({ frame }) => kinds.push(frame.kind));
    },
    script: async () => undefined,
  });
  expect(kinds[0]).toBe('start');
});
