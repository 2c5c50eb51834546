import { seededRandom } from '@voxrill/testing';
import { expect, test } from 'vitest';
import { realtimeCall } from '../../test-support/realtime-call.js';
import { simulatedCall } from '../../test-support/simulated-call.js';
import type { SimulatedItem } from '../../test-support/simulated-conversation.js';

const quarterMs = 15 * 60_000;
const lastSaid = (items: readonly SimulatedItem[]): string => items.findLast(({ role }) => role === 'user')?.text ?? 'nothing';
const echo = (items: readonly SimulatedItem[]): { text: string } => ({ text: `You said ${lastSaid(items)}` });

test('S001-43: a session is replaced before its end while all is quiet, and the old one is closed', async () => {
  const call = await simulatedCall({ service: { answer: echo }, model: { sessionLimitMs: quarterMs, renewMs: 60_000 } });
  await call.says('remember the milk');
  await call.clock.advance(quarterMs - 70_000 - call.clock.now());
  expect(call.services).toHaveLength(1);
  await call.clock.advance(20_000);
  expect(call.services).toHaveLength(2);
  expect(call.services[0]?.closed).toBe(true);
  expect(call.service.closed).toBe(false);
  expect(call.service.said).toEqual(['user: remember the milk', 'assistant: You said remember the milk']);
  expect(call.of('error')).toEqual([]);
});

test('S001-43: expires_at of the service counts, and not the limit that was named', async () => {
  let wallMs = 1_800_000_000_000;
  const expires_at = wallMs / 1000 + 300;
  const call = await simulatedCall({
    service: { answer: echo, session: { expires_at } },
    model: { renewMs: 60_000, wallClock: () => ({ getTime: () => wallMs }) },
  });
  for (let minute = 0; minute < 5; minute++) {
    wallMs += 60_000;
    await call.clock.advance(60_000);
    expect(call.services.length > 1, `after ${minute + 1} min`).toBe(minute >= 3);
  }
});

test.each(['the user speaks', 'the bot is heard'])('a session is not replaced while %s, but at once afterwards', async (who) => {
  const call = await simulatedCall({ service: { answer: echo }, model: { sessionLimitMs: 120_000, renewMs: 60_000 } });
  const text = 'la '.repeat(60).trim();
  await call.clock.advance(58_000);
  if (who === 'the user speaks') void call.line.say(text);
  else call.line.type(text);
  await call.clock.advance(8_000);
  expect(call.services).toHaveLength(1);
  await call.clock.advance(40_000);
  expect(call.services).toHaveLength(2);
  expect(call.heard).toEqual([`You said ${text}`]);
});

test('a transcript that is outstanding is waited for before a session is replaced', async () => {
  const call = await simulatedCall({
    service: { answer: echo, transcriptMs: () => 4_500 },
    model: { sessionLimitMs: 120_000, renewMs: 60_000 },
  });
  await call.clock.advance(57_500);
  void call.line.say('late');
  await call.clock.advance(4_500);
  expect(call.of('bot-stopped-speaking')).toHaveLength(1);
  expect(call.services).toHaveLength(1);
  await call.clock.advance(3_000);
  expect(call.services).toHaveLength(2);
  expect(call.said).toEqual(['user: late', 'assistant: You said late']);
  expect(call.service.said).toEqual(call.said);
});

test('a transcript that never comes does not keep a session from being replaced', async () => {
  const call = await simulatedCall({
    service: { answer: echo, transcriptMs: () => 900_000 },
    model: { sessionLimitMs: 120_000, renewMs: 60_000 },
  });
  await call.clock.advance(57_500);
  void call.line.say('lost');
  await call.clock.advance(12_000);
  expect(call.services).toHaveLength(2);
});

test('a question beside the conversation is waited for before a session is replaced', async () => {
  const call = await realtimeCall({ model: { sessionLimitMs: 120_000, renewMs: 60_000 } });
  const { service, clock, session } = call;
  await clock.advance(58_000);
  service.fresh();
  const answer = call.model.ask(session, { instructions: 'Is the user angry?' });
  const { metadata } = Object(service.fresh()[0]?.response);
  await clock.advance(10_000);
  expect(call.services).toHaveLength(1);
  service.done('resp_b', { conversation_id: null, metadata });
  expect(await answer).toMatchObject({ id: 'resp_b' });
  await clock.advance(10);
  expect(call.services).toHaveLength(2);
});

test('a question that is never answered does not keep a session from being replaced', async () => {
  const call = await realtimeCall({ model: { sessionLimitMs: 120_000, renewMs: 60_000, answerMs: 5_000 } });
  await call.clock.advance(58_000);
  const answer = expect(call.model.ask(call.session, {})).rejects.toThrow('ask again');
  await call.clock.advance(5_010);
  await answer;
  expect(call.services).toHaveLength(2);
});

test('a user who begins to speak while the next session is being opened is heard whole, and answered once', async () => {
  for (let earlierMs = 0; earlierMs <= 400; earlierMs += 20) {
    const call = await simulatedCall({
      service: { answer: echo, latencyMs: 80 },
      model: { sessionLimitMs: 120_000, renewMs: 60_000 },
    });
    await call.clock.advance(60_000 - earlierMs + 160);
    void call.line.say('strawberries please');
    await call.clock.advance(8_000);
    expect(call.heard, `${earlierMs} ms`).toEqual(['You said strawberries please']);
    expect(call.services.length).toBe(2);
    expect(call.of('error')).toEqual([]);
  }
});

test('S001-43, S001-46: a call of three hours over sessions of a quarter of an hour loses no turn', async () => {
  const random = seededRandom(3);
  const call = await simulatedCall({
    service: { answer: echo, transcriptMs: () => random.between(100, 3_000) },
    model: { sessionLimitMs: quarterMs },
    chunkMs: 100,
  });
  const said: string[] = [];
  while (call.clock.now() < 3 * 3_600_000) {
    const text = `this is sentence ${said.length}`;
    said.push(text);
    await call.says(text, random.between(4_500, 60_000));
    if (random.chance(0.02)) call.service.breaks();
  }
  await call.clock.advance(10_000);
  expect(call.services.length).toBeGreaterThan(13);
  expect(call.heard).toEqual(said.map((text) => `You said ${text}`));
  expect(call.said).toEqual(said.flatMap((text) => [`user: ${text}`, `assistant: You said ${text}`]));
  expect(call.service.said).toEqual(call.said);
  expect(call.services.flatMap(({ refusals }) => refusals)).toEqual([]);
  expect(call.services.filter(({ closed }) => !closed)).toHaveLength(1);
}, 120_000);

test('nothing is left behind when a session is cancelled, whenever that is', async () => {
  for (let atMs = 0; atMs < 9_000; atMs += 330) {
    const call = await simulatedCall({ service: { answer: echo }, model: { sessionLimitMs: 16_000, renewMs: 8_000 } });
    void call.line.say('can you hear me');
    await call.clock.advance(atMs);
    if (atMs % 660 === 0) call.service.breaks();
    call.session.cancel('The test is over.');
    await call.session.done;
    expect(call.services.filter(({ closed }) => !closed)).toEqual([]);
    await call.clock.advance(1_000);
    expect(call.clock.pendingTimers, `cancelled after ${atMs} ms`).toBe(0);
  }
});

test('a graceful end waits for the answer, and for what is still to be written down', async () => {
  const call = await simulatedCall({ service: { answer: echo, transcriptMs: () => 3_000 } });
  await call.clock.advance(200);
  void call.line.say('goodbye');
  await call.clock.advance(7 * 60 + 100);
  void call.session.end();
  await call.clock.runUntil(call.session.done);
  expect(call.said).toEqual(['user: goodbye', 'assistant: You said goodbye']);
  expect(await call.session.done).toMatchObject({ reason: 'ended' });
  expect(call.service.closed).toBe(true);
});
