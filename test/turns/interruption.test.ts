import {
  atOnce,
  exceptBackchannels,
  interruptAfter,
  isBackchannel,
  neverInterrupt,
  pauseAndConfirm,
  silenceStop,
  type TurnOptions,
} from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, fakeTTS, fakeVad, simulate } from '@voxrill/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesOf } from './frames-of.js';

const story = 'Once upon a time there was a king who had no crown.';

const storyteller = (turn: TurnOptions = {}) =>
  cascadeBot({
    vad: fakeVad({ stopMs: 300 }),
    stt: fakeSTT({ finalMs: 50 }),
    llm: fakeLLM({ firstMs: 100, replies: ({ said }) => (said.includes('story') ? story : 'All right.') }),
    tts: fakeTTS({ firstMs: 50 }),
    context: { turn: { stop: silenceStop({ stopMs: 500 }), ...turn } },
  });

describe('the order of events', () => {
  it('is: voice, turn begins, voice ends, turn ends, user turn written, model asked, reply (S001-22)', async () => {
    const order: string[] = [];
    const bot = storyteller();
    await simulate({
      bot,
      script: async ({ user, bot: reply, session }) => {
        const seen = new Set<string>();
        session.frames$.subscribe(({ frame }) => {
          const { kind } = frame;
          if (kind === 'user-stopped-speaking' && !seen.has(kind)) {
            order.push(`${kind}, written: ${bot.context.of(session).messages.some(({ role }) => role === 'user')}`);
          } else if (told.has(kind) && !seen.has(kind)) order.push(kind);
          seen.add(kind);
        });
        await user.says('Tell me a story');
        await reply.finishes();
      },
    });
    expect(order).toEqual([
      'vad-user-started-speaking',
      'user-started-speaking',
      'vad-user-stopped-speaking',
      'transcription',
      'user-stopped-speaking, written: true',
      'llm-context',
      'llm-text',
      'tts-audio',
      'bot-started-speaking',
    ]);
  });
  const told: ReadonlySet<string> = new Set([
    'vad-user-started-speaking',
    'user-started-speaking',
    'vad-user-stopped-speaking',
    'transcription',
    'llm-context',
    'llm-text',
    'tts-audio',
    'bot-started-speaking',
  ]);
});

describe('an interruption by voice', () => {
  it('ends the audible audio within a chunk of 20 ms from where the voice began, wherever that is (S001-23)', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2900 }), async (atMs) => {
        const { heard, staleMs } = await simulate({
          bot: storyteller({ interruption: atOnce() }),
          script: async ({ user, bot }) => {
            await user.says('Tell me a story');
            await user.interrupts(atMs, 'stop');
            await bot.says('All right.');
          },
        });
        const [cut] = heard;
        expect(cut?.interrupted).toBe(true);
        // The detector needs one chunk of the voice to know it.
        expect((cut?.endMs ?? 0) - (cut?.startMs ?? 0)).toBeLessThanOrEqual(atMs + 20 + 20);
        expect(staleMs).toBe(0);
      }),
      { numRuns: 30 },
    ));
});

describe('the same words at the same moment under each policy', () => {
  const said = async (turn: TurnOptions, text: string) => {
    const result = await simulate({
      bot: storyteller(turn),
      script: async ({ user, bot }) => {
        await user.says('Tell me a story');
        await user.interrupts(600, text, { lastsMs: 900 });
        await user.silentFor(8000);
        await bot.staysSilentFor(1000);
      },
    });
    return {
      context: result.context
        .slice(1)
        .map(({ role, content, ...more }) => `${role}: ${content}${'interrupted' in more ? ' –' : ''}`),
      heard: result.heard.map(({ text: heard }) => heard),
      staleMs: result.staleMs,
    };
  };

  it.each<[string, TurnOptions, string, string[]]>([
    [
      'at once, a word',
      { interruption: atOnce() },
      'okay but stop',
      ['assistant: Once upon –', 'user: okay but stop', 'assistant: All right.'],
    ],
    [
      'at once, a noise',
      { interruption: atOnce() },
      'uh-huh',
      ['assistant: Once upon –', 'user: uh-huh', 'assistant: All right.'],
    ],
    [
      'never',
      { interruption: neverInterrupt() },
      'okay but stop',
      [`assistant: ${story}`, 'user: okay but stop', 'assistant: All right.'],
    ],
    ['few words', { interruption: interruptAfter({ words: 4 }) }, 'okay but stop', [`assistant: ${story}`]],
    ['except backchannels, one', { interruption: exceptBackchannels(atOnce()) }, 'uh-huh', [`assistant: ${story}`]],
    [
      'pause and confirm, a backchannel',
      { interruption: pauseAndConfirm({ unless: isBackchannel }) },
      'uh-huh',
      [`assistant: ${story}`],
    ],
  ])('%s (S001-25, S004-6)', async (_, turn, text, expected) => {
    const { context, heard, staleMs } = await said(turn, text);
    expect(context).toEqual(expected);
    expect(staleMs).toBe(0);
    if (expected[0] === `assistant: ${story}`) expect(heard.join('')).toContain(story.slice(-10));
  });

  it('pause and confirm: words cut the bot off where it fell silent (S001-25)', async () => {
    const { context, heard } = await said({ interruption: pauseAndConfirm() }, 'okay but stop');
    expect(context.slice(1)).toEqual(['user: okay but stop', 'assistant: All right.']);
    expect(context[0]).toMatch(/^assistant: Once upon.* –$/u);
    // What counts as heard is what was, up to half a word.
    expect(Math.abs((context[0] ?? '').length - 'assistant:  –'.length - (heard[0] ?? '').length)).toBeLessThanOrEqual(4);
    expect(heard).toHaveLength(2);
  });
});

describe('pauseAndConfirm', () => {
  it('loses no word, and repeats none, wherever a cough falls and however long it is', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2900 }), fc.integer({ min: 30, max: 1500 }), async (atMs, coughMs) => {
        const { heard, context, staleMs, report } = await simulate({
          bot: storyteller({ interruption: pauseAndConfirm() }),
          script: async ({ user, bot, session }) => {
            await user.says('Tell me a story');
            await bot.speaks();
            await session.clock.sleep(atMs);
            await user.coughs(coughMs);
            await user.silentFor(10_000);
          },
        });
        // Nobody hears a space at the edge of a pause.
        expect(
          heard
            .map(({ text }) => text)
            .join('')
            .replaceAll(' ', ''),
        ).toBe(story.replaceAll(' ', ''));
        const played = heard.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
        expect(played).toBeCloseTo(story.length * 60, 0);
        expect(context.slice(1)).toEqual([{ role: 'assistant', content: story }]);
        expect([staleMs, report.totalErrors]).toEqual([0, 0]);
      }),
      { numRuns: 40 },
    ));

  it('is silent while it listens', async () => {
    const { heard } = await simulate({
      bot: storyteller({ interruption: pauseAndConfirm() }),
      script: async ({ user, bot }) => {
        await user.says('Tell me a story');
        await bot.speaks();
        await user.silentFor(500);
        await user.coughs(400);
        await user.silentFor(10_000);
      },
    });
    expect(heard).toHaveLength(2);
    const gapMs = (heard[1]?.startMs ?? 0) - (heard[0]?.endMs ?? 0);
    // A cough of 400 ms, 300 ms until the detector, and 50 until the recogniser has said so; less what it takes to notice.
    expect(gapMs).toBeGreaterThan(650);
    expect(gapMs).toBeLessThanOrEqual(750);
  });
});

describe('something that the user cannot cut off', () => {
  it('is heard to its end; what the user says meanwhile is transcribed, kept and answered then (S001-25)', async () => {
    const warning = 'This call is recorded for quality.';
    const result = await simulate({
      bot: storyteller(),
      script: async ({ user, bot, session }) => {
        const transcripts = framesOf(session, 'transcription');
        session.say(warning, { interruptible: false });
        await user.silentFor(300);
        await user.says('what did you say');
        await user.silentFor(400);
        expect(transcripts.map(({ text }) => text)).toEqual(['what did you say']);
        await bot.says('All right.');
        await bot.finishes();
      },
    });
    expect(result.heard.map(({ text, interrupted }) => [text, interrupted])).toEqual([
      [warning, false],
      ['All right.', false],
    ]);
    expect(result.context.map(({ content }) => content)).toEqual([warning, 'what did you say', 'All right.']);
  });

  it('protects only itself: what is said in the next sentence of the bot cuts that', async () => {
    const { heard } = await simulate({
      bot: storyteller(),
      script: async ({ user, bot, session }) => {
        session.say('Listen well.', { interruptible: false });
        session.say('And now something that takes quite a while to say.');
        await user.silentFor(1200);
        await user.says('stop');
        await bot.says('All right.');
      },
    });
    expect(heard[0]?.text.startsWith('Listen well. And now')).toBe(true);
    expect(heard[0]?.interrupted).toBe(true);
  });
});

describe('stopping early', () => {
  const talk = (act: (call: { interrupt(): void; end(): Promise<unknown> }) => void | Promise<unknown>) =>
    simulate({
      bot: storyteller(),
      script: async ({ user, bot, session }) => {
        await user.says('Tell me a story');
        await bot.speaks();
        await user.silentFor(600);
        await act({ interrupt: () => session.interrupt(), end: () => session.end({ drainMs: 0 }) });
        await user.silentFor(5000);
      },
    });

  it('by an interruption cuts the sound and the history alike (S000-10)', async () => {
    const { heard, context, report } = await talk(({ interrupt }) => interrupt());
    expect(heard).toMatchObject([{ interrupted: true }]);
    expect(context.at(-1)).toEqual({ role: 'assistant', content: 'Once upon', interrupted: true });
    expect(report.totalErrors).toBe(0);
  });

  it('by the end of the session does so too, alone and behind an interruption (S000-10)', async () => {
    const alone = await talk(({ end }) => end());
    const both = await talk(({ interrupt, end }) => {
      interrupt();
      return end();
    });
    for (const { heard, context } of [alone, both]) {
      expect(heard).toMatchObject([{ interrupted: true }]);
      expect(context.at(-1)).toEqual({ role: 'assistant', content: 'Once upon', interrupted: true });
    }
  });

  it('is harmless when there is nothing to stop (S000-10)', async () => {
    const { context, report } = await simulate({
      bot: storyteller(),
      script: async ({ user, bot, session }) => {
        session.interrupt();
        await user.says('Tell me a story');
        await bot.finishes();
        session.interrupt();
        session.interrupt();
        await user.silentFor(1000);
      },
    });
    expect(context.map(({ content }) => content)).toEqual(['Tell me a story', story]);
    expect(report.totalErrors).toBe(0);
  });
});
