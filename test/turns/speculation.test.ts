import { defineTool, turnPresets } from '@voxrill/core';
import {
  cascadeBot,
  fakeLLM,
  fakeSTT,
  fakeTTS,
  fakeVad,
  type Simulation,
  type SimulationResult,
  simulate,
} from '@voxrill/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { framesOf } from './frames-of.js';

type Mode = 'never' | 'text' | 'speech';

/** As `simulate`, and what became of what was asked ahead of time. */
async function watched(simulation: Simulation): Promise<SimulationResult & { readonly states: readonly string[] }> {
  let found: readonly { readonly state: string }[] = [];
  const result = await simulate({
    ...simulation,
    script: async (script) => {
      found = framesOf(script.session, 'speculation');
      await simulation.script(script);
    },
  });
  return { ...result, states: found.map(({ state }) => state) };
}
const voiceToVoice = ({ heard, report }: SimulationResult): number =>
  (heard[0]?.startMs ?? Number.NaN) - (report.turns[0]?.userStoppedAtMs ?? Number.NaN);

describe('the time from the end of speech to the first sound of the reply', () => {
  const ask = (speculate: Mode, text = 'Where is my order?') =>
    watched({
      bot: cascadeBot({
        vad: fakeVad({ stopMs: 100 }),
        llm: fakeLLM({ firstMs: 500 }),
        tts: fakeTTS({ firstMs: 150 }),
        context: { turn: { ...turnPresets.quick, speculate } },
      }),
      script: async ({ user, bot }) => {
        await user.says(text);
        await bot.finishes();
      },
    });

  it.each(['text', 'speech'] as const)(
    'is at most 800 ms with a model of 500 ms and a voice of 150 ms, when the model is asked ahead (%s) (S001-31, S001-81, S001-82)',
    async (mode) => {
      const result = await ask(mode);
      expect(voiceToVoice(result)).toBeLessThanOrEqual(800);
      // 100 ms of the detector, 500 of the model, 150 of the voice: the framework itself costs nothing.
      expect(voiceToVoice(result)).toBe(750);
      expect(result.states).toEqual(['begun', 'confirmed']);
      expect(result.staleMs).toBe(0);
    },
  );

  it('is what it would be without, less the wait for the end of the turn', async () => {
    expect(voiceToVoice(await ask('never'))).toBe(850);
    expect(voiceToVoice(await ask('never', 'two red boxes'))).toBe(1350);
    expect(voiceToVoice(await ask('text', 'two red boxes'))).toBe(850);
    expect(voiceToVoice(await ask('speech', 'two red boxes'))).toBe(750);
  });
});

describe('asking ahead of time', () => {
  const pieces = fc.array(
    fc.record({
      words: fc.constantFrom('where is', 'my order', 'two boxes', 'of strawberries', 'please'),
      pauseMs: fc.integer({ min: 1, max: 590 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const conversation = fc.record({
    turns: fc.array(pieces, { minLength: 1, maxLength: 3 }),
    finalMs: fc.integer({ min: 0, max: 300 }),
    llmMs: fc.integer({ min: 0, max: 900 }),
    tokenMs: fc.integer({ min: 0, max: 80 }),
    ttsMs: fc.integer({ min: 0, max: 300 }),
    stopMs: fc.integer({ min: 60, max: 300 }),
  });
  const hold = async (mode: Mode, call: typeof conversation extends fc.Arbitrary<infer T> ? T : never) => {
    const looked: string[] = [];
    const lookUp = defineTool({
      name: 'look_up',
      description: 'Looks something up.',
      parameters: z.object({ what: z.string() }),
      run: ({ what }) => {
        looked.push(what);
        return 'found';
      },
    });
    const llm = fakeLLM({
      firstMs: call.llmMs,
      tokenMs: call.tokenMs,
      replies: ({ said, messages }) =>
        said.includes('order') && messages.at(-1)?.role === 'user'
          ? { toolCall: { id: `call about ${said}`, name: 'look_up', arguments: { what: said } } }
          : `You said: ${said}. Is that all?`,
    });
    const result = await watched({
      bot: cascadeBot({
        vad: fakeVad({ stopMs: call.stopMs }),
        stt: fakeSTT({ finalMs: call.finalMs }),
        llm,
        tts: fakeTTS({ firstMs: call.ttsMs, charMs: 20 }),
        context: {
          system: 'Be brief.',
          tools: [lookUp],
          turn: { ...turnPresets.patient, speculate: mode },
        },
      }),
      script: async ({ user, bot }) => {
        for (const turn of call.turns) {
          for (const { words, pauseMs } of turn) {
            await user.says(words);
            await user.silentFor(pauseMs);
          }
          await bot.finishes();
        }
      },
    });
    return { result, looked, requests: llm.calls.map(({ request }) => JSON.stringify(request.messages)) };
  };

  it.each(['text', 'speech'] as const)(
    'leaves no trace, whatever the timing (%s): the same context, the same speech, the same tool calls (S001-31)',
    (mode) =>
      fc.assert(
        fc.asyncProperty(conversation, async (call) => {
          const plain = await hold('never', call);
          const ahead = await hold(mode, call);
          expect(ahead.result.staleMs).toBe(0);
          expect(ahead.result.context).toEqual(plain.result.context);
          expect(ahead.result.heard.map(({ text }) => text)).toEqual(plain.result.heard.map(({ text }) => text));
          expect(ahead.looked).toEqual(plain.looked);
          expect(ahead.result.report.totalErrors).toBe(0);
          // What the model is asked of turns that held is, to the byte, what it would have been asked.
          let next = 0;
          for (const request of ahead.requests) if (request === plain.requests[next]) next++;
          expect(next).toBe(plain.requests.length);
          const told = ahead.result.states;
          expect(told.filter((_, i) => i % 2 === 0).every((state) => state === 'begun')).toBe(true);
          expect(told.filter((_, i) => i % 2 === 1).every((state) => state !== 'begun')).toBe(true);
        }),
        { numRuns: 30 },
      ),
    120_000,
  );

  const bot = (mode: Mode, llm = fakeLLM({ firstMs: 200 })) =>
    cascadeBot({ vad: fakeVad({ stopMs: 100 }), llm, context: { turn: { ...turnPresets.patient, speculate: mode } } });

  it.each(['text', 'speech'] as const)(
    'is repeated when the user goes on, and what was answered is not heard (%s)',
    async (mode) => {
      const llm = fakeLLM({ firstMs: 200 });
      const result = await watched({
        bot: bot(mode, llm),
        script: async ({ user, bot: reply }) => {
          await user.says('I want');
          await user.silentFor(700);
          await user.says('two boxes');
          await reply.finishes();
        },
      });
      expect(result.states).toEqual(['begun', 'discarded', 'begun', 'confirmed']);
      expect(result.heard.map(({ text }) => text)).toEqual(['You said: I want two boxes.']);
      expect(llm.calls.map(({ request }) => request.messages.at(-1)?.content)).toEqual(['I want', 'I want two boxes']);
    },
  );

  it('is not done without end in one turn', async () => {
    const llm = fakeLLM({ firstMs: 200 });
    await watched({
      bot: bot('text', llm),
      script: async ({ user, bot: reply }) => {
        for (const word of ['one', 'two', 'three', 'four', 'five', 'six']) {
          await user.says(word);
          await user.silentFor(500);
        }
        await reply.finishes();
      },
    });
    // Three ahead of time, and the one that counts.
    expect(llm.calls).toHaveLength(4);
  });

  it.each(['text', 'speech'] as const)('that fails is done again when the turn is over (%s)', async (mode) => {
    const result = await watched({
      bot: bot(mode),
      script: async ({ user, bot: reply, provider }) => {
        provider('llm').fails('server');
        await user.says('Where is my order?');
        await reply.says('You said: Where is my order?');
        await reply.finishes();
      },
    });
    expect(result.report.unansweredTurns).toBe(0);
    expect(result.heard).toHaveLength(1);
  });

  it('is done anew when a transcript, or what is typed, changes the text', async () => {
    const llm = fakeLLM({ firstMs: 200 });
    const result = await watched({
      bot: bot('text', llm),
      script: async ({ user, bot: reply, session }) => {
        await user.says('two foxes');
        await user.silentFor(300);
        session.send(session.frame('transcription', { text: 'two boxes', utterance: 'fake-stt-1', startMs: 0, endMs: 540 }));
        await user.silentFor(100);
        await user.types('of strawberries');
        await reply.finishes();
      },
    });
    expect(llm.calls.map(({ request }) => request.messages.at(-1)?.content)).toEqual([
      'two foxes',
      'two boxes',
      'two boxes of strawberries',
    ]);
    expect(result.states).toEqual(['begun', 'discarded', 'begun', 'discarded', 'begun', 'confirmed']);
    expect(result.heard.map(({ text }) => text)).toEqual(['You said: two boxes of strawberries.']);
  });

  it('never runs a tool of an answer that was thrown away', async () => {
    const ran: string[] = [];
    const pay = defineTool({
      name: 'pay',
      description: 'Pays.',
      parameters: z.object({ what: z.string() }),
      run: ({ what }) => ran.push(what),
    });
    for (const mode of ['text', 'speech'] as const) {
      ran.length = 0;
      const llm = fakeLLM({
        replies: ({ said, messages }) =>
          messages.at(-1)?.role === 'user' ? ['One moment. ', { toolCall: { name: 'pay', arguments: { what: said } } }] : 'Paid.',
      });
      const { context } = await watched({
        bot: cascadeBot({
          vad: fakeVad({ stopMs: 100 }),
          llm,
          context: { tools: [pay], turn: { ...turnPresets.patient, speculate: mode } },
        }),
        script: async ({ user, bot: reply }) => {
          await user.says('pay the cake');
          await user.silentFor(800);
          await user.says('not the tea');
          await reply.says('Paid.');
          await reply.finishes();
        },
      });
      expect(ran).toEqual(['pay the cake not the tea']);
      expect(JSON.stringify(context).match(/"pay"/gu)).toHaveLength(1);
    }
  });
});
