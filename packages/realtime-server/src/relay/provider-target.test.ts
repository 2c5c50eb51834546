import { describe, expect, it } from 'vitest';
import { providerTarget, redacted } from './provider-target.js';
import type { RelayProvider } from './relay-provider.js';
import { relayEndpoint, relayRealtime } from './relay-realtime.js';

const request = { url: '/v1/realtime?model=asked&intent=transcription' };

describe('the place of a provider', () => {
  it('has the model and the intent of the client, unless a model stands there', () => {
    const target = (url: string) => providerTarget({ url, apiKey: 'sk-secret' }, request).url;
    expect(target('https://api.example/v1/realtime')).toBe('wss://api.example/v1/realtime?model=asked&intent=transcription');
    expect(target('wss://api.example/v1/realtime?model=fixed')).toBe(
      'wss://api.example/v1/realtime?model=fixed&intent=transcription',
    );
    expect(target('wss://r.example/openai/realtime?api-version=1')).toContain('deployment=asked');
    expect(() => target('ftp://api.example')).toThrow('provider.url begins with ftp:');
  });

  it('that cannot be one is refused when the relay is made', async () => {
    const make = (provider: RelayProvider) => relayRealtime({ provider });
    const url = 'wss://api.example/v1/realtime';
    await expect(make({ url: 'api.example' })).rejects.toThrow(
      'provider.url is no URL; give one like wss://api.openai.com/v1/realtime.',
    );
    await expect(make({ url: 'ftp://api.example' })).rejects.toThrow('it must begin with wss:, ws:, https: or http:.');
    await expect(make({ url, apiKey: '' })).rejects.toThrow('provider.apiKey is empty; give a key.');
    await expect(make({ url, apiKey: 'sk-secret\n' })).rejects.toThrow(
      /^provider\.apiKey has white space in it, so it cannot be sent; give a key without any\.$/,
    );
    expect(() => relayEndpoint({ provider: { url, apiKey: '' } })).toThrow('provider.apiKey is empty');
    expect(() => relayEndpoint({ provider: { url }, keys: ['a key'] })).toThrow('keys[0] has white space');
    for (const scheme of ['wss', 'ws', 'https', 'http']) {
      expect(relayEndpoint({ provider: { url: `${scheme}://api.example` } }).calls).toEqual([]);
    }
  });

  it('gets its key as it wants it, and the header of the beta if it speaks that', () => {
    const headers = (url: string, more = {}) => providerTarget({ url, apiKey: 'sk-secret', ...more }, request).headers;
    expect(headers('wss://api.example/v1/realtime')).toEqual({ authorization: 'Bearer sk-secret' });
    expect(headers('wss://r.example/openai/v1/realtime')).toEqual({ 'api-key': 'sk-secret' });
    expect(headers('wss://api.example/v1/realtime', { dialect: 'beta' })).toMatchObject({ 'openai-beta': 'realtime=v1' });
    expect(headers('wss://api.example/v1/realtime', { headers: { Authorization: 'Bearer other' } })).toEqual({
      authorization: 'Bearer other',
    });
  });

  it('keeps what its headers say of keys from clients, and nothing else', () => {
    const headers = { Authorization: 'Bearer token-of-azure', 'X-Api-Key': 'second-key', 'X-Stage': 'production' };
    const { secrets } = providerTarget({ url: 'wss://api.example/v1/realtime?api-key=third-key', headers }, request);
    const text = 'In production: token-of-azure, second-key, third-key, Bearer.';
    expect(redacted(text, secrets)).toBe('In production: [redacted], [redacted], [redacted], Bearer.');
  });

  it('keeps a masked key from clients as well, and leaves other stars alone', () => {
    const { secrets } = providerTarget({ url: 'wss://api.example/v1/realtime', apiKey: 'sk-proj-abcdefgh-wxyz' }, request);
    const text = 'Incorrect API key provided: sk-proj-****************wxyz. This is ***important***, and a****b.';
    expect(redacted(text, secrets)).toBe('Incorrect API key provided: [redacted]. This is ***important***, and a****b.');
  });
});
