// The article's second pipeline, in its order: the user's side of the conversation stands before the recogniser, and gets the
// transcripts from behind. Any recogniser, model and voice fit; these are fakes. A stage in a place that cannot work is refused.
// npm run example cascade
import { chain, contextPair, createSession, pipeline } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate } from '@voxrill/testing';

const transport = memoryTransport();
// The detector of voice is a part of the transport, as in the article.
const input = chain('transport.input', transport.input, fakeVad());
const context = contextPair({ system: 'You take orders for strawberries.' });
const stt = fakeSTT({ finalMs: 150 });
const llm = fakeLLM({ firstMs: 300, tokenMs: 15, replies: ({ said }) => `Very well: ${said}. They come tomorrow.` });
const tts = fakeTTS({ firstMs: 120 });

const bot = pipeline(input, context.user, stt, llm, tts, context.assistant, transport.output);

const { timeline, report } = await simulate({
  bot: { pipeline: bot, transport, context },
  script: async ({ user, bot: voice }) => {
    await user.says('two boxes please');
    await voice.finishes();
    await user.says('and some cream');
    await voice.says(/cream/u);
    await voice.finishes();
  },
});
console.log(timeline);
const waits = report.turns.map(({ voiceToVoiceMs = Number.NaN }) => `${Math.round(voiceToVoiceMs)} ms`);
console.log(`\nThe user waited ${waits.join(' and ')} for the answers.`);

try {
  // @ts-expect-error The voice needs words, and the model that makes them stands behind it. The compiler knows it as well.
  createSession(pipeline(input, context.user, stt, tts, llm, context.assistant, transport.output));
} catch (error) {
  console.log(`\nWith voice and model exchanged: ${error instanceof Error ? error.message : error}`);
}
