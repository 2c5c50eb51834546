import { describe, expect, it } from 'vitest';
import { type RealtimeTargetOptions, realtimeTarget } from './realtime-target.js';

const env = { OPENAI_API_KEY: 'sk-of-openai', AZURE_OPENAI_API_KEY: 'key-of-azure' };
const made = async (options: RealtimeTargetOptions, environment: NodeJS.ProcessEnv = env) =>
  realtimeTarget(options, environment)();
const resource = 'https://me.openai.azure.com';

describe('the target of a Realtime connection', () => {
  it.each<[string, RealtimeTargetOptions, string, Record<string, string>]>([
    [
      'OpenAI',
      { model: 'gpt-realtime' },
      'wss://api.openai.com/v1/realtime?model=gpt-realtime',
      { Authorization: 'Bearer sk-of-openai' },
    ],
    [
      'OpenAI in the beta, in one of several accounts',
      { model: 'gpt 4o', dialect: 'beta', organization: 'org', project: 'proj', apiKey: 'sk-own' },
      'wss://api.openai.com/v1/realtime?model=gpt+4o',
      {
        Authorization: 'Bearer sk-own',
        'OpenAI-Beta': 'realtime=v1',
        'OpenAI-Organization': 'org',
        'OpenAI-Project': 'proj',
      },
    ],
    [
      'Azure today',
      { model: 'deployed', dialect: 'azure-ga', baseURL: resource },
      'wss://me.openai.azure.com/openai/v1/realtime?model=deployed',
      { 'api-key': 'key-of-azure' },
    ],
    [
      'Azure today, by the address that its portal shows',
      { model: 'deployed', dialect: 'azure-ga', baseURL: `${resource}/openai/v1/`, apiKey: 'k' },
      'wss://me.openai.azure.com/openai/v1/realtime?model=deployed',
      { 'api-key': 'k' },
    ],
    [
      "Azure's preview",
      { model: 'deployed', dialect: 'azure-preview', baseURL: resource, apiVersion: '2025-04-01-preview', apiKey: 'k' },
      'wss://me.openai.azure.com/openai/realtime?api-version=2025-04-01-preview&deployment=deployed',
      { 'api-key': 'k' },
    ],
    [
      "Azure's preview with a token of Entra",
      { model: 'deployed', dialect: 'azure-preview', baseURL: resource, token: () => Promise.resolve('entra') },
      'wss://me.openai.azure.com/openai/realtime?api-version=2024-10-01-preview&deployment=deployed',
      { Authorization: 'Bearer entra' },
    ],
    ['a local server by host', { model: 'm', baseURL: 'ws://127.0.0.1:8080' }, 'ws://127.0.0.1:8080/v1/realtime?model=m', {}],
    ['a local server by http', { model: 'm', baseURL: 'http://localhost:1/v1' }, 'ws://localhost:1/v1/realtime?model=m', {}],
    [
      'another server by its whole address',
      { model: 'm', baseURL: 'https://host.example/own/realtime?model=other&region=eu', apiKey: 'k', headers: { 'X-A': 'b' } },
      'wss://host.example/own/realtime?model=other&region=eu',
      { Authorization: 'Bearer k', 'X-A': 'b' },
    ],
  ])('is found for %s', async (_name, options, url, headers) => {
    expect(await made(options)).toEqual({ url, headers, protocols: [], deflate: false });
  });

  it('fetches a token anew for each connection, and lets its failure through', async () => {
    let count = 0;
    const target = realtimeTarget({ model: 'm', baseURL: resource, dialect: 'azure-ga', token: () => `token ${++count}` }, {});
    expect((await target()).headers).toEqual({ Authorization: 'Bearer token 1' });
    expect((await target()).headers).toEqual({ Authorization: 'Bearer token 2' });
    const failing = realtimeTarget({ model: 'm', token: () => Promise.reject(new Error('no token')) }, {});
    await expect(failing()).rejects.toThrow('no token');
  });

  it('gives the key of OpenAI to no other server', async () => {
    expect(() => realtimeTarget({ model: 'm', baseURL: 'https://other.example/v1' }, env)).toThrow(
      'openaiRealtime: there is no API key for other.example; pass apiKey.',
    );
    expect((await made({ model: 'm', baseURL: 'ws://localhost:1' })).headers).toEqual({});
  });

  it.each<[string, RealtimeTargetOptions, string]>([
    ['no model', { model: ' ' }, 'model must be'],
    ['no key', { model: 'm' }, 'set OPENAI_API_KEY or pass apiKey'],
    ['no key of Azure', { model: 'm', dialect: 'azure-ga', baseURL: resource }, 'set AZURE_OPENAI_API_KEY or pass apiKey'],
    ['no resource of Azure', { model: 'm', dialect: 'azure-ga', apiKey: 'k' }, 'baseURL must say where your Azure resource is'],
    ['no URL', { model: 'm', baseURL: 'localhost', apiKey: 'k' }, 'baseURL must be a URL'],
    ['another scheme', { model: 'm', baseURL: 'ftp://host', apiKey: 'k' }, 'begins with http, https, ws or wss'],
    ['a password in the URL', { model: 'm', baseURL: 'wss://me:secret@host', apiKey: 'k' }, 'must not hold a password'],
  ])('throws at once when there is %s, and never shows a key', (_name, options, sentence) => {
    const build = () => realtimeTarget(options, {});
    expect(build).toThrow(sentence);
    expect(build).not.toThrow('secret');
  });
});
