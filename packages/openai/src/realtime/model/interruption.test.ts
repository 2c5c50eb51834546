import { expect, test } from 'vitest';
import { realtimeCall } from '../../test-support/realtime-call.js';
import { simulatedCall } from '../../test-support/simulated-call.js';

const story = 'Once upon a time there was a king who had no crown.';

/** A call in which the bot has been asked, by typing, for `resp_1`. */
async function asked() {
  const call = await realtimeCall();
  await call.clock.advance(500);
  call.transport.of(call.session).type('Tell me a story.');
  call.service.fresh();
  return call;
}

test('S000-10: an application that interrupts stops the response, and cuts its item at what was played', async () => {
  const { service, clock, session, ...call } = await asked();
  service.answers('resp_1');
  service.speaks('resp_1', 'item_a1', story);
  await clock.advance(700);
  session.interrupt('Silence.');
  expect(service.fresh()).toMatchObject([
    { type: 'response.cancel', response_id: 'resp_1' },
    { type: 'conversation.item.truncate', item_id: 'item_a1', content_index: 0, audio_end_ms: 700 },
  ]);
  expect(call.transport.of(session).staleMs).toBe(0);
});

test('S000-10: after the response is over only its item is cut; nothing is cancelled', async () => {
  const { service, clock, session } = await asked();
  service.answers('resp_1');
  service.speaks('resp_1', 'item_a1', story);
  service.spoke('resp_1', 'item_a1', story);
  service.done('resp_1');
  await clock.advance(700);
  session.interrupt('Silence.');
  expect(service.freshTypes()).toEqual(['conversation.item.truncate']);
});

test('S000-10: a response that has not said anything yet is only cancelled', async () => {
  const { service, clock, session } = await asked();
  service.answers('resp_1');
  await clock.advance(100);
  session.interrupt('Silence.');
  expect(service.freshTypes()).toEqual(['response.cancel']);
});

test('S000-10: interrupting while nothing is being answered tells the service nothing', async () => {
  const { service, clock, session } = await realtimeCall();
  await clock.advance(100);
  service.fresh();
  session.interrupt('Silence.');
  expect(service.fresh()).toEqual([]);
});

test('S001-41: the end of what was heard is a whole number, and never behind what has arrived', async () => {
  const { service, clock, session } = await asked();
  service.answers('resp_1');
  service.speaks('resp_1', 'item_a1', 'Yes.', 333);
  await clock.advance(333 + 2_000);
  session.interrupt('Silence.');
  const [, cut] = service.fresh();
  expect(cut).toMatchObject({ type: 'conversation.item.truncate', item_id: 'item_a1' });
  expect(Number.isInteger(cut?.audio_end_ms)).toBe(true);
  expect(cut?.audio_end_ms).toBeLessThanOrEqual(333);
});

test('S001-41: what was heard to its end is left as it is', async () => {
  const { service, clock, session } = await asked();
  service.answers('resp_1');
  service.speaks('resp_1', 'item_a1', 'Yes.');
  service.spoke('resp_1', 'item_a1', 'Yes.');
  service.done('resp_1');
  await clock.advance(2_000);
  service.fresh();
  session.interrupt('Silence.');
  expect(service.fresh()).toEqual([]);
});

test('an item of which nothing was heard is deleted, also one that waits behind another', async () => {
  const { service, clock, session } = await asked();
  service.answers('resp_1');
  for (const item of ['item_a1', 'item_a2', 'item_a3']) service.speaks('resp_1', item, 'Hello there.');
  service.spoke('resp_1', 'item_a1', 'Hello there.');
  await clock.advance(300);
  session.interrupt('Silence.');
  expect(service.fresh()).toMatchObject([
    { type: 'response.cancel' },
    { type: 'conversation.item.truncate', item_id: 'item_a1', audio_end_ms: 300 },
    { type: 'conversation.item.delete', item_id: 'item_a2' },
    { type: 'conversation.item.delete', item_id: 'item_a3' },
  ]);
  service.done('resp_1', { status: 'cancelled' });
  expect(service.fresh()).toEqual([]);
});

test('what still comes of a response that was interrupted is dropped: no utterance, no word, no sound', async () => {
  const { service, clock, session, ...call } = await asked();
  service.answers('resp_1');
  service.speaks('resp_1', 'item_a1', story);
  await clock.advance(500);
  session.interrupt('Silence.');
  service.fresh();
  const before = [call.frames.length, call.transport.of(session).heard.length];
  service.speaks('resp_1', 'item_a1', 'He looked for it.');
  service.speaks('resp_1', 'item_a2', 'Everywhere.');
  await clock.advance(3_000);
  service.done('resp_1', { status: 'cancelled' });
  await clock.advance(3_000);
  expect(call.frames.slice(before[0]).filter(({ kind }) => kind.startsWith('tts-') || kind.startsWith('llm-'))).toEqual([]);
  expect(call.transport.of(session).heard).toHaveLength(before[1] ?? 0);
  // What it has made meanwhile is not remembered.
  expect(service.fresh()).toMatchObject([{ type: 'conversation.item.delete', item_id: 'item_a2' }]);
});

test('a response that begins after the interruption is cancelled, and never heard', async () => {
  const { service, clock, session, ...call } = await asked();
  await clock.advance(100);
  session.interrupt('Silence.');
  expect(service.fresh()).toEqual([]);
  service.answers('resp_1');
  expect(service.freshTypes()).toEqual(['response.cancel']);
  service.speaks('resp_1', 'item_a1', story);
  service.done('resp_1', { status: 'cancelled' });
  await clock.advance(5_000);
  expect(call.transport.of(session).heard).toEqual([]);
  expect(service.fresh()).toMatchObject([{ type: 'conversation.item.delete', item_id: 'item_a1' }]);
});

test('who asks anew while the response that was interrupted has not begun waits for its end', async () => {
  const { service, clock, session, ...call } = await asked();
  session.interrupt('Silence.');
  call.transport.of(session).type('Something else, please.');
  expect(service.freshTypes()).toEqual(['conversation.item.create']);
  const created = service.sent.findLast(({ type }) => type === 'response.create')?.response;
  service.begins('resp_1', { metadata: Object.getOwnPropertyDescriptor(created, 'metadata')?.value });
  expect(service.freshTypes()).toEqual(['response.cancel']);
  service.done('resp_1', { status: 'cancelled' });
  expect(service.freshTypes()).toEqual(['response.create']);
  service.replies('resp_2', 'item_b1', 'As you like.');
  await clock.advance(3_000);
  expect(call.transport.of(session).heard.map(({ text }) => text)).toEqual(['As you like.']);
});

test('an interruption in the moment in which the response ends finds nothing to cancel', async () => {
  const { service, clock, session } = await asked();
  service.answers('resp_1');
  service.speaks('resp_1', 'item_a1', story);
  await clock.advance(500);
  service.spoke('resp_1', 'item_a1', story);
  service.done('resp_1');
  session.interrupt('Silence.');
  expect(service.fresh()).toMatchObject([{ type: 'conversation.item.truncate', audio_end_ms: 500 }]);
});

test('S001-23: the user who speaks silences the bot in the tick in which the service says so', async () => {
  const call = await simulatedCall({ service: { answer: () => ({ text: story }) } });
  void call.line.say('tell me a story');
  await call.clock.runUntil(() => call.of('bot-started-speaking').length > 0);
  await call.clock.advance(800);
  void call.line.say('stop it');
  await call.clock.runUntil(() => call.of('interruption').length > 1);
  const [first] = call.line.heard;
  expect(first?.interrupted).toBe(true);
  // 20 ms until the microphone has delivered, and 20 ms each way over the network.
  expect((first?.endMs ?? 0) - (first?.startMs ?? 0)).toBeLessThanOrEqual(800 + 80);
  await call.clock.advance(200);
  expect(call.service.received.map(({ type }) => type)).not.toContain('response.cancel');
  expect(call.service.refusals).toEqual([]);
});

test('what the bot was told to say and must not be cut off is said to its end, and what the user said is answered then', async () => {
  const call = await simulatedCall({
    service: { answer: (_, { instructions }) => ({ text: instructions?.split('\n\n')[1] ?? 'I see.' }) },
  });
  call.session.say('This call is being recorded.', { interruptible: false });
  await call.clock.runUntil(() => call.of('bot-started-speaking').length > 0);
  await call.clock.advance(900);
  void call.line.say('oh really');
  await call.clock.advance(8_000);
  expect(call.heard).toEqual(['This call is being recorded.', 'I see.']);
  expect(call.said).toEqual(['assistant: This call is being recorded.', 'user: oh really', 'assistant: I see.']);
  expect(call.of('error')).toEqual([]);
});

test('what the bot is told to say is said in order, one after the other', async () => {
  const call = await simulatedCall({
    service: { answer: (_, { instructions }) => ({ text: instructions?.split('\n\n')[1] ?? 'I see.' }) },
  });
  for (const text of ['One.', 'Two.', 'Three.']) call.session.say(text);
  call.line.type('and four');
  call.session.say('Five.');
  await call.clock.advance(9_000);
  expect(call.heard.join(' ')).toBe('I see. Five.');
  for (const text of ['One.', 'Two.', 'Three.']) call.session.say(text);
  await call.clock.advance(9_000);
  expect(call.heard.join(' ')).toBe('I see. Five. One. Two. Three.');
  expect(call.service.refusals).toEqual([]);
});

test('an aside is heard, and stands neither in our conversation nor in that of the service', async () => {
  const call = await simulatedCall({
    service: { answer: (_, { instructions }) => ({ text: instructions?.split('\n\n')[1] ?? 'I see.' }) },
  });
  call.session.send(call.session.frame('tts-speak', { text: 'One moment.', aside: true }));
  await call.clock.advance(4_000);
  expect(call.heard).toEqual(['One moment.']);
  expect(call.said).toEqual([]);
  expect(call.service.items).toEqual([]);
  call.session.send(call.session.frame('tts-speak', { text: 'One moment, if you please.', aside: true }));
  await call.clock.runUntil(() => call.of('bot-started-speaking').length > 1);
  call.session.interrupt('Silence.');
  await call.clock.advance(1_000);
  expect(call.service.refusals).toEqual([]);
});
