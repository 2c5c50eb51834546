import { pipeline } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { type Calling, calling, says, silent, userText } from './call-harness.js';

const errorOf = (call: Calling) => call.of('error').at(-1)?.error as Record<string, unknown>;
const updated = (call: Calling) => call.of('session.updated').at(-1)?.session as Record<string, unknown>;
const update = (session: object) => ({ type: 'session.update', event_id: 'mine', session: { type: 'realtime', ...session } });

describe('a session', () => {
  it('begins with an empty conversation of its own (S004-3, S000-1)', async () => {
    const [one, other] = [await calling(), await calling()];
    one.send(userText('My secret.'));
    other.send(userText('Hello.'), { type: 'response.create' });
    await other.pass(50);
    expect(other.llm.calls[0]?.request.messages).toEqual([{ role: 'user', content: 'Hello.' }]);
    expect(one.types()[0]).toBe('session.created');
    await Promise.all([one.end(), other.end()]);
  });

  it('takes the settings of the 2024 example and says them back with the defaults (S004-5)', async () => {
    const call = await calling({ dialect: 'beta-2024-10' });
    const session = {
      voice: 'alloy',
      instructions: 'Call the user Ann.',
      input_audio_format: 'pcm16',
      input_audio_transcription: { model: 'whisper-1' },
      turn_detection: { threshold: 0.4, silence_duration_ms: 600, type: 'server_vad' },
      tools: [],
    };
    call.send({ type: 'session.update', session });
    expect(updated(call)).toMatchObject({
      ...session,
      modalities: expect.arrayContaining(['text', 'audio']),
      output_audio_format: 'pcm16',
      turn_detection: { threshold: 0.4, prefix_padding_ms: 300, silence_duration_ms: 600 },
      temperature: 0.8,
      max_response_output_tokens: 'inf',
    });
    await call.end();
  });

  it('has server detection with 0.5, 300 and 500 ms unless it is told otherwise (S001-20, S000-9, S001-10)', async () => {
    const call = await calling();
    const [created] = call.of('session.created');
    expect(created?.session).toMatchObject({
      audio: {
        input: {
          transcription: null,
          turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 },
        },
      },
    });
    await call.end();
  });

  it('refuses an update with a field that it does not know as a whole', async () => {
    const call = await calling();
    call.send(update({ instructions: 'Be kind.', voice: 'alloy' }));
    expect(errorOf(call)).toMatchObject({ code: 'unknown_parameter', param: 'session.voice', event_id: 'mine' });
    call.send(update({}));
    expect(updated(call)).toMatchObject({ instructions: '' });
    call.send(update({ tools: [{ type: 'mcp', server_label: 'x' }] }));
    expect(errorOf(call)).toMatchObject({ param: 'session.tools' });
    await call.end();
  });

  it('refuses what only OpenAI can act on, for itself and for a response', async () => {
    const call = await calling();
    const asked = [
      { prompt: { id: 'pmpt_1' } },
      { tools: [{ type: 'mcp', server_label: 'files', server_url: 'https://files.test' }] },
    ];
    for (const settings of asked) {
      call.send({ ...update(settings), event_id: 'mine' });
      expect(errorOf(call)).toMatchObject({ event_id: 'mine', param: `session.${Object.keys(settings)[0]}` });
      call.send({ type: 'response.create', event_id: 'other', response: settings });
      expect(errorOf(call)).toMatchObject({ event_id: 'other', param: `response.${Object.keys(settings)[0]}` });
    }
    expect(call.types()).toEqual(['session.created', 'error', 'error', 'error', 'error']);
    await call.end();
  });

  it('keeps its voice once it was heard', async () => {
    const call = await calling();
    call.send(update({ audio: { output: { voice: 'verse' } } }));
    expect(updated(call)).toMatchObject({ audio: { output: { voice: 'verse' } } });
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(50);
    call.send(update({ audio: { output: { voice: 'alloy' } }, instructions: 'Be kind.' }));
    expect(errorOf(call)).toMatchObject({ code: 'cannot_update_voice', event_id: 'mine' });
    call.send(update({ audio: { output: { voice: 'verse' } } }));
    expect(updated(call)).toMatchObject({ instructions: '' });
    await call.end();
  });

  it.each([
    ['audio/pcmu', 8],
    ['audio/pcma', 8],
    ['audio/pcm', 48],
  ] as const)('speaks and hears %s (S001-2)', async (type, bytesPerMs) => {
    const format = type === 'audio/pcm' ? { type, rate: 24_000 } : { type };
    const call = await calling({
      stt: fakeSTT({ sampleRate: 16_000, hears: ['hello'] }),
      llm: fakeLLM({ replies: 'Hello there.' }),
      tts: fakeTTS({ sampleRate: 16_000 }),
    });
    call.send(update({ audio: { input: { format, turn_detection: null }, output: { format } } }));
    const audio = Buffer.alloc(500 * bytesPerMs, 1).toString('base64');
    call.send({ type: 'input_audio_buffer.append', audio }, { type: 'input_audio_buffer.commit' }, { type: 'response.create' });
    await call.pass(50);
    expect(call.stt.calls[0]?.samples).toBe(500 * 16);
    const sent = call.of('response.output_audio.delta').map(({ delta }) => Buffer.from(String(delta), 'base64'));
    expect(Buffer.concat(sent)).toHaveLength(12 * 60 * bytesPerMs);
    expect(sent.every(({ length }) => length <= 100 * bytesPerMs && length % (bytesPerMs / 8) === 0)).toBe(true);
    call.send({ type: 'conversation.item.retrieve', item_id: call.of('input_audio_buffer.committed')[0]?.item_id });
    expect(call.of('conversation.item.retrieved')[0]?.item).toMatchObject({ content: [{ audio }] });
    await call.end();
  });

  it('that only transcribes makes no responses', async () => {
    const call = await calling();
    call.send({
      type: 'session.update',
      session: { type: 'transcription', audio: { input: { transcription: { model: 'any' } } } },
    });
    await call.hears(says('hello there', 800));
    await call.hears(silent(600));
    await call.pass(50);
    expect(call.of('conversation.item.input_audio_transcription.completed')[0]).toMatchObject({ transcript: 'hello there' });
    call.send({ type: 'response.create', event_id: 'mine' });
    expect(errorOf(call)).toMatchObject({ event_id: 'mine' });
    expect(call.of('response.created')).toEqual([]);
    await call.end();
  });

  it('is over at its limit, with an error and the close that belongs to it (S001-43)', async () => {
    const call = await calling({ limits: { sessionMs: 900_000 }, llm: fakeLLM({ firstMs: 20_000 }) });
    await call.pass(899_000);
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(2_000);
    expect(errorOf(call)).toMatchObject({
      code: 'session_expired',
      message: 'Your session hit the maximum duration of 15 minutes.',
    });
    expect(call.closes).toEqual([{ code: 1001, reason: 'Your session hit the maximum duration of 15 minutes.' }]);
    const count = call.events.length;
    call.send(userText('Hello?'));
    await call.pass(60_000);
    expect(call.events).toHaveLength(count);
    await call.end();
  });

  it('whose pipeline cannot start says so and is closed', async () => {
    const tts = Object.assign(fakeTTS(), { prepare: () => Promise.reject(new Error('There are no weights.')) });
    const call = await calling({ tts });
    expect(call.types()).toEqual(['error']);
    expect(errorOf(call)).toMatchObject({ type: 'server_error', message: 'There are no weights.' });
    expect(call.closes).toEqual([{ code: 1011, reason: 'The pipeline could not start.' }]);
    await call.end();
  });

  it('tells the pipeline of its settings and of the voice that speaks', async () => {
    const voices: string[] = [];
    const call = await calling({
      makePipeline: (parts) => {
        const tts = fakeTTS({
          speaks: () => {
            voices.push(parts.voice(), parts.settings().model);
            return {};
          },
        });
        return pipeline(parts.input, fakeSTT({ sampleRate: 24_000 }), parts.conversation, fakeLLM(), tts, parts.output);
      },
    });
    call.send(userText('Hello.'), { type: 'response.create', response: { audio: { output: { voice: 'verse' } } } });
    await call.pass(50);
    expect(voices.slice(0, 2)).toEqual(['verse', 'fakes']);
    await call.end();
  });
});
