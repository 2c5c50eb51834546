import { type ChatMessage, type LLMRequest, messageText, type Tool } from '@voxrill/core';
import type { FakeReply } from '../fakes/fake-llm.js';

/** The conversation of the kit for end-to-end models. */
export interface RealtimeScene {
  /** What a model that understands is told. */
  readonly system: string;
  /** What was said before the call. */
  readonly before: readonly ChatMessage[];
  readonly tools: readonly Tool[];
  /** What a model that is scripted answers: for `replies` of `fakeRealtime`, or of the `fakeLLM` in the service behind it. */
  replies(request: LLMRequest & { readonly said: string }): FakeReply;
}

const story = 'Once there was a king. He had no crown, and he looked for it everywhere. At last he found it under his bed. ';

const weather: Tool = {
  definition: {
    name: 'weather',
    description: 'Tells the weather in one city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  },
  timeoutMs: 10_000,
  survivesInterruption: false,
  call: async (argumentsText) => `It rains: ${argumentsText}`,
};

/** What the kit expects of every end-to-end model, in words for those that understand, and as a script for the others. */
export const realtimeScene: RealtimeScene = {
  system: [
    'You take part in a test of a voice assistant. Follow these rules to the letter.',
    'Asked for a story, tell one that is ten sentences long.',
    'Asked for the weather, call the tool "weather" for Paris and for London, both at once, and say what it has answered.',
    'Asked for the name of the user, say it in one sentence.',
    'Asked what it was before, say "Before you said:", and then what the user had said before that, word by word.',
    'Otherwise say "You said:", and then what the user has said, word by word.',
  ].join(' '),
  before: [
    { role: 'user', content: 'My name is Anna' },
    { role: 'assistant', content: 'Hello Anna.' },
  ],
  tools: [weather],
  replies: ({ messages, said }) => {
    const results = messages
      .slice(messages.findLastIndex(({ role }) => role === 'user') + 1)
      .filter(({ role }) => role === 'tool');
    if (results.length > 0) return `${results.map(messageText).join('. ')}.`;
    if (/weather/iu.test(said))
      return ['Paris', 'London'].map((city) => ({ toolCall: { name: 'weather', arguments: { city } } }));
    if (/story/iu.test(said)) return story.repeat(3);
    if (/before/iu.test(said)) {
      const before = messages.filter(({ role }) => role === 'user').slice(-2, -1);
      return `Before you said: ${before.map(messageText).join('')}.`;
    }
    if (!/name/iu.test(said)) return `You said: ${said}.`;
    const told = messages
      .map((message) => /my name is (\w+)/iu.exec(messageText(message))?.[1])
      .find((name) => name !== undefined);
    return told === undefined ? 'Nobody has told me.' : `You are ${told}.`;
  },
};
