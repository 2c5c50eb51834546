import { VirtualClock } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { ask, httpOf, refusedWith } from '../test-support/http-request.js';
import { socketClient } from '../test-support/socket-client.js';
import { standInEngine } from '../test-support/stand-in-engine.js';
import { standInServer } from '../test-support/stand-in-server.js';
import { engineEndpoint } from './engine-endpoint.js';
import { listenRealtime } from './listen-realtime.js';

describe('keys', () => {
  const headers = (authorization: string) => ({ headers: { authorization } });

  it('are taken from wherever clients write them', async () => {
    const server = await standInServer({ keys: ['first', 'sk-right'] });
    const ways = [
      socketClient(server.url, headers('Bearer sk-right')),
      socketClient(server.url, headers('bearer first')),
      socketClient(server.urls.azureGa, { headers: { 'api-key': 'sk-right' } }),
      socketClient(`${server.urls.azurePreview}&api-key=sk-right`),
      socketClient(server.urls.beta, { protocols: ['realtime', 'openai-insecure-api-key.sk-right'] }),
    ];
    for (const client of await Promise.all(ways)) await client.next('session.created');
    expect(server.counts).toMatchObject({ openCalls: 5, refused: {} });
  });

  it('that are missing or wrong are refused with 401, and not repeated', async () => {
    const server = await standInServer({ keys: ['sk-right'] });
    expect(await refusedWith(socketClient(server.url))).toMatchObject({ status: 401, code: 'missing_api_key', param: null });
    for (const wrong of ['sk-righ', 'sk-right2', 'sk-righT', 'x'.repeat(5000)]) {
      const refused = await refusedWith(socketClient(server.url, headers(`Bearer ${wrong}`)));
      expect(refused).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' });
      expect(refused.message).not.toContain(wrong);
    }
    expect(server.counts.refused).toEqual({ missing_api_key: 1, invalid_api_key: 4 });
  });

  it('that came and cannot be read are not called missing', async () => {
    const server = await standInServer({ keys: ['sk-right'] });
    for (const unreadable of ['Bearer sk right', 'sk-right', 'Basic c2stcmlnaHQ=']) {
      const refused = await refusedWith(socketClient(server.url, headers(unreadable)));
      expect(refused).toMatchObject({ status: 401, code: 'invalid_api_key' });
      expect(refused.message).toBe(
        'The API key cannot be read. Send it as Authorization: Bearer KEY, without white space in the key.',
      );
    }
    for (const empty of ['Bearer', '']) {
      expect(await refusedWith(socketClient(server.url, headers(empty)))).toMatchObject({ code: 'missing_api_key' });
    }
    const both = { authorization: 'Basic c2stcmlnaHQ=', 'api-key': 'sk-right' };
    await (await socketClient(server.url, { headers: both })).close();
  });

  it('that no client could send are refused when the server is made, and not repeated', async () => {
    const listen = (keys: readonly string[]) => listenRealtime(engineEndpoint(standInEngine, {}), { keys });
    await expect(listen(['fine', ''])).rejects.toThrow('keys[1] is empty; give a key.');
    for (const spaced of ['sk right', ' sk-right', 'sk-right\n']) {
      await expect(listen(['fine', spaced])).rejects.toThrow(
        /^keys\[1\] has white space in it, so it cannot be sent; give a key without any\.$/,
      );
    }
  });

  it('may be checked by a function, which may fail or take too long', async () => {
    const clock = new VirtualClock();
    let asked: () => void = () => undefined;
    const slowOneCame = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const server = await standInServer({
      clock,
      startDelayMs: 0,
      keys: (key, { url }) => {
        if (key === 'broken') throw new Error('no database');
        if (key !== 'slow') return Promise.resolve(key === 'good' && url.includes('model=m'));
        asked();
        return new Promise(() => undefined);
      },
    });
    await (await socketClient(`${server.url}?model=m`, headers('Bearer good'))).close();
    expect(await refusedWith(socketClient(server.url, headers('Bearer good')))).toMatchObject({ status: 401 });
    expect(await refusedWith(socketClient(server.url, headers('Bearer broken')))).toMatchObject({ status: 500 });
    const slow = refusedWith(socketClient(server.url, headers('Bearer slow')));
    await slowOneCame;
    await clock.advance(10_000);
    expect(await slow).toMatchObject({ status: 500, code: 'server_error' });
  });

  it('are asked for wherever others than this machine can connect', async () => {
    const endpoint = engineEndpoint(standInEngine, {});
    await expect(listenRealtime(endpoint, { host: '0.0.0.0' })).rejects.toThrow('host is 0.0.0.0 and there are no keys');
    await expect(listenRealtime(endpoint, { keys: [] })).rejects.toThrow('keys is an empty list');
    await expect(listenRealtime(endpoint, { maxSessions: 0 })).rejects.toThrow('maxSessions is 0');
  });

  it('that live for minutes are given out, and open the door with their settings', async () => {
    const server = await standInServer({ keys: ['sk-right'], wallClock: () => new Date(5_000) });
    const secrets = `${httpOf(server.url)}/client_secrets`;
    const authorized = { authorization: 'Bearer sk-right' };
    const session = { type: 'realtime', model: 'mine', instructions: 'Be kind.' };
    const body = JSON.stringify({ expires_after: { anchor: 'created_at', seconds: 60 }, session });
    const made = await ask(secrets, 'POST', { headers: authorized, body });
    expect(made).toMatchObject({ status: 200, body: { expires_at: 65, session } });
    const client = await socketClient(server.url, { protocols: ['realtime', `openai-insecure-api-key.${made.body.value}`] });
    expect((await client.next('session.created')).session).toMatchObject({ model: 'mine', instructions: 'Be kind.' });

    const beta = await ask(`${httpOf(server.url)}/sessions`, 'POST', { headers: authorized, body: '{"voice":"verse"}' });
    const { value } = beta.body.client_secret as { value: string };
    const page = await socketClient(server.urls.beta, headers(`Bearer ${value}`));
    expect((await page.next('session.created')).session).toMatchObject({ voice: 'verse' });

    expect(await ask(secrets, 'POST', { body })).toMatchObject({ status: 401 });
    expect(await ask(secrets, 'POST', { headers: { authorization: `Bearer ${value}` }, body })).toMatchObject({ status: 401 });
    for (const wrong of [
      '[]',
      '{',
      JSON.stringify({ expires_after: { seconds: 9 } }),
      'x'.repeat(70_000),
      '{"session":{"tools":3}}',
    ]) {
      expect(await ask(secrets, 'POST', { headers: authorized, body: wrong })).toMatchObject({ status: 400 });
    }
  });
});

describe('origins', () => {
  it('of this machine only are accepted where nobody is asked for a key', async () => {
    const server = await standInServer();
    for (const origin of ['http://localhost:3000', 'https://127.0.0.1', 'http://[::1]:8080']) {
      await (await socketClient(server.url, { headers: { origin } })).close();
    }
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example']) {
      expect(await refusedWith(socketClient(server.url, { headers: { origin } }))).toMatchObject({
        status: 403,
        code: 'origin_not_allowed',
      });
    }
  });

  it('are those of a list, if there is one', async () => {
    const server = await standInServer({ keys: ['k'], origins: ['https://app.example'] });
    const from = (origin: string) => socketClient(server.url, { headers: { origin, authorization: 'Bearer k' } });
    await (await from('https://app.example')).close();
    expect(await refusedWith(from('https://other.example'))).toMatchObject({ status: 403 });
    await (await socketClient(server.url, { headers: { authorization: 'Bearer k' } })).close();
  });
});
