import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveChatOptions } from './chat-options.js';
import { openaiChat } from './open-ai-chat.js';
import { collect, hello, key, said, start, stopped } from './test-support/chat-setup.js';
import { done, streams } from './test-support/loopback-server.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('openaiChat checks its options at the door', () => {
  const make = (options: object) => () => openaiChat({ model: 'test', apiKey: key, ...options });

  it.each([
    ['an empty model', { model: '' }, /model must be the name/],
    ['a base URL that is none', { baseURL: 'localhost' }, /baseURL must be a URL/],
    ['a base URL of another protocol', { baseURL: 'ftp://host/v1' }, /http/],
    ['a temperature out of range', { temperature: 3 }, /temperature must be a number from 0 to 2/],
    ['a time-out that is no number', { timeoutMs: Number.NaN }, /timeoutMs/],
    ['a gap between chunks that is none', { nextChunkTimeoutMs: 0 }, /nextChunkTimeoutMs must be a number from 1/],
    ['half a retry', { maxRetries: 0.5 }, /maxRetries must be a whole number/],
    ['an option that does not exist', { maxToken: 5 }, /no option "maxToken"/],
  ])('%s', (_name, options, message) => {
    expect(make(options)).toThrow(message);
  });

  it('asks for a key where one is needed, and not in the local network', () => {
    vi.stubEnv('OPENAI_API_KEY', '');
    expect(() => openaiChat({ model: 'gpt-4o-mini' })).toThrow(/set OPENAI_API_KEY or pass apiKey/);
    for (const baseURL of [
      'http://localhost:11434/v1',
      'http://127.0.0.1:8080/v1',
      'http://[::1]:8000/v1',
      'http://192.168.1.5/v1',
      'http://ollama:11434/v1',
    ]) {
      expect(() => openaiChat({ model: 'llama3.2', baseURL })).not.toThrow();
    }
  });

  it('sends the key of the environment to OpenAI only, and to other servers the one that is given', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-from-environment');
    const { server, call } = await start([streams(said('Hi'), stopped, done)]);
    const ask = (apiKey?: string) =>
      collect(
        openaiChat({ model: 'test', baseURL: `${server.baseURL}/`, ...(apiKey === undefined ? {} : { apiKey }) }).generate(
          { messages: hello, tools: [] },
          call,
        ),
      );
    await ask();
    await ask('sk-for-this-server');
    expect(server.requests.map((request) => request.headers.authorization)).toEqual([undefined, 'Bearer sk-for-this-server']);
    expect(() => openaiChat({ model: 'test', baseURL: 'https://elsewhere.example/v1' })).toThrow(
      'openaiChat: there is no API key for https://elsewhere.example/v1; pass apiKey.',
    );
    for (const baseURL of [undefined, 'https://api.openai.com/v1', 'https://api.openai.com/v1/'])
      expect(resolveChatOptions({ model: 'test', ...(baseURL === undefined ? {} : { baseURL }) }).apiKey).toBe(
        'sk-from-environment',
      );
  });

  it('loads the SDK when it is prepared, and sends nothing', async () => {
    const { model, call, server } = await start([streams(done)]);
    await model.prepare?.(call);
    expect(server.requests).toHaveLength(0);
  });
});
