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
