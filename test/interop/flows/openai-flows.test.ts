import { decodeAlaw, encodeMulaw, resample } from '@voxrill/audio';
import { decodeAudio, encodeAudio } from '@voxrill/openai';
import { spokenText, textIn } from '@voxrill/testing';
import type { ConversationItem } from 'openai/resources/realtime/realtime';
import { afterEach, expect, it } from 'vitest';
import { joined, pieces, recording } from '../audio/pcm.js';
import { type AnyEvent, EventTrail } from '../callers/event-trail.js';
import { openaiClient } from '../callers/openai.js';
import { samplesOf } from '../callers/samples-of.js';
import { interopServer } from '../server/interop-server.js';
import { type ScriptedBotOptions, scriptedBot } from '../server/scripted-bot.js';

// What a user of the raw events does beside the four conversations, with the class that leaves everything to its user.

const clean: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
});

async function connected(options: ScriptedBotOptions) {
  const bot = scriptedBot(options);
  const server = await interopServer(bot.makePipeline);
  clean.push(() => server.close());
  const realtime = openaiClient({ url: server.url, key: server.key });
  clean.push(() => realtime.close());
  const trail = new EventTrail();
  realtime.on('event', (event) => trail.push({ ...event }));
  realtime.on('error', () => undefined);
  await trail.first('session.created', 0);
  return { bot, server, realtime, trail };
}

const responseOf = (event: AnyEvent) =>
  event.response as { readonly status: string; readonly metadata: unknown; readonly conversation_id: unknown };
const itemOf = (event: AnyEvent) =>
  event.item as { readonly id: string; readonly content: readonly { readonly audio?: string; readonly transcript?: string }[] };
const errorOf = (event: AnyEvent) => event.error as { readonly code: string | null; readonly event_id: string | null };
const userSays = (text: string, id: string): ConversationItem => ({
  type: 'message',
  role: 'user',
  id,
  content: [{ type: 'input_text', text }],
});

it('takes turns by push to talk, and gives back what was said', async () => {
  const { bot, server, realtime, trail } = await connected({ replies: ['Good morning.'], hears: 'Hello there.' });
  realtime.send({
    type: 'session.update',
    session: { type: 'realtime', audio: { input: { turn_detection: null, transcription: { model: 'whisper-1' } } } },
  });
  const spoken = spokenText('Hello there.', { sampleRate: 24_000, lastsMs: 900 });
  for (const piece of pieces(spoken)) realtime.send({ type: 'input_audio_buffer.append', audio: encodeAudio(piece) });
  realtime.send({ type: 'input_audio_buffer.commit' });
  realtime.send({ type: 'response.create' });
  await trail.first('response.done', 0);
  await trail.first('conversation.item.input_audio_transcription.completed', 0);
  const { item_id } = await trail.first('input_audio_buffer.committed', 0);
  realtime.send({ type: 'conversation.item.retrieve', item_id: String(item_id) });
  const retrieved = itemOf(await trail.first('conversation.item.retrieved', 0));
  expect(retrieved.content[0]?.transcript).toBe('Hello there.');
  expect(samplesOf(decodeAudio(retrieved.content[0]?.audio ?? ''))).toEqual(spoken);
  expect(bot.asked()).toEqual([['user: Hello there.']]);
  expect(trail.since(0).some(({ type }) => type === 'input_audio_buffer.speech_started')).toBe(false);
  expect(server.faults()).toEqual([]);
});

it('asks beside the conversation, in text, and the conversation knows nothing of it', async () => {
  const { bot, server, realtime, trail } = await connected({ replies: ['Sports.', 'Fine.'] });
  realtime.send({ type: 'conversation.item.create', item: userSays('Did you see the game?', 'item_1') });
  realtime.send({
    type: 'response.create',
    response: {
      conversation: 'none',
      metadata: { purpose: 'topic' },
      output_modalities: ['text'],
      instructions: 'Name the topic.',
    },
  });
  const done = responseOf(await trail.first('response.done', 0));
  expect(done).toMatchObject({ status: 'completed', metadata: { purpose: 'topic' }, conversation_id: null });
  expect((await trail.first('response.output_text.done', 0)).text).toBe('Sports.');
  const from = trail.length;
  realtime.send({ type: 'response.create' });
  await trail.first('response.done', from);
  expect(bot.asked()).toEqual([['system: Name the topic.', 'user: Did you see the game?'], ['user: Did you see the game?']]);
  expect(server.faults()).toEqual([]);
});

it('puts items where it wants them, and takes them away', async () => {
  const { bot, server, realtime, trail } = await connected({ replies: ['Yes.'] });
  realtime.send({ type: 'conversation.item.create', item: userSays('Second.', 'item_2') });
  realtime.send({ type: 'conversation.item.create', item: userSays('First.', 'item_1'), previous_item_id: 'root' });
  realtime.send({ type: 'conversation.item.create', item: userSays('Between.', 'item_b'), previous_item_id: 'item_1' });
  realtime.send({ type: 'conversation.item.create', item: userSays('Gone.', 'item_g') });
  realtime.send({ type: 'conversation.item.delete', item_id: 'item_g' });
  realtime.send({ type: 'response.create' });
  await trail.first('response.done', 0);
  expect(bot.asked()).toEqual([['user: First.', 'user: Between.', 'user: Second.']]);
  expect(server.faults()).toEqual([]);
});

it('is told which of its events was wrong, and goes on', async () => {
  const { server, realtime, trail } = await connected({ replies: ['Still here.'] });
  realtime.send({ type: 'input_audio_buffer.commit', event_id: 'mine_1' });
  realtime.send({ type: 'conversation.item.delete', item_id: 'nowhere', event_id: 'mine_2' });
  realtime.send({
    type: 'conversation.item.truncate',
    item_id: 'nowhere',
    content_index: 0,
    audio_end_ms: 0,
    event_id: 'mine_3',
  });
  realtime.send({ type: 'response.cancel', event_id: 'mine_4' });
  realtime.send({ type: 'conversation.item.create', item: userSays('Hello?', 'item_1') });
  realtime.send({ type: 'response.create' });
  await trail.first('response.done', 0);
  const errors = trail
    .since(0)
    .filter(({ type }) => type === 'error')
    .map(errorOf);
  expect(errors.map(({ code, event_id }) => [event_id, code])).toEqual([
    ['mine_1', 'input_audio_buffer_commit_empty'],
    ['mine_2', 'item_delete_invalid_item_id'],
    ['mine_3', 'item_truncate_invalid_item_id'],
    ['mine_4', 'response_cancel_not_active'],
  ]);
  expect(server.faults()).toEqual([]);
});

it('speaks and hears as a telephone does, in µ-law and A-law', async () => {
  const { bot, server, realtime, trail } = await connected({ replies: ['Good morning to you.'], hears: 'Hello.' });
  realtime.send({
    type: 'session.update',
    session: {
      type: 'realtime',
      audio: { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcma' } } },
    },
  });
  await trail.first('session.updated', 0);
  const narrow = resample(await recording('human-ps-goforward'), { fromRate: 24_000, toRate: 8_000 });
  for (let at = 0; at < narrow.length; at += 800) {
    realtime.send({ type: 'input_audio_buffer.append', audio: encodeAudio(encodeMulaw(narrow.slice(at, at + 800))) });
  }
  await trail.first('response.done', 0);
  const heard = trail
    .since(0)
    .flatMap(({ type, delta }) => (type === 'response.output_audio.delta' ? [decodeAudio(String(delta))] : []));
  const audio = joined(heard.map((bytes) => decodeAlaw(bytes)));
  expect(audio.length / 8).toBeCloseTo('Good morning to you.'.length * 50, -2);
  expect(bot.asked()).toEqual([['user: Hello.']]);
  expect(server.faults()).toEqual([]);
});

it('lets what was said before be restored, and is answered with its voice', async () => {
  const { bot, server, realtime, trail } = await connected({ replies: ['Your name is Ann.'] });
  realtime.send({ type: 'conversation.item.create', item: userSays('I am Ann.', 'item_1') });
  realtime.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello Ann.' }] },
  });
  realtime.send({ type: 'conversation.item.create', item: userSays('Who am I?', 'item_3') });
  realtime.send({ type: 'response.create' });
  await trail.first('response.done', 0);
  const deltas = trail
    .since(0)
    .flatMap(({ type, delta }) => (type === 'response.output_audio.delta' ? [samplesOf(decodeAudio(String(delta)))] : []));
  expect(textIn(joined(deltas))).toBe('Your name is Ann.');
  expect(bot.asked()).toEqual([['user: I am Ann.', 'assistant: Hello Ann.', 'user: Who am I?']]);
  expect(server.faults()).toEqual([]);
});
