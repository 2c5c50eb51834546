import { decodeMulaw } from '@voxrill/audio';
import { decodeAudio } from '@voxrill/openai';
import { fakeLLM, fakeTTS } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { type Calling, calling, says, silent, userText } from './call-harness.js';

const errorOf = (call: Calling) => call.of('error').at(-1)?.error as Record<string, unknown>;
const lastPrompt = (call: Calling) => call.llm.calls.at(-1)?.request.messages;
/** The item of the bot's last answer. */
const botItem = (call: Calling) => call.of('response.content_part.added').at(-1)?.item_id as string;

describe('items', () => {
  it('stand where they were put: at the beginning, behind another, at the end (S004-8)', async () => {
    const call = await calling();
    const put = (words: string, place?: string | null) => ({ ...userText(words, words), previous_item_id: place });
    call.send(put('b'), put('d', null), put('a', 'root'), put('c', 'b'));
    call.send({ type: 'conversation.item.delete', item_id: 'b' }, { type: 'response.create' });
    await call.pass(50);
    expect(lastPrompt(call)?.map(({ content }) => content)).toEqual(['a', 'c', 'd']);
    expect(call.of('conversation.item.added').map((event) => event.previous_item_id)).toEqual([null, 'b', null, 'b', 'd']);
    await call.end();
  });

  it('that cannot be are refused, by the id of the event, and nothing is added', async () => {
    const call = await calling();
    call.send(userText('Hello.', 'one'));
    const bad: readonly (readonly [object, string])[] = [
      [{ ...userText('x'), previous_item_id: 'nowhere' }, 'item_create_invalid_previous_item_id'],
      [userText('x', 'one'), 'item_create_duplicate_item_id'],
      [userText('x', 'i'.repeat(600)), 'string_above_max_length'],
      [{ type: 'conversation.item.retrieve', item_id: 'nowhere' }, 'item_retrieve_invalid_item_id'],
      [{ type: 'conversation.item.delete', item_id: 'nowhere' }, 'item_delete_invalid_item_id'],
      [
        { type: 'conversation.item.truncate', item_id: 'nowhere', content_index: 0, audio_end_ms: 0 },
        'item_truncate_invalid_item_id',
      ],
      [{ type: 'conversation.item.truncate', item_id: 'one', content_index: 0, audio_end_ms: 0 }, 'unsupported_content_type'],
      [
        {
          type: 'conversation.item.create',
          item: { type: 'message', role: 'assistant', content: [{ type: 'output_audio', audio: 'AAAA' }] },
        },
        'invalid_value',
      ],
      [{ type: 'output_audio_buffer.clear' }, 'invalid_value'],
    ];
    for (const [i, [event, code]] of bad.entries()) {
      call.send({ ...event, event_id: `event ${i}` });
      expect(errorOf(call)).toMatchObject({ type: 'invalid_request_error', code, event_id: `event ${i}` });
    }
    expect(call.of('conversation.item.added')).toHaveLength(1);
    await call.end();
  });

  it('are as many as the limit says', async () => {
    const call = await calling({ limits: { items: 2 } });
    call.send(userText('a'), userText('b'), { ...userText('c'), event_id: 'c' });
    expect(errorOf(call)).toMatchObject({ code: 'conversation_full', event_id: 'c' });
    call.send({ type: 'response.create', event_id: 'd' });
    expect(errorOf(call)).toMatchObject({ code: 'conversation_full', event_id: 'd' });
    await call.hears(silent(200), { atOnce: true });
    call.send({ type: 'input_audio_buffer.commit', event_id: 'e' });
    expect(errorOf(call)).toMatchObject({ code: 'conversation_full', event_id: 'e' });
    call.send({
      type: 'conversation.item.delete',
      item_id: (call.of('conversation.item.done')[0]?.item as { id?: string } | undefined)?.id,
    });
    call.send({ type: 'response.create' });
    await call.pass(50);
    expect(call.of('response.done')).toHaveLength(1);
    await call.end();
  });

  it('of the user are given back with their audio, and lose the oldest of it beyond the bound', async () => {
    const call = await calling({ limits: { audioBytes: 60_000 } });
    call.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
    const speech = [says('hello there', 800), says('goodbye', 800)] as const;
    for (const samples of speech) {
      await call.hears(samples);
      call.send({ type: 'input_audio_buffer.commit' });
    }
    await call.pass(10);
    const audio = call.of('input_audio_buffer.committed').map((event) => {
      call.send({ type: 'conversation.item.retrieve', item_id: event.item_id });
      const item = call.of('conversation.item.retrieved').at(-1)?.item as { content: { audio?: string; transcript?: string }[] };
      return item.content[0];
    });
    expect(audio[0]).toEqual({ type: 'input_audio', transcript: 'hello there' });
    const bytes = decodeAudio(audio[1]?.audio ?? '');
    expect(new Int16Array(bytes.buffer)).toEqual(speech[1]);
    await call.end();
  });

  it('are given back in the format that the session has now', async () => {
    const call = await calling({ llm: fakeLLM({ replies: 'Hello.' }) });
    const tone = Int16Array.from({ length: 800 * 24 }, (_, i) => Math.round(8_000 * Math.sin((2 * Math.PI * 440 * i) / 24_000)));
    const session = (audio: object) => ({ type: 'session.update', session: { type: 'realtime', audio } });
    call.send(session({ input: { turn_detection: null } }));
    await call.hears(tone);
    call.send({ type: 'input_audio_buffer.commit' }, userText('Hello.'), { type: 'response.create' });
    await call.pass(20_000);
    call.send(session({ input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcma' } } }));
    for (const id of [call.of('input_audio_buffer.committed')[0]?.item_id, botItem(call)]) {
      call.send({ type: 'conversation.item.retrieve', item_id: id });
    }
    const [user, bot] = call.of('conversation.item.retrieved').map((event) => {
      const { content } = event.item as { content: { audio: string }[] };
      return decodeAudio(content[0]?.audio ?? '');
    });
    expect(user).toHaveLength(800 * 8);
    // "Hello." is six characters of 60 ms.
    expect(bot).toHaveLength(360 * 8);
    const loud = (samples: Int16Array): number => Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length);
    const told = loud(tone);
    expect(Math.abs(loud(decodeMulaw(user ?? new Uint8Array())) - told)).toBeLessThan(told / 20);
    await call.end();
  });

  it('keep no more audio of what is being spoken than is kept of all', async () => {
    const call = await calling({
      limits: { audioBytes: 20_000 },
      llm: fakeLLM({ replies: 'One two three four five six.' }),
      tts: fakeTTS({ sampleRate: 24_000, nextMs: 50 }),
    });
    const retrieved = () => {
      call.send({ type: 'conversation.item.retrieve', item_id: botItem(call) });
      return call.of('conversation.item.retrieved').at(-1)?.item as { content: { audio?: string; transcript?: string }[] };
    };
    call.send(userText('Count.'), { type: 'response.create' });
    await call.pass(5_000);
    expect(retrieved().content[0]).toEqual({ type: 'output_audio', transcript: 'One two three four five six.' });
    await call.end();
  });
});

describe('a truncated item', () => {
  it('is for the model what was heard of it, and has no transcript any more (S000-11, S001-40, S001-52)', async () => {
    const call = await calling({ llm: fakeLLM({ replies: ['One two three. Four five six.', 'Yes?'] }) });
    call.send(userText('Count.'), { type: 'response.create' });
    await call.pass(50);
    const itemId = botItem(call);
    // The first sentence is 14 characters of 60 ms; of the second "Four five" was heard.
    call.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: 14 * 60 + 9 * 60 });
    expect(call.of('conversation.item.truncated')[0]).toMatchObject({ item_id: itemId, content_index: 0, audio_end_ms: 1380 });
    call.send(userText('Stop.'), { type: 'response.create' });
    await call.pass(50);
    expect(lastPrompt(call)).toEqual([
      { role: 'user', content: 'Count.' },
      { role: 'assistant', content: 'One two three. Four five', interrupted: true },
      { role: 'user', content: 'Stop.' },
    ]);
    call.send({ type: 'conversation.item.retrieve', item_id: itemId });
    const item = call.of('conversation.item.retrieved')[0]?.item as { content: { audio: string; transcript?: string }[] };
    expect(item.content[0]?.transcript).toBeUndefined();
    expect(decodeAudio(item.content[0]?.audio ?? '')).toHaveLength(1380 * 48);
    await call.end();
  });

  it('is cut by proportion where the voice tells no words', async () => {
    const call = await calling({
      llm: fakeLLM({ replies: ['One two three four.', 'Yes?'] }),
      tts: fakeTTS({ sampleRate: 24_000, words: false }),
    });
    call.send(userText('Count.'), { type: 'response.create' });
    await call.pass(50);
    call.send({ type: 'conversation.item.truncate', item_id: botItem(call), content_index: 0, audio_end_ms: 13 * 60 });
    call.send({ type: 'response.create' });
    await call.pass(50);
    expect(lastPrompt(call)?.at(-1)).toEqual({ role: 'assistant', content: 'One two three', interrupted: true });
    await call.end();
  });

  it('of which nothing was heard is not told to the model', async () => {
    const call = await calling();
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(50);
    call.send({ type: 'conversation.item.truncate', item_id: botItem(call), content_index: 0, audio_end_ms: 0 });
    call.send({ type: 'response.create' });
    await call.pass(50);
    expect(lastPrompt(call)).toEqual([{ role: 'user', content: 'Hello.' }]);
    await call.end();
  });

  it('cannot be cut behind its end, nor behind an earlier cut', async () => {
    const call = await calling({ llm: fakeLLM({ replies: 'Hello.' }) });
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(50);
    const cut = (audio_end_ms: number) => ({
      type: 'conversation.item.truncate',
      item_id: botItem(call),
      content_index: 0,
      audio_end_ms,
    });
    call.send(cut(361));
    expect(errorOf(call)).toMatchObject({ message: 'Audio content of 360ms is already shorter than 361ms' });
    call.send(cut(200), cut(300));
    expect(call.of('conversation.item.truncated')).toHaveLength(1);
    expect(errorOf(call)).toMatchObject({ message: 'Audio content of 200ms is already shorter than 300ms' });
    await call.end();
  });

  it('keeps what it is though more of it comes', async () => {
    const call = await calling({
      llm: fakeLLM({ replies: ['One two three four five six.', 'Yes?'] }),
      tts: fakeTTS({ sampleRate: 24_000, nextMs: 50 }),
    });
    call.send(userText('Count.'), { type: 'response.create' });
    await call.pass(500);
    const sent = call.of('response.output_audio.delta').length;
    call.send({ type: 'conversation.item.truncate', item_id: botItem(call), content_index: 0, audio_end_ms: 420 });
    await call.pass(5_000);
    expect(call.of('response.output_audio.delta').length).toBeGreaterThan(sent);
    call.send({ type: 'conversation.item.retrieve', item_id: botItem(call) }, { type: 'response.create' });
    await call.pass(50);
    const item = call.of('conversation.item.retrieved')[0]?.item as { content: { audio: string }[] };
    expect(decodeAudio(item.content[0]?.audio ?? '')).toHaveLength(420 * 48);
    expect(lastPrompt(call)?.at(-1)).toEqual({ role: 'assistant', content: 'One two', interrupted: true });
    await call.end();
  });

  it('may be the one that is being spoken: the response is cut off, and then truncated (S000-10)', async () => {
    const call = await calling({
      llm: fakeLLM({ replies: ['One two three four five six.', 'Yes?'] }),
      tts: fakeTTS({ sampleRate: 24_000, nextMs: 50 }),
    });
    call.send(userText('Count.'), { type: 'response.create' });
    await call.pass(300);
    await call.hears(says('stop', 240));
    call.send({ type: 'conversation.item.truncate', item_id: botItem(call), content_index: 0, audio_end_ms: 420 });
    await call.hears(silent(600));
    await call.pass(100);
    expect(lastPrompt(call)).toEqual([
      { role: 'user', content: 'Count.' },
      { role: 'assistant', content: 'One two', interrupted: true },
      { role: 'user', content: 'stop' },
    ]);
    await call.end();
  });
});
