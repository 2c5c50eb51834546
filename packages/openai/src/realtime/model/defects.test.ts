import { defineTool } from '@voxrill/core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { realtimeCall } from '../../test-support/realtime-call.js';
import { simulatedCall } from '../../test-support/simulated-call.js';
import type { SimulatedItem } from '../../test-support/simulated-conversation.js';

const outputsOf = (items: readonly SimulatedItem[]) => items.filter(({ type }) => type === 'function_call_output');
const note = defineTool({ name: 'note', description: 'Takes a note.', parameters: z.object({}), run: () => 'noted' });

/** What goes wrong elsewhere with such a model, and holds here. */
describe('an end-to-end model', () => {
  test('1: hears an event of a type that nobody knows, and goes on', async () => {
    const call = await realtimeCall();
    call.service.says('response.telepathy.delta', { delta: 'hm' });
    call.transport.of(call.session).type('go');
    call.service.replies('resp_1', 'item_a1', 'Yes.');
    await call.clock.advance(1_000);
    expect(call.said).toEqual(['user: go', 'assistant: Yes.']);
    expect(call.model.traffic(call.session).unknownEvents).toBe(1);
    expect(call.of('error')).toEqual([]);
  });

  test('2: hears an error of any kind, and is not deaf afterwards', async () => {
    const call = await realtimeCall();
    const { service } = call;
    service.says('error', { error: { type: 'server_error', code: 'odd', message: 'Something odd has happened.' } });
    service.hears('item_u1', 0);
    service.heard('item_u1', 900, 'Hello.');
    service.replies('resp_1', 'item_a1', 'Yes.');
    await call.clock.advance(1_000);
    expect(call.said).toEqual(['user: Hello.', 'assistant: Yes.']);
  });

  test('3: has its session renewed before it ends, and had again when it is lost', async () => {
    const call = await simulatedCall({ model: { sessionLimitMs: 60_000, renewMs: 30_000 } });
    await call.clock.advance(35_000);
    expect(call.services).toHaveLength(2);
    call.service.breaks();
    await call.clock.advance(2_000);
    expect(call.services).toHaveLength(3);
    await call.says('hello');
    expect(call.heard).toEqual(['Yes.']);
  });

  test('4: takes a response without usage, and one with the least of it', async () => {
    const call = await realtimeCall();
    const { service } = call;
    for (const usage of [null, {}, { input_tokens: 5 }]) {
      call.transport.of(call.session).type('go');
      service.answers('resp_1');
      service.done('resp_1', { usage });
    }
    expect(call.of('error')).toEqual([]);
  });

  test('5: asks again when a response was in the way of its request, so that the result of a tool is spoken', async () => {
    const call = await realtimeCall({ context: { tools: [note] } });
    const { service, clock } = call;
    call.transport.of(call.session).type('go');
    service.answers('resp_1');
    service.calls('resp_1', 'item_c1', 'call_1', 'note', '{}');
    service.done('resp_1');
    await clock.advance(10);
    const asked = service.fresh().at(-1);
    service.begins('resp_x');
    const code = 'conversation_already_has_active_response';
    service.says('error', { error: { type: 'invalid_request_error', code, message: 'Busy.', event_id: asked?.event_id } });
    service.done('resp_x');
    expect(service.freshTypes()).toEqual(['response.create']);
    service.replies('resp_2', 'item_a2', 'It is noted.');
    await clock.advance(2_000);
    expect(call.transport.of(call.session).heard.map(({ text }) => text)).toEqual(['It is noted.']);
    expect(call.of('error')).toEqual([]);
  });

  test('6: makes no utterance of what comes after an interruption', async () => {
    const call = await realtimeCall();
    const { service, clock } = call;
    call.transport.of(call.session).type('go');
    service.answers('resp_1');
    service.speaks('resp_1', 'item_a1', 'A long sentence to be cut.');
    await clock.advance(300);
    call.session.interrupt('Silence.');
    const started = call.of('tts-started').length;
    service.speaks('resp_1', 'item_a2', 'Late words.');
    await clock.advance(1_000);
    expect(call.of('tts-started')).toHaveLength(started);
  });

  test('7: is told what the application adds to the conversation', async () => {
    const call = await simulatedCall();
    await call.says('hello');
    call.context.of(call.session).append([{ role: 'user', content: 'By the way, I am Ann.' }], 99);
    call.session.forceReply();
    await call.clock.advance(3_000);
    expect(call.service.said).toContain('user: By the way, I am Ann.');
  });

  test('8: hears a microphone of 16 kHz at its own pace, not half as high again', async () => {
    const call = await realtimeCall();
    await call.clock.advance(20);
    const before = call.model.traffic(call.session).sentAudioBytes;
    call.transport.of(call.session).audio({ samples: new Int16Array(16_000), sampleRate: 16_000, channels: 1 });
    const sentMs = (call.model.traffic(call.session).sentAudioBytes - before) / 48;
    expect(sentMs).toBeGreaterThan(980);
    expect(sentMs).toBeLessThanOrEqual(1_000);
  });

  test('9: begins a response once, also if it is told twice of it', async () => {
    const call = await realtimeCall();
    const { service } = call;
    call.transport.of(call.session).type('go');
    service.answers('resp_1');
    service.answers('resp_1');
    service.speaks('resp_1', 'item_a1', 'Yes.');
    service.spoke('resp_1', 'item_a1', 'Yes.');
    service.done('resp_1');
    service.answers('resp_1');
    service.done('resp_1');
    await call.clock.advance(1_000);
    expect(call.of('llm-response-start')).toHaveLength(1);
    expect(call.of('llm-response-end')).toHaveLength(1);
    expect(call.of('tts-text').map(({ text }) => text)).toEqual(['Yes.']);
  });

  test('10: tells interim transcripts whole, and not by their last piece', async () => {
    const call = await realtimeCall();
    const { service } = call;
    service.hears('item_u1', 0);
    service.heard('item_u1', 900);
    for (const delta of ['Good ', 'morn', 'ing.'])
      service.says('conversation.item.input_audio_transcription.delta', { item_id: 'item_u1', content_index: 0, delta });
    service.understands('item_u1', 'Good morning.');
    expect(call.of('interim-transcription').map(({ text }) => text)).toEqual(['Good ', 'Good morn', 'Good morning.']);
    expect(call.of('transcription').map(({ text }) => text)).toEqual(['Good morning.']);
  });

  test('11: takes the calls of a response for one group, and asks for one answer to them', async () => {
    const call = await simulatedCall({
      context: { tools: [note] },
      service: {
        answer: (items) =>
          outputsOf(items).length > 0 ? { text: 'All noted.' } : { calls: [1, 2, 3].map(() => ({ name: 'note', args: '{}' })) },
      },
    });
    await call.says('note these');
    expect(call.of('tool-calls').map(({ calls }) => calls.length)).toEqual([3]);
    expect(call.service.received.filter(({ type }) => type === 'response.create')).toHaveLength(1);
    expect(call.heard).toEqual(['All noted.']);
  });

  test('12: has no calls left over when its session begins anew', async () => {
    const call = await realtimeCall({ context: { tools: [note] } });
    const first = call.service;
    call.transport.of(call.session).type('go');
    first.answers('resp_1');
    first.calls('resp_1', 'item_c1', 'call_1', 'note', '{}');
    first.socket.ends();
    await call.clock.advance(2_000);
    expect(call.service).not.toBe(first);
    call.service.replies('resp_2', 'item_a2', 'Here I am.');
    await call.clock.advance(3_000);
    expect(call.of('tool-calls')).toEqual([]);
    expect(call.said).toEqual(['user: go', 'assistant: Here I am.']);
  });

  test('13: leaves nobody waiting for an answer that never comes', async () => {
    const call = await realtimeCall({ model: { answerMs: 1_000 } });
    const asked = call.model.ask(call.session, { instructions: 'Well?' });
    const failed = expect(asked).rejects.toThrow('ask again');
    await call.clock.advance(1_000);
    await failed;
  });

  test('14: sees a picture when it is in the conversation, and not by the second', async () => {
    const picture = 'data:image/png;base64,AAAA';
    const content = [{ type: 'image_url', image_url: { url: picture } }] as const;
    const call = await simulatedCall({ context: { messages: [{ role: 'user', content }] } });
    await call.clock.advance(10_000);
    await call.says('what is this');
    expect(JSON.stringify(call.service.received).split(picture)).toHaveLength(2);
  });

  test('15: outlives a socket that takes nothing any more', async () => {
    const call = await realtimeCall();
    const first = call.service;
    await call.clock.advance(100);
    first.socket.bufferedBytes = 1e9;
    await call.clock.advance(2_000);
    expect(call.services).toHaveLength(2);
    expect(call.of('error')).toMatchObject([{ category: 'connectivity', usable: true }]);
    call.transport.of(call.session).type('go');
    call.service.replies('resp_1', 'item_a1', 'Yes.');
    await call.clock.advance(1_000);
    expect(call.said).toEqual(['user: go', 'assistant: Yes.']);
  });
});
