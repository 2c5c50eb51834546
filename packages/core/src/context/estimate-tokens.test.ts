import { expect, test } from 'vitest';
import type { ChatMessage, UserContentPart } from './chat-message.js';
import { audioTokens, estimateTokens, statedAudioRates } from './estimate-tokens.js';

const user = (...content: UserContentPart[]): ChatMessage => ({ role: 'user', content });

/** A WAV header that names its bytes a second, and silence. */
function wav(seconds: number, byteRate: number): string {
  const bytes = Buffer.alloc(44 + seconds * byteRate);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(byteRate, 28);
  return bytes.toString('base64');
}

test('a minute of speech is 800 tokens as measured, 600 in and 1200 out as stated (S001-44)', () => {
  expect([audioTokens(60_000, 'in'), audioTokens(60_000, 'out')]).toEqual([800, 800]);
  expect([audioTokens(60_000, 'in', statedAudioRates), audioTokens(60_000, 'out', statedAudioRates)]).toEqual([600, 1200]);
  for (const byteRate of [16_000, 48_000]) {
    const speech = user({ type: 'input_audio', input_audio: { data: wav(60, byteRate), format: 'wav' } });
    const empty = estimateTokens([user()]);
    expect(estimateTokens([speech]) - empty).toBe(800);
    expect(estimateTokens([speech], [], { audio: statedAudioRates }) - empty).toBe(600);
  }
});

test('text is four characters to a token, and messages, calls, pictures and tools count as well', () => {
  expect(estimateTokens([])).toBe(3);
  expect(estimateTokens([{ role: 'user', content: 'x'.repeat(400) }])).toBe(3 + 4 + 100);
  expect(estimateTokens([{ role: 'assistant', content: null }])).toBe(3 + 4);
  const call = { id: 'a', type: 'function', function: { name: 'find', arguments: '{"a":1}.' } } as const;
  expect(estimateTokens([{ role: 'assistant', content: null, tool_calls: [call] }])).toBe(3 + 4 + 3);
  const image = (detail: 'low' | 'high') => user({ type: 'image_url', image_url: { url: 'https://example.org/a.png', detail } });
  expect(estimateTokens([image('low')])).toBe(3 + 4 + 85);
  expect(estimateTokens([image('high')])).toBe(3 + 4 + 765);
  const tools = [{ name: 'find', description: '', parameters: {} }];
  expect(estimateTokens([], tools)).toBe(3 + Math.ceil(JSON.stringify(tools).length / 4));
});

test('speech without a header that can be read is taken for what models usually get', () => {
  const data = Buffer.alloc(44 + 48_000).toString('base64');
  expect(estimateTokens([user({ type: 'input_audio', input_audio: { data, format: 'wav' } })])).toBe(3 + 4 + 14);
  const mp3 = Buffer.alloc(16_000 * 6).toString('base64');
  expect(estimateTokens([user({ type: 'input_audio', input_audio: { data: mp3, format: 'mp3' } })])).toBe(3 + 4 + 80);
  expect(estimateTokens([user({ type: 'input_audio', input_audio: { data: 'no base64!', format: 'wav' } })])).toBe(3 + 4);
});
