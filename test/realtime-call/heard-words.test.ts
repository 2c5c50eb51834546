import { encodeAudio } from '@voxrill/openai';
import { fakeSTT } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { type Calling, calling, says, silent, userText } from './call-harness.js';

const vad = (settings: object | null) => ({
  type: 'session.update',
  session: { type: 'realtime', audio: { input: { turn_detection: settings } } },
});
const transcribe = {
  type: 'session.update',
  session: { type: 'realtime', audio: { input: { transcription: { model: 'any' } } } },
};
const notable = (call: Calling) =>
  call
    .types()
    .filter((type) => /input_audio_buffer|response.created|response.done|^conversation.item.done|transcription/u.test(type));
const response = (call: Calling, index = -1) => call.of('response.done').at(index)?.response as { status: string };

describe('a turn that the client ends', () => {
  it('is committed and then answered, with no events of detection (S001-26, S000-7)', async () => {
    const call = await calling();
    call.send(vad(null));
    await call.hears(says('hello there', 800));
    await call.hears(silent(2_000));
    call.send({ type: 'input_audio_buffer.commit' }, { type: 'response.create' });
    await call.pass(50);
    expect(notable(call).slice(0, 3)).toEqual(['input_audio_buffer.committed', 'conversation.item.done', 'response.created']);
    expect(call.llm.calls[0]?.request.messages).toEqual([{ role: 'user', content: 'hello there' }]);
    await call.end();
  });

  it('is transcribed once it is committed, piece by piece, and not before (S004-25, S004-27)', async () => {
    for (const dialect of ['ga', 'beta', 'beta-2024-10'] as const) {
      const call = await calling({ dialect });
      const settings = { input_audio_transcription: { model: 'whisper-1' }, turn_detection: null };
      if (dialect === 'ga') call.send(transcribe, vad(null));
      else call.send({ type: 'session.update', session: settings });
      await call.hears(says('hello there my friend', 1_200));
      await call.hears(silent(1_000));
      expect(notable(call)).toEqual([]);
      call.send({ type: 'input_audio_buffer.commit' });
      await call.pass(50);
      const deltas = call.of('conversation.item.input_audio_transcription.delta').map(({ delta }) => delta);
      // October 2024 knew no deltas.
      expect(deltas.join('')).toBe(dialect === 'beta-2024-10' ? '' : 'hello there my friend');
      expect(call.of('conversation.item.input_audio_transcription.completed')[0]).toMatchObject({
        transcript: 'hello there my friend',
      });
      await call.end();
    }
  });

  it('must have 100 ms of audio', async () => {
    const call = await calling();
    call.send(vad(null), { type: 'input_audio_buffer.commit', event_id: 'a' });
    await call.hears(says('x', 80));
    call.send({ type: 'input_audio_buffer.commit', event_id: 'b' });
    expect(call.of('error').map(({ error }) => error)).toMatchObject([
      { code: 'input_audio_buffer_commit_empty', event_id: 'a' },
      { code: 'input_audio_buffer_commit_empty', event_id: 'b', message: expect.stringContaining('only has 80.00ms') },
    ]);
    await call.hears(silent(20));
    call.send({ type: 'input_audio_buffer.commit' });
    expect(call.of('input_audio_buffer.committed')).toHaveLength(1);
    await call.end();
  });

  it('takes no more audio than the buffer holds', async () => {
    const call = await calling({ limits: { bufferMs: 1_000 } });
    call.send(vad(null));
    await call.hears(says('hello there', 1_020));
    expect(call.of('error')[0]?.error).toMatchObject({ code: 'input_audio_buffer_full' });
    call.send({ type: 'input_audio_buffer.append', event_id: 'one too many', audio: encodeAudio(silent(20)) });
    expect(call.of('error')[1]?.error).toMatchObject({ code: 'input_audio_buffer_full', event_id: 'one too many' });
    await call.end();
  });

  it('makes no item beyond the limit, and names the event that wanted one', async () => {
    const call = await calling({ limits: { items: 1 } });
    call.send(vad(null), userText('Hello.'));
    await call.hears(says('hello there', 200));
    call.send({ type: 'input_audio_buffer.commit', event_id: 'one too many' });
    expect(call.of('error')[0]?.error).toMatchObject({ code: 'conversation_full', event_id: 'one too many' });
    await call.end();
  });
});

describe('what the user said', () => {
  it('is told only if transcription is on, and switched off again by null (S000-6, S001-51)', async () => {
    const call = await calling({ stt: fakeSTT({ sampleRate: 24_000, interims: false }) });
    const speak = async () => {
      await call.hears(says('hello', 400));
      await call.hears(silent(600));
      await call.pass(50);
    };
    await speak();
    expect(call.of('conversation.item.input_audio_transcription.completed')).toEqual([]);
    call.send(transcribe);
    await speak();
    const [told] = call.of('conversation.item.input_audio_transcription.completed');
    expect(told).toMatchObject({ transcript: 'hello', usage: { type: 'duration', seconds: 1 } });
    expect(told?.item_id).toBe(call.of('input_audio_buffer.committed')[1]?.item_id);
    call.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription: null } } } });
    await speak();
    expect(call.of('conversation.item.input_audio_transcription.completed')).toHaveLength(1);
    await call.end();
  });

  it('may become known after the answer has been waited for too long, and is put into its item (S001-51)', async () => {
    const call = await calling({ stt: fakeSTT({ sampleRate: 24_000, finalMs: 3_000 }), limits: { transcriptMs: 1_000 } });
    call.send(transcribe, userText('Earlier.'));
    await call.hears(says('hello', 400));
    await call.hears(silent(520));
    await call.pass(1_500);
    expect(response(call).status).toBe('completed');
    expect(call.llm.calls[0]?.request.messages).toEqual([{ role: 'user', content: 'Earlier.' }]);
    await call.pass(2_000);
    expect(call.of('conversation.item.input_audio_transcription.completed')[0]).toMatchObject({ transcript: 'hello' });
    call.send({ type: 'conversation.item.retrieve', item_id: call.of('input_audio_buffer.committed')[0]?.item_id });
    expect(call.of('conversation.item.retrieved')[0]?.item).toMatchObject({
      content: [{ type: 'input_audio', transcript: 'hello' }],
    });
    call.send({ type: 'response.create' });
    await call.pass(50);
    expect(call.llm.calls[1]?.request.messages.slice(0, 2)).toEqual([
      { role: 'user', content: 'Earlier.' },
      { role: 'user', content: 'hello' },
    ]);
    await call.end();
  });

  it('that could not be recognised is told as failed, and the response to it has failed', async () => {
    const call = await calling({ stt: fakeSTT({ sampleRate: 24_000, hears: [{ error: 'server' }] }) });
    call.send(transcribe);
    await call.hears(says('hello', 400));
    await call.hears(silent(600));
    await call.pass(50);
    expect(call.of('conversation.item.input_audio_transcription.failed')[0]?.error).toMatchObject({
      type: 'transcription_error',
    });
    expect(response(call).status).toBe('failed');
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(50);
    expect(response(call).status).toBe('completed');
    await call.end();
  });

  it('is recognised also when the client brings it as an item', async () => {
    const call = await calling();
    const audio = encodeAudio(says('hello there', 800));
    call.send(transcribe, {
      type: 'conversation.item.create',
      item: { id: 'mine', type: 'message', role: 'user', content: [{ type: 'input_audio', audio }] },
    });
    call.send({ type: 'response.create' });
    await call.pass(50);
    expect(call.llm.calls[0]?.request.messages).toEqual([{ role: 'user', content: 'hello there' }]);
    expect(call.of('conversation.item.input_audio_transcription.completed')[0]).toMatchObject({ item_id: 'mine' });
    call.send({ type: 'conversation.item.retrieve', item_id: 'mine' });
    expect(call.of('conversation.item.retrieved')[0]?.item).toMatchObject({ content: [{ audio, transcript: 'hello there' }] });
    await call.end();
  });

  it('waits while somebody speaks if it comes as an item, up to a bound', async () => {
    const call = await calling();
    const audio = encodeAudio(says('hello', 200));
    await call.hears(says('I am speaking', 400));
    const item = { type: 'message', role: 'user', content: [{ type: 'input_audio', audio }] };
    call.send(transcribe, ...Array.from({ length: 40 }, () => ({ type: 'conversation.item.create', item })));
    expect(call.of('conversation.item.input_audio_transcription.failed')).toHaveLength(8);
    await call.hears(silent(600));
    await call.pass(500);
    const known = call.of('conversation.item.input_audio_transcription.completed').map(({ transcript }) => transcript);
    expect(known).toEqual(['I am speaking', ...Array.from({ length: 32 }, () => 'hello')]);
    await call.end();
  });
});
