import { chain, contextPair, pipeline } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, type SimulatedBot, simulate } from '@voxrill/testing';
import { describe, expect, test } from 'vitest';

const reply = 'A king had no crown. Nobody gave it back to him.';

/** The detector of voice is a part of the transport, as in the article. */
function transportWithVad() {
  const transport = memoryTransport();
  return { transport, input: chain('transport.input', transport.input, fakeVad()), output: transport.output };
}

/** Any model that hears and speaks stands where this one stands; a chain of services is one, seen from outside. */
const hearsAndSpeaks = () =>
  chain('realtime', fakeVad(), fakeSTT({ finalMs: 100 }), fakeLLM({ firstMs: 200, tokenMs: 10, replies: reply }), fakeTTS());

const bots: Record<string, () => SimulatedBot> = {
  'end to end: input, user context, realtime model, assistant context, output (S001-91)': () => {
    const transport = memoryTransport();
    const context = contextPair({ system: 'You tell stories.' });
    return {
      transport,
      context,
      pipeline: pipeline(transport.input, context.user, hearsAndSpeaks(), context.assistant, transport.output),
    };
  },
  'cascade, as printed, with the user context before the recogniser (S001-92)': () => {
    const { transport, input, output } = transportWithVad();
    const context = contextPair({ system: 'You tell stories.' });
    const [stt, llm, tts] = [fakeSTT({ finalMs: 100 }), fakeLLM({ firstMs: 200, tokenMs: 10, replies: reply }), fakeTTS()];
    return { transport, context, pipeline: pipeline(input, context.user, stt, llm, tts, context.assistant, output) };
  },
  'cascade in the usual order, with the recogniser first (S001-92)': () => {
    const { transport, input, output } = transportWithVad();
    const context = contextPair({ system: 'You tell stories.' });
    const [stt, llm, tts] = [fakeSTT({ finalMs: 100 }), fakeLLM({ firstMs: 200, tokenMs: 10, replies: reply }), fakeTTS()];
    return { transport, context, pipeline: pipeline(input, stt, context.user, llm, tts, output, context.assistant) };
  },
};

describe.each(Object.entries(bots))('the article’s pipeline %s', (_name, bot) => {
  test('answers, is interrupted, and remembers what was heard (S001-90)', async () => {
    const { context, heard, staleMs, report } = await simulate({
      bot: bot(),
      script: async ({ user, bot: voice }) => {
        await user.says('Tell me a story');
        await user.interrupts(900, 'go on');
        await voice.says(/Nobody gave it back/u, { withinMs: 8000 });
        await voice.finishes();
      },
    });
    expect(context.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user', 'assistant']);
    expect(context[2]).toMatchObject({ content: 'A king had no', interrupted: true });
    expect(context[4]).toEqual({ role: 'assistant', content: reply });
    expect(heard.map(({ interrupted }) => interrupted)).toEqual([true, false]);
    expect([staleMs, report.totalErrors, report.unansweredTurns]).toEqual([0, 0, 0]);
  });

  test('takes each transcript once, by whichever way it comes', async () => {
    const { context } = await simulate({
      bot: bot(),
      script: async ({ user, bot: voice }) => {
        await user.says('Tell me a story');
        await voice.finishes();
      },
    });
    expect(context.filter(({ role }) => role === 'user')).toEqual([{ role: 'user', content: 'Tell me a story' }]);
  });
});

test('a cascade in an order in which a stage lacks what it needs is refused, with a sentence that says what is missing (S001-92)', async () => {
  const { input, output } = transportWithVad();
  const context = contextPair();
  // @ts-expect-error The voice needs words, and the model that makes them stands behind it.
  const wrong = pipeline(input, fakeSTT(), context.user, fakeTTS(), fakeLLM(), output, context.assistant);
  await expect(
    simulate({ bot: { pipeline: wrong, transport: memoryTransport() }, script: async () => undefined }),
  ).rejects.toThrow(
    '"fake-tts" needs llm-text or tts-speak frames, and no stage before it makes them; put a language model service before it.',
  );
});
