import {
  contextPair,
  dtmfAggregator,
  type FillerOptions,
  filler,
  type ModerationVerdict,
  moderationGate,
  pipeline,
  spokenNumbers,
  type TranscriptEntry,
  textFilter,
  transcriptTap,
  type UserIdleOptions,
  userIdle,
  withoutEmoji,
  withoutMarkdown,
} from '@voxrill/core';
import {
  type FakeLLMOptions,
  fakeLLM,
  fakeSTT,
  fakeTTS,
  fakeVad,
  memoryTransport,
  type Script,
  simulate,
} from '@voxrill/testing';
import { describe, expect, test } from 'vitest';

interface Options {
  readonly llm?: FakeLLMOptions;
  readonly filler?: FillerOptions;
  readonly idle?: UserIdleOptions;
  readonly moderate?: (text: string) => Promise<ModerationVerdict>;
}

/** A call to a cascade with everything of this topic in it. */
async function talk(options: Options, script: (script: Script) => Promise<void>) {
  const transport = memoryTransport();
  const context = contextPair();
  const llm = fakeLLM(options.llm);
  const entries: TranscriptEntry[] = [];
  const bot = pipeline(
    transport.input,
    fakeVad(),
    fakeSTT(),
    dtmfAggregator(),
    context.user,
    moderationGate({ side: 'user', moderate: options.moderate ?? (() => 'pass') }),
    transcriptTap((entry) => entries.push(entry)),
    llm,
    textFilter(withoutEmoji, withoutMarkdown, spokenNumbers),
    filler(options.filler ?? { phrases: ['One moment.'], afterMs: 60_000, slowToolMs: 60_000 }),
    userIdle(options.idle ?? { afterMs: 0 }),
    fakeTTS(),
    transport.output,
    context.assistant,
  );
  const result = await simulate({ bot: { pipeline: bot, transport, context, providers: { llm } }, script });
  const told = entries.map(({ who, text, interrupted, aside }) => {
    const marks = `${interrupted === true ? ' (cut)' : ''}${aside === true ? ' (aside)' : ''}`;
    return `${who}: ${text}${marks}`;
  });
  const conversation = result.context.map(({ role, content }) => `${role}: ${content}`);
  return { ...result, llm, told, conversation };
}

describe('a courtesy', () => {
  test('is heard while the model is slow and is no part of the conversation (S003-2)', async () => {
    const { conversation, told, staleMs } = await talk(
      { llm: { firstMs: 3000, replies: 'Hello.' }, filler: { phrases: ['One moment.'] } },
      async ({ user, bot }) => {
        await user.says('Hi.');
        await bot.says('One moment.');
        await bot.says('Hello.');
      },
    );
    expect(conversation).toEqual(['user: Hi.', 'assistant: Hello.']);
    expect(told).toEqual(['user: Hi.', 'bot: One moment. (aside)', 'bot: Hello.']);
    expect(staleMs).toBe(0);
  });

  test('can be interrupted like everything else (S003-2)', async () => {
    const { conversation, told } = await talk(
      {
        llm: { firstMs: 3000, replies: ({ said }) => `You said ${said}` },
        filler: { phrases: ['Let me have a look at that for you right away.'] },
      },
      async ({ user, bot }) => {
        await user.says('One.');
        await user.interrupts(600, 'Two.');
        await bot.says('Two', { withinMs: 20_000 });
      },
    );
    expect(told.some((line) => line.startsWith('bot: Let me') && line.endsWith('(cut) (aside)'))).toBe(true);
    expect(conversation.filter((line) => line.includes('Let me'))).toEqual([]);
  });
});

test('transcripts of both sides are told as they were spoken and heard, cut where the user cut in (S001-34)', async () => {
  const { told } = await talk(
    { llm: { replies: ['This is a long story that nobody will hear to its end.', 'All right.'] } },
    async ({ user, bot }) => {
      await user.says('Tell me a story.');
      await user.interrupts(700, 'Stop.');
      await bot.says('All right.');
    },
  );
  expect(told[0]).toBe('user: Tell me a story.');
  expect(told[1]).toMatch(/^bot: This is .+ \(cut\)$/u);
  expect(told[1]).not.toContain('end.');
  expect(told.slice(2)).toEqual(['user: Stop.', 'bot: All right.']);
});

test('the model is not asked before the moderator has judged what the user said (S001-53)', async () => {
  let release: (verdict: ModerationVerdict) => void = () => undefined;
  const { conversation } = await talk(
    { moderate: () => new Promise((resolve) => (release = resolve)), llm: { replies: 'Yes.' } },
    async ({ user, bot }) => {
      await user.says('May I?');
      await bot.staysSilentFor(1900);
      release('pass');
      await bot.says('Yes.', { withinMs: 500 });
    },
  );
  expect(conversation).toEqual(['user: May I?', 'assistant: Yes.']);
});

test('the voice is given words, and the conversation holds what was said', async () => {
  const { conversation } = await talk({ llm: { replies: 'It costs **$5** 🎉 at 3:30.' } }, async ({ user, bot }) => {
    await user.says('How much?');
    await bot.says('five dollars at three thirty.');
  });
  expect(conversation.at(-1)).toBe('assistant: It costs five dollars at three thirty.');
});

test('keys pressed on a telephone cut the bot off and become one message', async () => {
  const { conversation } = await talk(
    { llm: { replies: ['Please type your number, and take all the time you need for it.', 'Thank you.'] } },
    async ({ user, bot }) => {
      await user.says('Hello.');
      await bot.speaks();
      for (const digit of '123#') await user.presses(digit);
      await bot.says('Thank you.');
    },
  );
  expect(conversation).toContain('user: DTMF: 123');
});

test('a silent user is asked, is left alone when answering, and given up in the end', async () => {
  const { report, told } = await talk(
    { idle: { afterMs: 5000, steps: ['Hello?', { say: 'Goodbye.', end: 'silence' }] }, llm: { firstMs: 6000, replies: 'Yes.' } },
    async ({ user, bot }) => {
      await bot.says('Hello?');
      await user.silentFor(500);
      await user.says('I am here.');
      await bot.says('Yes.');
      await bot.hangsUp();
    },
  );
  expect(told).toEqual(['bot: Hello?', 'user: I am here.', 'bot: Yes.', 'bot: Hello?', 'bot: Goodbye.']);
  expect(report).toMatchObject({ reason: 'ended', detail: 'silence', totalErrors: 0 });
});
