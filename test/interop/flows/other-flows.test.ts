import { connect as connectTcp } from 'node:net';
import tls from 'node:tls';
import { initializeLogger, llm } from '@livekit/agents';
import { realtime as livekit } from '@livekit/agents-plugin-openai';
import { AudioFrame } from '@livekit/rtc-node';
import { OpenAIRealtimeWebSocket as AgentsWebSocket, RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
import { spokenText, textIn } from '@voxrill/testing';
import OpenAI from 'openai';
import { OpenAIRealtimeWS as BetaRealtimeWS } from 'openai/beta/realtime/ws';
import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket';
import { RealtimeClient } from 'openai-realtime-api';
import { RTClient } from 'rt-client';
import { afterEach, describe, expect, it } from 'vitest';
import { pieces, wireRate } from '../audio/pcm.js';
import { agentsCaller } from '../callers/agents-realtime.js';
import { type AnyEvent, EventTrail } from '../callers/event-trail.js';
import { rtClientCaller } from '../callers/rt-client.js';
import { interopServer } from '../server/interop-server.js';
import { type ScriptedBotOptions, scriptedBot } from '../server/scripted-bot.js';

// What else the high-level clients do to a server, through their own words.

const clean: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
});

async function serving(options: ScriptedBotOptions, { secure = false } = {}) {
  const bot = scriptedBot(options);
  const server = await interopServer(bot.makePipeline, { secure });
  clean.push(() => server.close());
  return { bot, server };
}

const hello = spokenText('Hello there.', { sampleRate: wireRate, lastsMs: 900 });

describe('openai 7.57.0, its entrance of the beta', () => {
  it('is answered in the words of the beta', async () => {
    const { server } = await serving({ replies: ['Hello.'] });
    const { hostname, port } = new URL(server.url);
    const client = new OpenAI({ apiKey: server.key, baseURL: `https://${server.url.slice('ws://'.length)}/v1` });
    const options = { createConnection: () => connectTcp(Number(port), hostname) };
    const realtime = new BetaRealtimeWS({ model: 'any-model', options }, client);
    clean.push(() => realtime.close());
    const trail = new EventTrail();
    realtime.on('event', (event) => trail.push({ ...event }));
    realtime.on('error', (error) => trail.fail(error));
    await trail.first('session.created', 0);
    realtime.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi.' }] },
    });
    realtime.send({ type: 'response.create' });
    await trail.first('response.done', 0);
    const { transcript } = await trail.first('response.audio_transcript.done', 0);
    expect(transcript).toBe('Hello.');
    expect(server.lines.every(({ proto }) => proto === 'beta')).toBe(true);
    expect(server.faults()).toEqual([]);
  });
});

// The class for browsers, on the WebSocket that newer Nodes have; they can be told at run time whom to trust.
const setCertificates: unknown = Reflect.get(tls, 'setDefaultCACertificates');
const browserLike = 'WebSocket' in globalThis && typeof setCertificates === 'function';

describe.runIf(browserLike)('openai 7.57.0, OpenAIRealtimeWebSocket', () => {
  it('brings its key as a subprotocol, and is compressed', async () => {
    const { server } = await serving({ replies: ['Hello.'] }, { secure: true });
    if (typeof setCertificates === 'function') setCertificates([...tls.rootCertificates, server.ca]);
    const client = new OpenAI({
      apiKey: server.key,
      baseURL: `https://${server.url.slice('wss://'.length)}/v1`,
      dangerouslyAllowBrowser: true,
    });
    const realtime = new OpenAIRealtimeWebSocket({ model: 'any-model', dangerouslyAllowBrowser: true }, client);
    clean.push(() => realtime.close());
    const trail = new EventTrail();
    realtime.on('event', (event) => trail.push({ ...event }));
    realtime.on('error', (error) => trail.fail(error));
    await trail.first('session.created', 0);
    expect(realtime.socket.protocol).toBe('realtime');
    expect(realtime.socket.extensions).toContain('permessage-deflate');
    realtime.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi.' }] },
    });
    realtime.send({ type: 'response.create' });
    await trail.first('response.done', 0);
    const { transcript } = await trail.first('response.output_audio_transcript.done', 0);
    expect(transcript).toBe('Hello.');
    expect(server.faults()).toEqual([]);
  });
});

describe('openai-realtime-api 1.0.8', () => {
  it('takes turns by push to talk, as it does if nobody says otherwise, and deletes items', async () => {
    const { bot, server } = await serving({ replies: ['Hi.', 'Yes.'], hears: 'Hello there.' });
    const client = new RealtimeClient({ url: `${server.url}/v1/realtime`, apiKey: server.key });
    clean.push(() => client.disconnect());
    await client.connect();
    await client.waitForSessionCreated();
    for (const piece of pieces(hello)) client.appendInputAudio(piece);
    const answered = itemOf(client, 'assistant');
    client.createResponse();
    expect((await answered).formatted.transcript.trim()).toBe('Hi.');
    const [user] = client.conversation.getItems();
    expect(user?.formatted.audio.length).toBe(hello.length);
    const deleted = client.realtime.waitForNext('server.conversation.item.deleted');
    client.deleteItem(user?.id ?? '');
    await deleted;
    const again = itemOf(client, 'assistant');
    client.sendUserMessageContent([{ type: 'input_text', text: 'Are you there?' }]);
    expect((await again).formatted.transcript.trim()).toBe('Yes.');
    expect(bot.asked()).toEqual([['user: Hello there.'], ['assistant: Hi.', 'user: Are you there?']]);
    expect(server.faults()).toEqual([]);
  });
});

async function itemOf(client: RealtimeClient, role: string) {
  for (;;) {
    const { id } = await client.waitForNextCompletedItem();
    const item = client.conversation.getItem(id);
    if (item !== undefined && 'role' in item && item.role === role) return item;
  }
}

describe('rt-client 0.5.1', () => {
  it('takes turns by push to talk, in text, and arranges its items', async () => {
    const { bot, server } = await serving({ replies: ['In writing.'], hears: 'Hello there.' });
    const client = new RTClient(new URL(server.url), { key: server.key }, { deployment: 'any' });
    clean.push(() => client.close());
    await client.init();
    await client.configure({
      turn_detection: null,
      modalities: ['text'],
      input_audio_transcription: { model: 'whisper-1' },
    });
    await client.sendAudio(new Uint8Array(hello.slice(0, wireRate / 10).buffer));
    await client.clearAudio();
    for (const piece of pieces(hello)) await client.sendAudio(new Uint8Array(piece.buffer));
    const spoken = await client.commitAudio();
    await spoken.waitForCompletion();
    expect(spoken.transcription).toBe('Hello there.');
    const gone = await client.sendItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Gone.' }] });
    await client.removeItem(gone.id ?? '');
    await client.sendItem({ type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be kind.' }] }, 'root');
    const response = await client.generateResponse();
    let text = '';
    for await (const item of response ?? []) {
      if (item.type !== 'message') continue;
      for await (const part of item) if (part.type === 'text') for await (const chunk of part.textChunks()) text += chunk;
    }
    expect(text).toBe('In writing.');
    expect(response?.status).toBe('completed');
    expect(response?.usage?.input_token_details).toBeDefined();
    expect(bot.asked()).toEqual([['system: Be kind.', 'user: Hello there.']]);
    expect(server.faults()).toEqual([]);
  });
});

describe('@livekit/agents-plugin-openai 1.9.0', () => {
  it('restores a chat, takes turns by hand, and gives instructions for one reply', async () => {
    initializeLogger({ pretty: false, level: 'silent' });
    const { bot, server } = await serving({ replies: ['Hello Ann.'], hears: 'Hello there.' });
    const model = new livekit.RealtimeModel({
      baseURL: `${server.url}/v1`,
      apiKey: server.key,
      model: 'any-model',
      turnDetection: null,
    });
    const session = model.session();
    clean.push(() => session.close());
    const trail = new EventTrail();
    session.on('openai_server_event_received', (event: AnyEvent) => trail.push(event));
    session.on('error', ({ error }: { readonly error: unknown }) => trail.fail(error));
    await trail.first('session.updated', 0);
    const chat = llm.ChatContext.empty();
    chat.addMessage({ role: 'user', content: 'I am Ann.' });
    chat.addMessage({ role: 'assistant', content: 'Welcome.' });
    await session.updateChatCtx(chat);
    for (const piece of pieces(hello)) session.pushAudio(new AudioFrame(piece, wireRate, 1, piece.length));
    await session.commitAudio();
    const generation = await session.generateReply('Greet the user.');
    const audio: number[] = [];
    for await (const message of generation.messageStream) {
      for await (const { data } of message.audioStream) audio.push(...data);
    }
    expect(generation.userInitiated).toBe(true);
    expect(textIn(Int16Array.from(audio)).trim()).toBe('Hello Ann.');
    expect(bot.asked()).toEqual([['system: Greet the user.', 'user: I am Ann.', 'assistant: Welcome.', 'user: Hello there.']]);
    expect(server.faults()).toEqual([]);
  });
});

describe('@openai/agents-realtime 0.20.0', () => {
  it('hands over to another agent, with other instructions, and forgets what its user deletes', async () => {
    const { bot, server } = await serving({ replies: ['Hello.', 'Yes.'] });
    const transport = new AgentsWebSocket({ url: `${server.url}/v1/realtime?model=any-model` });
    const session = new RealtimeSession(new RealtimeAgent({ name: 'first', instructions: 'Be brief.' }), { transport });
    clean.push(() => session.close());
    const trail = new EventTrail();
    session.on('transport_event', (event) => trail.push({ ...event }));
    session.on('error', ({ error }) => trail.fail(error));
    await session.connect({ apiKey: server.key });
    session.sendMessage('Hi.');
    await trail.first('response.done', 0);
    await session.updateAgent(new RealtimeAgent({ name: 'second', instructions: 'Be kind.' }));
    session.updateHistory((history) => history.slice(0, 1));
    await trail.first('conversation.item.deleted', 0);
    const from = trail.length;
    session.sendMessage('Still there?');
    await trail.first('response.done', from);
    expect(bot.asked()).toEqual([
      ['system: Be brief.', 'user: Hi.'],
      ['system: Be kind.', 'user: Hi.', 'user: Still there?'],
    ]);
    expect(server.faults()).toEqual([]);
  });
});

it('serves clients of several kinds at the same time, each in a conversation of its own', async () => {
  const { bot, server } = await serving({ replies: Array.from({ length: 6 }, () => 'Hello.') });
  const options = { url: server.url, key: server.key };
  const callers = await Promise.all([agentsCaller(options), rtClientCaller(options), agentsCaller(options)]);
  for (const caller of callers) clean.push(() => caller.hangUp());
  const answers = await Promise.all(callers.map((caller, index) => caller.type(`I am caller ${index}.`)));
  const again = await Promise.all(callers.map((caller) => caller.type('Who am I?')));
  expect([...answers, ...again].map(({ said }) => said.trim())).toEqual(Array.from({ length: 6 }, () => 'Hello.'));
  const last = bot
    .asked()
    .slice(3)
    .map((messages) => messages.slice(1));
  expect(last.sort()).toEqual([0, 1, 2].map((index) => [`user: I am caller ${index}.`, 'assistant: Hello.', 'user: Who am I?']));
  expect(server.faults()).toEqual([]);
});
