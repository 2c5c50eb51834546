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

describe('the realtime service', () => {
  const key = { OPENAI_API_KEY: 'sk-openai' };
  const azure = { AZURE_OPENAI_ENDPOINT: 'https://me.openai.azure.com', AZURE_OPENAI_API_KEY: 'azure-key' };
  const read = (env: NodeJS.ProcessEnv, ...args: readonly string[]) => readOptions(['--mode', 'realtime', ...args], env);
  const service = (env: NodeJS.ProcessEnv, ...args: readonly string[]) => {
    const options = read(env, ...args);
    return options === 'help' ? undefined : options.realtime?.connection;
  };

  it('is our own without any key, and with --offline in any case', () => {
    expect(service({})).toBeUndefined();
    expect(service({ ...key, ...azure }, '--offline')).toBeUndefined();
    expect(read({})).toMatchObject({ realtime: { place: undefined }, voice: 'rms' });
  });

  it('is that of OpenAI with its key, and that of Azure with endpoint and key', () => {
    expect(service({ ...key, ...azure })).toEqual({ model: 'gpt-realtime', apiKey: 'sk-openai' });
    expect(service(azure, '--voice', 'marin')).toEqual({
      model: 'gpt-realtime',
      dialect: 'azure-ga',
      baseURL: 'https://me.openai.azure.com',
      apiKey: 'azure-key',
      voice: 'marin',
    });
    expect(service({ ...azure, AZURE_OPENAI_DEPLOYMENT: 'mine' })).toMatchObject({ model: 'mine' });
    expect(service({ ...azure, AZURE_OPENAI_DEPLOYMENT: ' ' })).toMatchObject({ model: 'gpt-realtime' });
    expect(service({ ...azure, AZURE_OPENAI_DEPLOYMENT: 'mine' }, '--model', 'other')).toMatchObject({ model: 'other' });
  });

  it('is any other server by --url, which gets no key but the one that is named', () => {
    expect(service({ ...key, MINE: 'mine' }, '--url', 'ws://host:1', '--model', 'm')).toEqual({
      model: 'm',
      baseURL: 'ws://host:1',
    });
    expect(service({ ...key, MINE: 'mine' }, '--url', 'ws://host:1', '--api-key-env', 'MINE')).toMatchObject({ apiKey: 'mine' });
  });

  it('is called by its model if that was named, and is otherwise the model that the server has', () => {
    expect(read({}, '--url', 'ws://host:1')).toMatchObject({ realtime: { place: 'the model at host:1' } });
    expect(read({}, '--url', 'ws://host:1', '--model', 'm')).toMatchObject({ realtime: { place: 'm at host:1' } });
  });

  it.each([
    [{}, ['--offline', '--url', 'ws://host'], '--offline and --url exclude each other'],
    [{}, ['--url', 'host:80'], '--url must begin with ws:'],
    [{ MINE: 'k' }, ['--api-key-env', 'MINE'], '--api-key-env needs --url URL'],
    [{}, ['--model', 'gpt-realtime'], '--model needs a service'],
    [{}, ['--fast'], '--fast needs --mode cascade'],
    [{}, ['--base-url', 'http://host'], 'is --url'],
    [{}, ['--voice', 'marin'], '--voice must be one of'],
    [{ AZURE_OPENAI_ENDPOINT: 'https://me.openai.azure.com' }, [], 'AZURE_OPENAI_API_KEY; set both, or add --offline'],
    [{ AZURE_OPENAI_ENDPOINT: 'me:443', AZURE_OPENAI_API_KEY: 'k' }, [], 'Azure needs a URL such as https://'],
    [{}, ['--url', 'ws://host', '--model', ''], '--model needs the name of a model'],
    [{}, ['--mode', 'magic'], '--mode must be one of cascade, realtime'],
  ] as const)('with %o and %o is a mistake that is told', (env, args, message) => {
    expect(() => read(env, ...args)).toThrow(message);
  });

  it('has no options in a cascade', () => {
    for (const args of [['--offline'], ['--url', 'ws://host']])
      expect(() => readOptions(args, {})).toThrow(`${args[0]} needs --mode realtime`);
  });
});
