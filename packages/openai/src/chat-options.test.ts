import { afterEach, describe, expect, it, vi } from 'vitest';
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

  it('sends no key to a local server when there is none, and takes the one of the environment otherwise', async () => {
    const good = streams(said('Hi'), stopped, done);
    vi.stubEnv('OPENAI_API_KEY', '');
    const { server, call } = await start([good]);
    await collect(openaiChat({ model: 'test', baseURL: server.baseURL }).generate({ messages: hello, tools: [] }, call));
    vi.stubEnv('OPENAI_API_KEY', 'sk-from-environment');
    await collect(openaiChat({ model: 'test', baseURL: `${server.baseURL}/` }).generate({ messages: hello, tools: [] }, call));
    expect(server.requests.map((request) => request.headers.authorization)).toEqual([undefined, 'Bearer sk-from-environment']);
  });

  it('loads the SDK when it is prepared, and sends nothing', async () => {
    const { model, call, server } = await start([streams(done)]);
    await model.prepare?.(call);
    expect(server.requests).toHaveLength(0);
  });
});
