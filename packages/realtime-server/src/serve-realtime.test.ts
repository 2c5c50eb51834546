import { pipeline } from '@voxrill/core';
import { realtimeEventTypes } from '@voxrill/openai';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MakePipeline } from './call/call-parts.js';
import { relayRealtime } from './relay/relay-realtime.js';
import { serveRealtime } from './serve-realtime.js';
import { socketClient } from './test-support/socket-client.js';

const bot: MakePipeline = (call) =>
  pipeline(call.input, fakeSTT(), call.conversation, fakeLLM({ replies: ['Blue.'] }), fakeTTS(), call.output);

describe('a pipeline on WebSockets', () => {
  it('holds many conversations at once, each of them its own', async () => {
    const server = await serveRealtime(bot);
    onTestFinished(() => server.close());
    const clients = await Promise.all(Array.from({ length: 20 }, () => socketClient(server.url)));
    await Promise.all(
      clients.map(async (client, index) => {
        const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: `I am number ${index}.` }] };
        client.send({ type: 'conversation.item.create', item });
        client.send({ type: 'response.create' });
        expect((await client.next('response.done')).response).toMatchObject({ status: 'completed' });
        const added = client.events.filter(({ type }) => type === 'conversation.item.added');
        expect(added).toHaveLength(2);
        expect(JSON.stringify(added[0])).toContain(`I am number ${index}.`);
      }),
    );
    expect(server.counts).toMatchObject({ calls: 20, openCalls: 20, failedCalls: 0 });
    await server.close();
    expect(server.counts.openCalls).toBe(0);
  });

  it("may stand behind a relay, and then a client of the beta holds its turn with today's server", async () => {
    const server = await serveRealtime(bot, { keys: ['behind'], dialect: 'ga' });
    onTestFinished(() => server.close());
    const relay = await relayRealtime({ provider: { url: server.url, apiKey: 'behind' } });
    onTestFinished(() => relay.close());
    const client = await socketClient(relay.url, { headers: { 'openai-beta': 'realtime=v1' } });
    client.send({ type: 'session.update', session: { modalities: ['text', 'audio'], voice: 'verse' } });
    const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Which colour?' }] };
    client.send({ type: 'conversation.item.create', item });
    client.send({ type: 'response.create' });
    const { response } = await client.next('response.done');
    expect(response).toMatchObject({ status: 'completed', output: [{ content: [{ type: 'audio', transcript: 'Blue.' }] }] });
    const known = new Set(realtimeEventTypes('beta-2024-10', 'server'));
    expect(client.events.filter(({ type }) => !known.has(type))).toEqual([]);
    expect(client.events.some(({ type }) => type === 'response.audio.delta')).toBe(true);
  });

  it.each<[object, string]>([
    [{ key: ['a-key'] }, 'there is no option "key"; use dialect,'],
    [{ dialect: 'GA' }, 'dialect must be one of auto, beta-2024-10, beta, azure-preview, ga, azure-ga.'],
    [{ session: { type: 'nonsense' } }, "session must be settings of the protocol, such as { type: 'realtime',"],
    [{ vad: 'silero' }, 'vad must be a function.'],
    [{ origins: 'https://mine.example' }, 'origins must be a list of origins, or a function that knows them.'],
    [{ handshakeMs: Number.POSITIVE_INFINITY }, 'handshakeMs is Infinity; a handshake has to come to an end.'],
  ])('refuses %o in a sentence, before anybody can connect', async (options, sentence) => {
    await expect(serveRealtime(bot, options)).rejects.toThrow(sentence);
  });

  it.each<[object, string]>([
    [{ hook: {} }, 'relayRealtime: there is no option "hook"; use dialect,'],
    [{ hooks: { servr: () => undefined } }, 'hooks must be an object whose members client and server are functions.'],
    [{ hooks: { client: 'no' } }, 'hooks must be an object whose members client and server are functions.'],
    [{ provider: { url: 'wss://a.example', dialect: 'GA' } }, 'provider.dialect must be one of beta-2024-10, beta,'],
  ])('refuses %o of a relay', async (options, sentence) => {
    await expect(relayRealtime({ provider: { url: 'wss://a.example' }, ...options })).rejects.toThrow(sentence);
  });

  it('does not begin to listen with options that do not fit', async () => {
    await expect(serveRealtime(bot, { host: '0.0.0.0' })).rejects.toThrow('give keys, or listen on 127.0.0.1');
    await expect(serveRealtime(bot, { startDelayMs: -1 })).rejects.toThrow('startDelayMs is -1');
    const server = await serveRealtime(bot);
    onTestFinished(() => server.close());
    const taken = { message: `Port ${server.port} of 127.0.0.1 is taken; give another port, or 0 for any that is free.` };
    await expect(serveRealtime(bot, { port: server.port })).rejects.toMatchObject({ ...taken, code: 'EADDRINUSE' });
    await expect(relayRealtime({ provider: { url: server.url }, port: server.port })).rejects.toMatchObject(taken);
    await expect(serveRealtime(bot, { port: 65_536 })).rejects.toThrow('port is 65536; it is a whole number');
  });
});
