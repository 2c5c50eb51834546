import { expect, test } from 'vitest';
import { realtimeCall } from '../../test-support/realtime-call.js';

test('S001-91: the model takes the place of recogniser, language model and voice', async () => {
  const call = await realtimeCall({ context: { system: 'You are brief.' } });
  const { service, clock } = call;
  const update = service.sent.findLast(({ type }) => type === 'session.update');
  expect(update?.session).toMatchObject({ type: 'realtime' });
  expect(JSON.stringify(service.sent)).toContain('You are brief.');
  service.fresh();
  await clock.advance(1000);
  service.hears('item_u1', 400);
  await clock.advance(600);
  service.heard('item_u1', 1500);
  service.begins('resp_1');
  service.speaks('resp_1', 'item_a1', 'Good morning to you.');
  service.spoke('resp_1', 'item_a1', 'Good morning to you.');
  service.done('resp_1');
  await clock.advance(300);
  service.understands('item_u1', 'Good morning.');
  await clock.advance(3000);
  expect(call.said).toEqual(['system: You are brief.', 'user: Good morning.', 'assistant: Good morning to you.']);
  expect(service.fresh()).toEqual([]);
  expect(call.transport.of(call.session).heard.map(({ text }) => text)).toEqual(['Good morning to you.']);
});

test('S000-11, S001-40: an interruption cuts the item on the server at the last sample that was played', async () => {
  const call = await realtimeCall();
  const { service, clock } = call;
  await clock.advance(1000);
  service.hears('item_u1', 400);
  await clock.advance(600);
  service.heard('item_u1', 1500, 'Tell me a story.');
  service.begins('resp_1');
  service.speaks('resp_1', 'item_a1', 'Once upon a time there was a king who had no crown.');
  service.fresh();
  await clock.advance(1010);
  service.hears('item_u2', 2500);
  expect(service.fresh()).toMatchObject([
    { type: 'conversation.item.truncate', item_id: 'item_a1', content_index: 0, audio_end_ms: 1010 },
  ]);
  service.speaks('resp_1', 'item_a1', 'He looked for it.');
  service.spoke('resp_1', 'item_a1', 'Once upon a time there was a king who had no crown.', 'incomplete');
  service.done('resp_1', { status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' } });
  await clock.advance(3000);
  expect(call.transport.of(call.session).heard.map(({ text }) => text)).toEqual(['Once upon a time']);
  expect(call.transport.of(call.session).staleMs).toBe(0);
});

test('what is given as session wins: who finds the turns, and what the model is to be', async () => {
  const call = await realtimeCall({
    model: {
      turnDetection: 'own',
      instructions: 'Be verbose.',
      session: { instructions: 'Be brief.', audio: { input: { turn_detection: { type: 'server_vad' } } } },
    },
  });
  const { service, clock } = call;
  await clock.advance(500);
  const update = service.sent.find(({ type }) => type === 'session.update');
  expect(update?.session).toMatchObject({
    instructions: 'Be brief.',
    audio: { input: { turn_detection: { type: 'server_vad' } } },
  });
  expect(service.sent.filter(({ type }) => type === 'input_audio_buffer.append')).not.toEqual([]);
});

test.each(['beta-2024-10', 'azure-preview'] as const)(
  'in the dialect %s, which has no responses beside the conversation and no metadata, none are sent',
  async (dialect) => {
    const call = await realtimeCall({ model: { dialect, apiKey: 'key' } });
    const { service, session } = call;
    service.fresh();
    session.say('One moment please.');
    const asked = service.fresh().find(({ type }) => type === 'response.create');
    expect(Object(asked?.response)).toMatchObject({ instructions: expect.stringContaining('One moment please.') });
    for (const member of ['metadata', 'conversation', 'input']) expect(asked?.response).not.toHaveProperty(member);
    await expect(call.model.ask(session, {})).rejects.toThrow('use another dialect');
    expect(service.fresh()).toEqual([]);
  },
);
