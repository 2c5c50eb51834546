import {
  chain,
  contextPair,
  defineProcessor,
  exceptKinds,
  filterFrames,
  gate,
  notifier,
  parallel,
  pipeline,
  silenceStop,
} from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, type SimulatedBot, simulate } from '@voxrill/testing';
import { describe, expect, test } from 'vitest';

interface Judged {
  /** Answers YES or NO to what was said. */
  readonly verdict: (said: string) => string;
  readonly judgeMs?: number;
  readonly modelMs?: number;
  readonly idleMs?: number;
}

/** The article's pipeline with a statement judge, stage by stage in its order. */
function judgedBot({ verdict, judgeMs = 120, modelMs = 300, idleMs = 3000 }: Judged) {
  const transport = memoryTransport();
  const context = contextPair({ turn: { stop: silenceStop({ stopMs: 200 }) } });
  const agreed = notifier('agreed');
  const judge = fakeLLM({ name: 'judge', firstMs: judgeMs, replies: ({ said }) => verdict(said) });
  const main = fakeLLM({ name: 'main', firstMs: modelMs, replies: ({ said }) => `You said: ${said}.` });
  const onlyContext = (name: string) =>
    filterFrames(name, ({ kind }) => kind === 'llm-context' || kind === 'interruption', { control: true });

  const a = exceptKinds('user-stopped-speaking', 'llm-context');
  const check = defineProcessor('completeness check', (stage) => ({
    down: {
      'llm-response-start': () => undefined,
      'llm-response-end': () => undefined,
      'llm-text': ({ text }) => {
        if (!text.startsWith('YES')) return;
        stage.pushDown(stage.frame('user-stopped-speaking', { speechAtMs: stage.session.now(), text: '' }));
        agreed.notify(stage.session);
      },
    },
  }));
  const b = chain('statement judge', onlyContext('for the judge'), judge, check);
  const output = gate('output gate', {
    holds: ['llm-response-start', 'llm-text', 'llm-response-end'],
    watches: ['interruption'],
    closesOn: ({ kind }) => kind === 'interruption',
    opens: agreed,
    startsOpen: false,
  });
  const c = chain('main answer', onlyContext('for the model'), main, output);
  const userIdle = defineProcessor('user idle', (stage) => {
    let cancel = (): void => undefined;
    stage.session.onClose(() => cancel());
    stage.session.onInterrupt(() => cancel());
    return {
      down: {
        'vad-user-stopped-speaking': (frame) => {
          cancel = stage.session.clock.setTimer(
            () => stage.session.guard(stage.name, () => agreed.notify(stage.session)),
            idleMs,
          );
          return frame;
        },
      },
    };
  });
  const seen: string[] = [];
  const watch = defineProcessor('watch', {
    down: {
      'user-stopped-speaking': (frame) => {
        seen.push(frame.kind);
        return frame;
      },
    },
  });
  const bot: SimulatedBot = {
    transport,
    context,
    pipeline: pipeline(
      transport.input,
      chain('stt', fakeVad({ stopMs: 200 }), fakeSTT({ finalMs: 50 })),
      context.user,
      parallel(a, b, c),
      watch,
      fakeTTS({ firstMs: 100 }),
      userIdle,
      transport.output,
      context.assistant,
    ),
  };
  return { bot, judge, main, seen };
}

describe('the article’s statement judge (S001-32)', () => {
  test('lets the answer out as soon as it says YES, which is long before a patient silence would (S001-31)', async () => {
    const { bot, seen } = judgedBot({ verdict: () => 'YES' });
    const { heard, report } = await simulate({
      bot,
      script: async ({ user, bot: voice }) => {
        await user.says('Two boxes, please', { lastsMs: 1000 });
        await voice.finishes();
      },
    });
    // 200 of silence, 50 of recognition, then judge and model side by side, and 100 for the voice.
    expect(heard.map(({ text, startMs }) => [text, startMs])).toEqual([
      ['You said: Two boxes, please.', 1000 + 200 + 50 + 300 + 100],
    ]);
    expect(seen).toEqual(['user-stopped-speaking']);
    expect(report.unansweredTurns).toBe(0);
  });

  test('holds an answer that was ready before it, until it agrees', async () => {
    const { bot } = judgedBot({ verdict: () => 'YES', judgeMs: 900, modelMs: 100 });
    const { heard } = await simulate({
      bot,
      script: async ({ user, bot: voice }) => {
        await user.says('Two boxes, please', { lastsMs: 1000 });
        await voice.finishes();
      },
    });
    expect(heard[0]?.startMs).toBe(1000 + 200 + 50 + 900 + 100);
  });

  test('does not let the bot cut in: after a NO the user goes on, and the answer to the first half is never heard', async () => {
    const { bot, main } = judgedBot({ verdict: (said) => (said.endsWith('please') ? 'YES' : 'NO') });
    const { heard, staleMs, context } = await simulate({
      bot,
      script: async ({ user, bot: voice }) => {
        await user.says('I would like to');
        await user.silentFor(1500);
        await user.says('order two boxes please');
        await voice.finishes();
      },
    });
    expect(main.calls).toHaveLength(2);
    expect(heard.map(({ text }) => text)).toEqual(['You said: order two boxes please.']);
    expect(staleMs).toBe(0);
    expect(context.filter(({ role }) => role === 'assistant')).toHaveLength(1);
  });

  test('has a way out: a user who stays silent is answered all the same', async () => {
    const { bot } = judgedBot({ verdict: () => 'NO', idleMs: 3000 });
    const { heard, report } = await simulate({
      bot,
      script: async ({ user, bot: voice }) => {
        await user.says('I would like', { lastsMs: 1000 });
        await voice.says(/I would like/u, { withinMs: 8000 });
        await voice.finishes();
      },
    });
    expect(heard[0]?.startMs).toBe(1000 + 200 + 3000 + 100);
    expect(report.unansweredTurns).toBe(0);
  });

  test('that fails keeps nobody waiting for ever', async () => {
    const { bot, judge } = judgedBot({ verdict: () => 'YES' });
    judge.faults.fails('server');
    const { heard, report } = await simulate({
      bot,
      script: async ({ user, bot: voice }) => {
        await user.says('Two boxes');
        await voice.says(/Two boxes/u, { withinMs: 8000 });
        await voice.finishes();
      },
    });
    expect(heard).toHaveLength(1);
    expect(report.errors.map(({ processor }) => processor)).toEqual(['judge']);
  });
});
