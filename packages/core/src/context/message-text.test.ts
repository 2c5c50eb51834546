import { expect, test } from 'vitest';
import { messageText } from './message-text.js';

test('the words of a message are its text and the transcripts of its speech', () => {
  expect(messageText({ role: 'assistant', content: null })).toBe('');
  expect(messageText({ role: 'tool', tool_call_id: 'c', content: 'found' })).toBe('found');
  expect(
    messageText({
      role: 'user',
      content: [
        { type: 'text', text: 'Look:' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
        { type: 'input_audio', input_audio: { data: '', format: 'mp3' } },
        { type: 'input_audio', input_audio: { data: '', format: 'mp3' }, transcript: 'what is it?' },
      ],
    }),
  ).toBe('Look: what is it?');
});
