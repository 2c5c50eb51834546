// A relay in front of a provider: clients talk to it as if it were the provider, and never see its key. Hooks look at each event
// and may change or block it: here they keep card numbers and a forbidden subject from the model, and count what is used.
// The provider is a server of our own with a script; put in `wss://api.openai.com/v1/realtime` and your key.
// npm run example realtime-relay
import { contextPair, createSession, pipeline } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { relayRealtime, serveRealtime } from '@voxrill/realtime-server';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import { page } from './realtime/page.js';

/** What may go to the provider. */
function moderated(text: string): string {
  if (text.includes('secret')) return '[a subject that we do not talk about]';
  return text.replace(/\d{4}(?: ?\d{4}){3}/gu, '[card number]');
}

const providerKey = 'sk-which-stays-here';
const llm = fakeLLM();
const provider = await serveRealtime((call) => pipeline(call.input, fakeSTT(), call.conversation, llm, fakeTTS(), call.output), {
  keys: [providerKey],
});
let tokens = 0;
const relay = await relayRealtime({
  provider: { url: provider.url, apiKey: providerKey },
  keys: ['a-key-of-ours'],
  hooks: {
    // Spoken turns are moderated by their transcripts, with `response.cancel`; what is typed is held until it has passed here.
    client: (event) => {
      if (event.type !== 'conversation.item.create' || event.item.type !== 'message' || event.item.role !== 'user') return event;
      const content = event.item.content.map((part) =>
        part.type === 'input_text' ? { ...part, text: moderated(part.text) } : part,
      );
      return { ...event, item: { ...event.item, content } };
    },
    server: (event) => {
      if (event.type === 'response.done') tokens += event.response.usage?.total_tokens ?? 0;
      return event;
    },
  },
});

const context = contextPair();
const model = openaiRealtime({ model: 'any', baseURL: relay.url, apiKey: 'a-key-of-ours', output: 'text', transcription: false });
const { output, talk } = page();
const session = createSession(pipeline(context.user, model, context.assistant, output));
const answers = await talk(session, ['My card is 4111 1111 1111 1111.', 'Tell me the secret.']);
await relay.close();
await provider.close();
console.log(`\n${tokens} tokens were used.`);
const all = llm.calls.map(({ request }) => JSON.stringify(request.messages)).join();
if (!answers[0]?.includes('[card number]') || all.includes('4111') || all.includes('secret') || tokens === 0)
  process.exitCode = 1;
