import { type ChatMessage, type ContextPolicy, defineTool, messageText, summaryPolicy, windowPolicy } from '@voxrill/core';
import { cascadeBot, type FakeLLM, fakeLLM, fakeSTT, fakeTTS, simulate } from '@voxrill/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const tool = (name: string) =>
  defineTool({
    name,
    description: `Looks up the ${name}.`,
    parameters: z.object({ place: z.string(), when: z.string().optional() }),
    run: ({ place }, { clock, signal }) => clock.sleep(300, signal).then(() => `${name} of ${place}`),
  });

type Step = 'says' | 'interrupts' | 'types' | 'coughs' | 'asks a tool' | 'waits' | 'tells something to remember';

/** Plays the steps and gives the model that was asked. */
async function play(steps: readonly Step[], policies: readonly ContextPolicy[] = []): Promise<FakeLLM> {
  const llm = fakeLLM({
    firstMs: 200,
    tokenMs: 10,
    replies: ({ said, messages }) =>
      said.includes('weather') && messages.at(-1)?.role === 'user'
        ? ['One moment. ', { toolCall: { name: 'weather', arguments: { place: 'Paris' } } }]
        : `You said: ${said}. That was a very interesting thing to say.`,
  });
  const bot = cascadeBot({
    stt: fakeSTT({ finalMs: 100 }),
    llm,
    tts: fakeTTS({ firstMs: 80 }),
    context: { system: 'You are brief.', tools: [tool('weather'), tool('time')], policies },
  });
  await simulate({
    bot,
    script: async ({ user, bot: reply, session }) => {
      for (const [i, step] of steps.entries()) {
        if (step === 'says') await user.says(`sentence number ${i}`);
        else if (step === 'types') await user.types(`typed ${i}`);
        else if (step === 'coughs') await user.coughs(300);
        else if (step === 'asks a tool') await user.says('weather');
        else if (step === 'waits') await user.silentFor(9000);
        else if (step === 'tells something to remember') bot.context.of(session).remember(`fact ${i}`);
        else {
          await user.says(`so ${i}`);
          await reply.speaks().catch(() => undefined);
          await user.silentFor(700);
          await user.says(`no ${i}`);
        }
        await user.silentFor(1200);
      }
    },
  });
  return llm;
}

const requestsOf = (llm: FakeLLM): (readonly ChatMessage[])[] => llm.calls.map(({ request }) => request.messages);

/** Requests that do not begin with the whole one before, byte for byte. */
const breaks = (requests: readonly (readonly ChatMessage[])[]): number[] =>
  requests.flatMap((messages, i) => {
    const before = requests[i - 1] ?? [];
    return JSON.stringify(messages.slice(0, before.length)) === JSON.stringify(before) ? [] : [i];
  });

const anySteps = fc.array(
  fc.constantFrom<Step>('says', 'interrupts', 'types', 'coughs', 'asks a tool', 'waits', 'tells something to remember'),
  { minLength: 3, maxLength: 10 },
);

describe('the prompt', () => {
  it('begins with the one before, byte for byte, through interruptions, tools, coughs and memories (S000-22)', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        expect(breaks(requestsOf(await play(steps)))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('offers the same tools in the same order and in the same bytes each time (S000-23)', async () => {
    const llm = await play(['says', 'asks a tool', 'waits', 'says', 'interrupts']);
    const offered = new Set(llm.calls.map(({ request }) => JSON.stringify(request.tools)));
    expect(llm.calls.length).toBeGreaterThan(4);
    expect(offered.size).toBe(1);
    expect([...offered][0]).toMatch(/"weather".*"time"/u);
  });

  it('breaks with the one before only where the window cuts, which is rare (S000-22, S001-48)', async () => {
    const steps = Array.from({ length: 40 }, (_, i): Step[] =>
      i % 5 === 0 ? ['asks a tool', 'waits'] : ['says', 'waits'],
    ).flat();
    const requests = requestsOf(await play(steps, [windowPolicy({ maxMessages: 24 })]));
    const cuts = breaks(requests);
    expect(cuts.length).toBeGreaterThan(2);
    expect(cuts.length).toBeLessThan(requests.length / 5);
    for (const at of cuts) expect(requests[at]!.length).toBeLessThanOrEqual(12);
    for (const messages of requests) expect(messages.length).toBeLessThanOrEqual(24);
  });

  it('stays short with a summary, which is written while the conversation goes on (S001-48, S001-71)', async () => {
    const sums = fakeLLM({ name: 'sums', firstMs: 4000, replies: ({ said }) => `They spoke ${said.length} characters.` });
    const steps = Array.from({ length: 30 }, (): Step[] => ['says', 'waits']).flat();
    const policy = summaryPolicy({ model: sums, whenTokens: 300, keepTurns: 2 });
    const requests = requestsOf(await play(steps, [policy]));
    expect(sums.calls.length).toBeGreaterThan(2);
    expect(sums.calls.every(({ outcome }) => outcome === 'finished')).toBe(true);
    expect(breaks(requests).length).toBeLessThanOrEqual(sums.calls.length);
    expect(requests).toHaveLength(30);
    const last = requests.at(-1)!;
    expect(last.length).toBeLessThan(30);
    expect(messageText(last[1]!)).toMatch(/^What was said before, in short: They spoke/u);
    expect(messageText(last.at(-1)!)).toBe('sentence number 58');
  });

  it('gets a memory behind everything that was said before it, and before what comes next (S001-34)', async () => {
    const llm = await play(['says', 'waits', 'tells something to remember', 'says']);
    const last = llm.calls.at(-1)!.request.messages;
    expect(last.slice(-2)).toEqual([
      { role: 'system', content: 'fact 2' },
      { role: 'user', content: 'sentence number 3' },
    ]);
  });
});
