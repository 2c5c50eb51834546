import { defineTool, messageText, type Tool, type ToolCall } from '@voxrill/core';
import { cascadeBot, type FakeReply, fakeLLM, fakeSTT, fakeTTS, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const parameters = z.object({ place: z.string() });

const tool = (
  name: string,
  run: (place: string, call: ToolCall) => unknown,
  traits: Partial<Pick<Tool, 'longRunning' | 'parallel' | 'survivesInterruption' | 'timeoutMs'>> = {},
) => defineTool({ name, description: 'A tool.', parameters, run: ({ place }, call) => run(place, call), ...traits });

const calls = (...names: readonly string[]): FakeReply =>
  names.map((name) => ({ toolCall: { name, arguments: { place: 'Paris' }, id: name } }));

function botWith(
  tools: readonly Tool[],
  replies: Parameters<typeof fakeLLM>[0],
  more: { readonly sequentialTools?: boolean } = {},
) {
  const llm = fakeLLM(replies);
  const bot = cascadeBot({ stt: fakeSTT({ finalMs: 100 }), llm, tts: fakeTTS({ firstMs: 80 }), context: { tools, ...more } });
  return { llm, bot };
}

describe('a tool', () => {
  it('is offered with what it needs, called, run, and its result goes to the model, which answers (S004-9)', async () => {
    const asked: string[] = [];
    const weather = tool('weather', (place) => {
      asked.push(place);
      return { celsius: 21 };
    });
    const { llm, bot } = botWith([weather], { replies: [calls('weather'), 'It is 21 degrees.'] });
    const { context } = await simulate({
      bot,
      script: async ({ user, bot: reply }) => {
        await user.says('how is the weather in Paris');
        await reply.says('It is 21 degrees.');
      },
    });
    expect(llm.calls[0]!.request.tools).toEqual([
      expect.objectContaining({ name: 'weather', parameters: expect.objectContaining({ required: ['place'] }) }),
    ]);
    expect(asked).toEqual(['Paris']);
    expect(context.slice(1, 3)).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'weather', type: 'function', function: { name: 'weather', arguments: '{"place":"Paris"}' } }],
      },
      { role: 'tool', tool_call_id: 'weather', content: '{"celsius":21}' },
    ]);
  });

  it('leads to one more request, after the response that asked has ended and the whole group has answered (S004-10)', async () => {
    const quick = tool('quick', () => 'at once');
    const slow = tool('slow', (_place, { clock, signal }) => clock.sleep(700, signal).then(() => 'after a while'));
    const { llm, bot } = botWith([quick, slow], {
      replies: ({ messages }) =>
        messages.at(-1)?.role === 'tool' ? 'Here it is.' : [...[calls('quick', 'slow')].flat(), { stallMs: 300 }],
    });
    await simulate({
      bot,
      script: async ({ user, bot: reply }) => {
        await user.says('look it up');
        await reply.says('Here it is.');
        await reply.finishes();
        await reply.staysSilentFor(5000);
      },
    });
    const [first, second, ...more] = llm.calls;
    expect(more).toEqual([]);
    expect(second!.startedAtMs).toBeGreaterThanOrEqual(first!.endedAtMs! + 700);
    expect(second!.request.messages.slice(-2).map(messageText)).toEqual(['at once', 'after a while']);
  });

  it('that nobody has, or whose arguments do not fit, gives the model a message that it can learn from', async () => {
    const { llm, bot } = botWith([tool('weather', () => 'sunny')], {
      replies: ({ messages }) => {
        const last = messages.at(-1)!;
        if (last.role === 'user')
          return [{ toolCall: { name: 'wether' } }, { toolCall: { name: 'weather', arguments: { place: 5 } } }];
        return messageText(last).includes('error') ? calls('weather') : 'It is sunny.';
      },
    });
    await simulate({
      bot,
      script: async ({ user, bot: reply }) => {
        await user.says('how is the weather');
        await reply.says('It is sunny.');
      },
    });
    const learned = llm.calls[1]!.request.messages.slice(-2).map(messageText);
    expect(learned[0]).toContain('There is no tool \\"wether\\"');
    expect(learned[1]).toContain('expected string, received number');
  });

  it('one at a time, if the pair or the tool says so', async () => {
    for (const traits of [{ pair: true }, { parallel: false }]) {
      let atWork = 0;
      let most = 0;
      const works = (name: string) =>
        tool(
          name,
          async (_place, { clock, signal }) => {
            most = Math.max(most, ++atWork);
            await clock.sleep(200, signal);
            atWork--;
            return name;
          },
          traits.parallel === false ? { parallel: false } : {},
        );
      const { bot, llm } = botWith(
        [works('one'), works('two'), works('three')],
        { replies: [calls('three', 'one', 'two'), 'Done.'] },
        traits.pair === true ? { sequentialTools: true } : {},
      );
      await simulate({
        bot,
        script: async ({ user, bot: reply }) => {
          await user.says('go');
          await reply.says('Done.');
        },
      });
      expect(most).toBe(1);
      expect(llm.calls[1]!.request.messages.slice(-3).map(messageText)).toEqual(['three', 'one', 'two']);
    }
  });

  it('tells how far it is, and every call is at its end when the session is over', async () => {
    const hang = (_place: string, { progress }: ToolCall): Promise<never> => {
      progress({ percent: 50 });
      return new Promise(() => undefined);
    };
    const hangs = tool('hangs', hang, { survivesInterruption: true });
    const waits = tool('waits', () => new Promise(() => undefined), { longRunning: true, timeoutMs: 600_000 });
    const { bot } = botWith([hangs, waits], { replies: () => calls('hangs', 'waits') });
    const seen: unknown[] = [];
    const { context } = await simulate({
      bot,
      script: async ({ user, session }) => {
        session.frames$.subscribe(({ frame }) => {
          if (frame.kind === 'tool-progress') seen.push(frame.progress);
        });
        await user.says('go');
        await user.silentFor(3000);
        session.cancel();
      },
    });
    expect(seen).toContainEqual({ percent: 50 });
    expect(context.slice(1).map(messageText)).toEqual([
      '',
      '{"cancelled":"The session is over."}',
      '{"cancelled":"The session is over."}',
    ]);
  });
});

describe('a long-running tool', () => {
  const search = (name: string, takesMs: number) =>
    tool(name, (_place, { clock, signal }) => clock.sleep(takesMs, signal).then(() => `${name} found`), {
      longRunning: true,
      timeoutMs: 60_000,
    });
  const long = 'I am looking for it now, and it may take some time, so let me tell you about the weather in the meantime.';
  const replies: NonNullable<Parameters<typeof fakeLLM>[0]>['replies'] = ({ messages, said }) => {
    const last = messages.at(-1)!;
    if (last.role === 'tool') return long;
    if (last.role === 'system') return 'It is found.';
    return said === 'search' ? calls('first', 'second') : `You said: ${said}.`;
  };

  it('is answered as running at once, and what it finds is told when it is there', async () => {
    const { bot, llm } = botWith([search('first', 20_000), search('second', 5)], { replies });
    const { context } = await simulate({
      bot,
      script: async ({ user, bot: reply }) => {
        await user.says('search');
        await reply.says('I am looking for it');
        await reply.finishes();
        await user.says('and now');
        await reply.says('You said: and now.');
        await reply.says('It is found.', { withinMs: 30_000 });
      },
    });
    expect(context.filter(({ role }) => role === 'tool').map(messageText)).toEqual([
      '{"status":"running"}',
      '{"status":"running"}',
    ]);
    expect(context.filter(({ role }) => role === 'system').map(messageText)).toEqual([
      'The tool second, call second, has ended: second found',
      'The tool first, call first, has ended: first found',
    ]);
    expect(llm.calls.filter(({ text }) => text === 'It is found.').length).toBeLessThanOrEqual(2);
  });

  it('whose result comes while the bot speaks lets it finish; for all that came meanwhile the model is asked once', async () => {
    const { bot, llm } = botWith([search('first', 1500), search('second', 2500)], { replies });
    const { heard } = await simulate({
      bot,
      script: async ({ user, bot: reply }) => {
        await user.says('search');
        await reply.says('It is found.', { withinMs: 30_000 });
        await reply.finishes();
        await reply.staysSilentFor(5000);
      },
    });
    expect(heard.map(({ text }) => text).join(' ')).toBe(`${long} It is found.`);
    expect(llm.calls).toHaveLength(3);
    expect(llm.calls[2]!.request.messages.slice(-3).map(messageText)).toEqual([
      long,
      'The tool first, call first, has ended: first found',
      'The tool second, call second, has ended: second found',
    ]);
  });

  it('whose results come while the user speaks are answered together with what the user said, once', async () => {
    const { bot, llm } = botWith([search('first', 9000), search('second', 9500)], { replies });
    await simulate({
      bot,
      script: async ({ user, bot: reply }) => {
        await user.says('search');
        await reply.finishes();
        const before = llm.calls.length;
        await user.says('I would like to say something long meanwhile', { lastsMs: 6000 });
        await reply.speaks();
        await reply.finishes();
        await reply.staysSilentFor(8000);
        expect(llm.calls).toHaveLength(before + 1);
      },
    });
    const last = llm.calls.at(-1)!.request.messages.map(messageText);
    expect(last.filter((text) => text.includes('has ended'))).toHaveLength(2);
  });

  it('survives an interruption, and its result is told all the same', async () => {
    const { bot } = botWith([search('first', 6000), search('second', 6000)], { replies });
    await simulate({
      bot,
      script: async ({ user, bot: reply }) => {
        await user.says('search');
        await user.interrupts(500, 'wait');
        await reply.says('You said: wait.');
        await reply.says('It is found.', { withinMs: 20_000 });
      },
    });
  });
});
