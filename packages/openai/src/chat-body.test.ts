import { expect, test } from 'vitest';
import { chatBody } from './chat-body.js';
import { resolveChatOptions } from './chat-options.js';

test('speech and pictures go out as the API takes them, without what is ours', () => {
  const options = resolveChatOptions({ model: 'm', baseURL: 'http://127.0.0.1:1/v1' });
  const { messages } = chatBody(
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' }, transcript: 'Ours.' },
            { type: 'image_url', image_url: { url: 'https://example.org/a.png', detail: 'low' } },
          ],
        },
        { role: 'assistant', content: 'A', interrupted: true },
      ],
      tools: [],
    },
    options,
    false,
  );
  expect(messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
        { type: 'image_url', image_url: { url: 'https://example.org/a.png', detail: 'low' } },
      ],
    },
    { role: 'assistant', content: 'A' },
  ]);
});

test('what one request is given goes before what the service was made with', () => {
  const options = resolveChatOptions({ model: 'm', baseURL: 'http://127.0.0.1:1/v1', temperature: 0.2, maxTokens: 50 });
  const tools = [{ name: 'weather', description: 'Tells it.', parameters: { type: 'object' } }];
  const settings = { temperature: 0.9, maxTokens: 5, toolChoice: { name: 'weather' } };
  expect(chatBody({ messages: [], tools, settings }, options, false)).toMatchObject({
    temperature: 0.9,
    max_tokens: 5,
    tool_choice: { type: 'function', function: { name: 'weather' } },
  });
  expect(chatBody({ messages: [], tools }, options, false)).not.toHaveProperty('tool_choice');
});
