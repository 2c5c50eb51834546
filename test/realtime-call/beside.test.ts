import { defineProcessor, type FrameOf, pipeline } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { calling, userText } from './call-harness.js';

const beside = (response: object = {}) => ({
  type: 'response.create',
  response: { conversation: 'none', metadata: { topic: 'classify' }, output_modalities: ['text'], ...response },
});

describe('a response beside the conversation', () => {
  it('tells nothing of items, adds nothing, and echoes its metadata', async () => {
    const call = await calling();
    call.send(userText('Hello.'), beside());
    await call.pass(50);
    const done = call.of('response.done')[0]?.response;
    expect(done).toMatchObject({ status: 'completed', conversation_id: null, metadata: { topic: 'classify' } });
    expect(call.of('conversation.item.added')).toHaveLength(1);
    call.send({ type: 'response.create' });
    await call.pass(50);
    expect(call.llm.calls.map(({ request }) => request.messages)).toEqual([
      [{ role: 'user', content: 'Hello.' }],
      [{ role: 'user', content: 'Hello.' }],
    ]);
    await call.end();
  });

  it('may overlap that of the conversation, and neither holds up or cancels the other', async () => {
    const call = await calling({
      llm: fakeLLM({ firstMs: 100, tokenMs: 100, replies: ({ said }) => `Let me say this about ${said}` }),
    });
    call.send(userText('Hello.', 'item_hello'), { type: 'response.create' }, beside({ input: [] }));
    call.send(beside({ input: [{ type: 'item_reference', id: 'item_hello' }] }));
    await call.pass(150);
    const asked = call.of('response.created').map(({ response }) => (response as { id: string }).id);
    expect(asked).toHaveLength(3);
    call.send({ type: 'response.cancel', response_id: asked[1] });
    await call.pass(2_000);
    const done = call.of('response.done').map(({ response }) => response as { id: string; status: string });
    expect(done.map(({ id, status }) => [asked.indexOf(id), status]).sort()).toEqual([
      [0, 'completed'],
      [1, 'cancelled'],
      [2, 'completed'],
    ]);
    await call.end();
  });

  it('is about the items that come with it', async () => {
    const call = await calling();
    const input = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Is this rude?' }] }];
    call.send(userText('Hello.'), beside({ input, instructions: 'Say yes or no.' }));
    await call.pass(50);
    expect(call.llm.calls[0]?.request.messages).toEqual([
      { role: 'system', content: 'Say yes or no.' },
      { role: 'user', content: 'Is this rude?' },
    ]);
    call.send({ ...beside({ input: [{ type: 'item_reference', id: 'nowhere' }] }), event_id: 'mine' });
    expect(call.of('error')[0]?.error).toMatchObject({ event_id: 'mine', param: 'response.input[0].id' });
    await call.end();
  });

  it('can be spoken, and there is a bound to how many there are', async () => {
    const call = await calling({ llm: fakeLLM({ firstMs: 100 }), limits: { asides: 1 } });
    call.send(userText('Hello.'), beside({ output_modalities: ['audio'] }), { ...beside(), event_id: 'one too many' });
    await call.pass(1_000);
    expect(call.of('error')[0]?.error).toMatchObject({ event_id: 'one too many' });
    expect(call.of('response.output_audio.delta').length).toBeGreaterThan(0);
    call.send(beside());
    await call.pass(1_000);
    expect(call.of('response.done')).toHaveLength(2);
    await call.end();
  });

  it('works also where the conversation does not stand in a plain row of stages', async () => {
    const llm = fakeLLM();
    const call = await calling({
      makePipeline: ({ input, conversation, output }) =>
        pipeline(pipeline(input, fakeSTT({ sampleRate: 24_000 }), conversation), llm, fakeTTS({ sampleRate: 24_000 }), output),
    });
    call.send(userText('Hello.'), beside(), { type: 'response.create' });
    await call.pass(50);
    expect(call.of('response.done').map(({ response }) => (response as { status: string }).status)).toEqual([
      'completed',
      'completed',
    ]);
    await call.end();
  });

  it.each(['during', 'after'])('fails, and is had again, when its pipeline ends by itself %s an answer', async (when) => {
    let abort: ((reason: string) => void) | undefined;
    const line = defineProcessor('line', (stage) => ({
      down: {
        'llm-text': (frame: FrameOf<'llm-text'>) => {
          abort = (reason) => stage.session.abort(reason);
          if (when === 'during' && frame.text.includes('first')) abort('The line is dead.');
          return frame;
        },
      },
    }));
    const call = await calling({
      limits: { asides: 1 },
      makePipeline: ({ input, conversation, output }) =>
        pipeline(input, fakeSTT({ sampleRate: 24_000 }), conversation, fakeLLM(), line, fakeTTS({ sampleRate: 24_000 }), output),
    });
    const input = (text: string) => [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }];
    call.send(beside({ input: input('first') }));
    await call.pass(50);
    abort?.('The line is dead.');
    call.send(beside({ input: input('second') }));
    await call.pass(50);
    expect(call.of('response.done').map(({ response }) => (response as { status: string }).status)).toEqual([
      when === 'during' ? 'failed' : 'completed',
      'completed',
    ]);
    expect(call.of('error').map(({ error }) => (error as { message: string }).message)).toEqual(
      when === 'during' ? ['The pipeline has ended before the response was whole: ask again.'] : [],
    );
    await call.end();
  });
});
