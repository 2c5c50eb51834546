import { describe, expect, it } from 'vitest';
import { readOptions } from './run-options.js';

describe('the key for a language model', () => {
  const env = { OPENAI_API_KEY: 'sk-openai', GROQ_KEY: 'gsk-other' };
  const llm = (...args: readonly string[]) => {
    const options = readOptions(['--model', 'm', ...args], env);
    return options === 'help' ? undefined : options.llm;
  };

  it('is that of OPENAI_API_KEY for OpenAI, and for no other server', () => {
    expect(llm()).toEqual({ model: 'm', baseURL: undefined, apiKey: 'sk-openai' });
    expect(llm('--base-url', 'http://localhost:11434/v1')?.apiKey).toBeUndefined();
  });

  it('is that of the variable that is named', () => {
    expect(llm('--base-url', 'https://api.groq.com/openai/v1', '--api-key-env', 'GROQ_KEY')?.apiKey).toBe('gsk-other');
    expect(llm('--api-key-env', 'GROQ_KEY')?.apiKey).toBe('gsk-other');
    expect(llm('--base-url', 'https://proxy.example/v1', '--api-key-env', 'OPENAI_API_KEY')?.apiKey).toBe('sk-openai');
  });

  it('must be there when its variable is named', () => {
    expect(() => llm('--api-key-env', 'NOT_SET')).toThrow(
      'The environment variable NOT_SET, which --api-key-env names, is not set.',
    );
    expect(() => readOptions(['--api-key-env', 'GROQ_KEY'], env)).toThrow('--api-key-env needs --model NAME beside it.');
  });
});
