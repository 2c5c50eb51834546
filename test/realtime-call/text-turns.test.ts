import { fakeLLM, fakeTTS } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { type Calling, calling, userText } from './call-harness.js';

const answered = {
  ga: [
    'session.created',
    'conversation.item.added',
    'conversation.item.done',
    'response.created',
    'rate_limits.updated',
    'response.output_item.added',
    'conversation.item.added',
    'response.content_part.added',
    'response.output_audio_transcript.delta',
    'response.output_audio.delta',
    'response.output_audio.done',
    'response.output_audio_transcript.done',
    'response.content_part.done',
    'conversation.item.done',
    'response.output_item.done',
    'response.done',
  ],
  'beta-2024-10': [
    'session.created',
    'conversation.item.created',
    'response.created',
    'rate_limits.updated',
    'response.output_item.added',
    'conversation.item.created',
    'response.content_part.added',
    'response.audio_transcript.delta',
    'response.audio.delta',
    'response.audio.done',
    'response.audio_transcript.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.done',
  ],
} as const;

const lastResponse = (call: Calling) => call.of('response.done').at(-1)?.response as Record<string, unknown>;

describe.each(['ga', 'beta-2024-10'] as const)('a typed turn in %s', (dialect) => {
  it('is answered with the events of the protocol, in their order (S000-5, S004-21, S004-22)', async () => {
    const call = await calling({ dialect });
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(10);
    expect(call.types().filter((type, i, all) => type !== all[i - 1])).toEqual(answered[dialect]);
    expect(lastResponse(call)).toMatchObject({ status: 'completed', status_details: null, metadata: null });
    await call.end();
  });
});

describe('a response', () => {
  it('tells all sentences as one item of one part, each with its text before its audio (S001-50)', async () => {
    const call = await calling({ llm: fakeLLM({ replies: 'One is here.  Two follows! And three' }) });
    call.send(userText('Count.'), { type: 'response.create' });
    await call.pass(10);
    expect(call.of('response.content_part.added')).toHaveLength(1);
    expect(call.of('response.output_audio_transcript.done')[0]?.transcript).toBe('One is here.  Two follows! And three');
    expect(call.tts.calls.map(({ text }) => text)).toEqual(['One is here.', 'Two follows!', 'And three']);
    const bytes = call.of('response.output_audio.delta').map(({ delta }) => Buffer.from(String(delta), 'base64').length);
    expect(Math.max(...bytes)).toBe(4800);
    // 60 ms for a character, 48 bytes a millisecond.
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBe((12 + 12 + 9) * 60 * 48);
    await call.end();
  });

  it('is sent in the moment in which the voice gives it, its words before its sound', async () => {
    const call = await calling({
      llm: fakeLLM({ firstMs: 200, replies: 'Hello there.' }),
      tts: fakeTTS({ sampleRate: 16_000, firstMs: 150, nextMs: 70 }),
    });
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(349);
    expect(call.of('response.output_audio_transcript.delta')).toHaveLength(1);
    expect(call.of('response.output_audio.delta')).toEqual([]);
    await call.pass(1);
    expect(call.of('response.output_audio.delta')).toHaveLength(1);
    await call.pass(70);
    expect(call.of('response.output_audio.delta').length).toBeGreaterThan(1);
    await call.end();
  });

  it('is written, not spoken, if only text is asked for (S000-4)', async () => {
    const call = await calling({ llm: fakeLLM({ replies: 'One. Two. Three.' }) });
    call.send(userText('Count.'), { type: 'response.create', response: { output_modalities: ['text'] } });
    await call.pass(10);
    expect(call.tts.calls).toEqual([]);
    expect(call.of('response.output_text.delta').map(({ delta }) => delta)).toEqual(['One. ', 'Two. ', 'Three.']);
    expect(call.of('response.output_text.done')[0]?.text).toBe('One. Two. Three.');
    expect(call.of('response.content_part.added')[0]?.part).toEqual({ type: 'text', text: '' });
    // The override was for this response only.
    call.send({ type: 'response.create' });
    await call.pass(10);
    expect(call.tts.calls).toHaveLength(3);
    await call.end();
  });

  it('speaks whatever the text items of a restored history are (S001-45)', async () => {
    const call = await calling();
    for (const [role, type, text] of [
      ['user', 'input_text', 'My name is Ann.'],
      ['assistant', 'output_text', 'Hello Ann.'],
      ['user', 'input_text', 'What is my name?'],
    ]) {
      call.send({ type: 'conversation.item.create', item: { type: 'message', role, content: [{ type, text }] } });
    }
    call.send({ type: 'response.create' });
    await call.pass(10);
    expect(call.of('response.output_audio.delta').length).toBeGreaterThan(0);
    expect(call.llm.calls[0]?.request.messages).toEqual([
      { role: 'user', content: 'My name is Ann.' },
      { role: 'assistant', content: 'Hello Ann.' },
      { role: 'user', content: 'What is my name?' },
    ]);
    await call.end();
  });

  it('is incomplete when it reaches the most tokens that it may have', async () => {
    const call = await calling({ llm: fakeLLM({ replies: 'This is one. This is two. This is three. This is four.' }) });
    const response = { max_output_tokens: 8, metadata: { topic: 'numbers' } };
    call.send(userText('Count.'), { type: 'response.create', response });
    await call.pass(10);
    expect(lastResponse(call)).toMatchObject({
      status: 'incomplete',
      status_details: { type: 'incomplete', reason: 'max_output_tokens' },
      metadata: { topic: 'numbers' },
      max_output_tokens: 8,
    });
    expect(call.llm.calls[0]?.request.settings).toEqual({ maxTokens: 8 });
    await call.end();
  });

  it('that fails says so twice and ends, and the session goes on', async () => {
    const call = await calling({ llm: fakeLLM({ replies: [['I was about', { error: 'server' }], 'Hello again.'] }) });
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(10);
    expect(call.of('error')[0]?.error).toMatchObject({ type: 'server_error' });
    expect(lastResponse(call)).toMatchObject({
      status: 'failed',
      status_details: { type: 'failed', error: { type: 'server_error' } },
    });
    call.send({ type: 'response.create' });
    await call.pass(10);
    expect(lastResponse(call)).toMatchObject({ status: 'completed' });
    await call.end();
  });

  it('whose voice fails is failed as well', async () => {
    const call = await calling({ tts: fakeTTS({ sampleRate: 24_000, speaks: () => ({ errorAtMs: 200 }) }) });
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(10);
    expect(lastResponse(call)).toMatchObject({ status: 'failed' });
    expect(call.of('response.output_item.done')[0]?.item).toMatchObject({ status: 'incomplete' });
    await call.end();
  });

  it('is cancelled at once, with all that is open closed, and no audio after its end (S000-10)', async () => {
    const call = await calling({ tts: fakeTTS({ sampleRate: 24_000, nextMs: 50 }) });
    call.send(userText('Tell me a long story.'), { type: 'response.create' });
    await call.pass(200);
    expect(call.of('response.output_audio.delta').length).toBeGreaterThan(1);
    call.send({ type: 'response.cancel' });
    expect(call.types().slice(-6)).toEqual([
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
    ]);
    expect(lastResponse(call)).toMatchObject({
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'client_cancelled' },
    });
    const count = call.events.length;
    await call.pass(1_000);
    expect(call.events).toHaveLength(count);
    await call.end();
  });

  it('that is not there can be cancelled without harm (S000-10)', async () => {
    const call = await calling();
    call.send({ type: 'response.cancel', event_id: 'mine' });
    expect(call.of('error')[0]?.error).toMatchObject({ code: 'response_cancel_not_active', event_id: 'mine' });
    await call.end();
  });

  it('cannot be asked for while another one is active (S004-10)', async () => {
    const call = await calling({ llm: fakeLLM({ firstMs: 100 }) });
    call.send(userText('Hello.'), { type: 'response.create' }, { type: 'response.create', event_id: 'second' });
    await call.pass(500);
    expect(call.of('error')[0]?.error).toMatchObject({ code: 'conversation_already_has_active_response', event_id: 'second' });
    expect(call.of('response.done')).toHaveLength(1);
    await call.end();
  });

  it('goes on when the input buffer is cleared (S004-24)', async () => {
    const call = await calling({ tts: fakeTTS({ sampleRate: 24_000, nextMs: 50 }) });
    call.send(userText('Tell me a story.'), { type: 'response.create' });
    await call.pass(100);
    call.send({ type: 'input_audio_buffer.clear' });
    await call.pass(5_000);
    expect(call.of('input_audio_buffer.cleared')).toHaveLength(1);
    expect(lastResponse(call)).toMatchObject({ status: 'completed' });
    await call.end();
  });

  it('keeps the settings that it began with, and the next one has the new ones (S004-4)', async () => {
    const call = await calling({ llm: fakeLLM({ firstMs: 100 }) });
    call.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be kind.' } }, userText('Hello.'));
    call.send({ type: 'response.create' });
    call.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.', output_modalities: ['text'] } });
    await call.pass(500);
    call.send({ type: 'response.create', response: { instructions: 'Be funny.' } });
    await call.pass(500);
    call.send({ type: 'response.create' });
    await call.pass(500);
    const told = call.llm.calls.map(({ request }) => request.messages[0]);
    expect(told.map((message) => message?.content)).toEqual(['Be kind.', 'Be funny.', 'Be brief.']);
    expect(call.of('response.output_audio.delta').length).toBeGreaterThan(0);
    expect(call.of('response.output_text.done')).toHaveLength(2);
    await call.end();
  });

  it('asks with what was asked before, byte for byte, and something behind it (S001-42)', async () => {
    const call = await calling({ settings: { type: 'realtime', instructions: 'Be kind.' } });
    for (const words of ['One.', 'Two.', 'Three.']) {
      call.send(userText(words), { type: 'response.create' });
      await call.pass(10);
    }
    const asked = call.llm.calls.map(({ request }) => JSON.stringify(request.messages).slice(0, -1));
    expect(asked[1]?.startsWith(asked[0] ?? '?')).toBe(true);
    expect(asked[2]?.startsWith(asked[1] ?? '?')).toBe(true);
    await call.end();
  });
});
