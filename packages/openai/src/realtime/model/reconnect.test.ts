import { textIn } from '@voxrill/testing';
import { expect, test } from 'vitest';
import { realtimeCall } from '../../test-support/realtime-call.js';
import { simulatedCall } from '../../test-support/simulated-call.js';
import type { SimulatedItem } from '../../test-support/simulated-conversation.js';
import { pcmReader } from '../protocol/audio-base64.js';

const echo = (items: readonly SimulatedItem[]): { text: string } => ({
  text: `You said ${items.findLast(({ role }) => role === 'user')?.text ?? 'nothing'}`,
});

test('a spoken turn is answered, and the conversation here is the one there', async () => {
  const call = await simulatedCall({ service: { answer: echo } });
  await call.clock.advance(500);
  await call.says('hello there');
  await call.says('and again');
  expect(call.said).toEqual([
    'user: hello there',
    'assistant: You said hello there',
    'user: and again',
    'assistant: You said and again',
  ]);
  expect(call.service.said).toEqual(call.said);
  expect(call.service.refusals).toEqual([]);
  expect(call.heard).toEqual(['You said hello there', 'You said and again']);
});

test('S001-46: a connection lost while nobody speaks is had again, and the model knows what was said', async () => {
  const call = await simulatedCall({ service: { answer: echo } });
  await call.says('my name is Ann');
  call.service.breaks();
  await call.clock.advance(2_000);
  expect(call.services).toHaveLength(2);
  expect(call.service.said).toEqual(['user: my name is Ann', 'assistant: You said my name is Ann']);
  await call.says('who am I');
  expect(call.heard.at(-1)).toBe('You said who am I');
  expect(call.service.refusals).toEqual([]);
});

test.each([200, 600, 1_000, 1_400, 1_800, 2_000])(
  'S001-46: a connection lost %i ms after the onset of speech loses no word, and the turn is answered once',
  async (ms) => {
    const call = await simulatedCall({ service: { answer: echo } });
    await call.clock.advance(1_000);
    void call.line.say('strawberries with cream');
    await call.clock.advance(ms);
    call.service.breaks();
    await call.clock.advance(8_000);
    expect(call.heard.at(-1)).toBe('You said strawberries with cream');
    expect(call.heard).toHaveLength(1);
    expect(call.service.responses).toBe(1);
    expect(call.said).toEqual(['user: strawberries with cream', 'assistant: You said strawberries with cream']);
    expect(call.of('error')).toMatchObject([{ usable: true, category: 'connectivity' }]);
  },
);

test('words that were still on a slow way to the service when the connection broke are heard whole by the next', async () => {
  const call = await realtimeCall();
  await call.clock.advance(1_000);
  void call.transport.of(call.session).say('strawberries', { lastsMs: 1_200 });
  // The service has not even told of the onset.
  await call.clock.advance(1_300);
  call.service.socket.ends();
  await call.clock.advance(2_000);
  expect(call.services).toHaveLength(2);
  const sound = call.service.sent.map(({ audio }) => (typeof audio === 'string' ? textIn(pcmReader()(audio)) : ''));
  expect(sound.join('')).toBe('strawberries');
});

test.each([0, 30, 60, 100, 150])(
  'a connection lost %i ms after the service has heard the end of a turn: the answer is asked for again, once',
  async (ms) => {
    const call = await simulatedCall({ service: { answer: echo } });
    await call.clock.advance(1_000);
    void call.line.say('strawberries with cream');
    await call.clock.runUntil(() => call.of('user-stopped-speaking').length > 0);
    await call.clock.advance(ms);
    call.service.breaks();
    await call.clock.advance(8_000);
    expect(call.heard).toEqual(['You said strawberries with cream']);
    expect(call.services).toHaveLength(2);
    expect(call.service.responses).toBe(1);
  },
);

test('a connection lost in the middle of an answer: what has arrived is heard, and it is not answered twice', async () => {
  const call = await simulatedCall({
    service: { answer: () => ({ text: 'once upon a time there was a king without a crown' }) },
  });
  await call.clock.advance(1_000);
  void call.line.say('tell me a story');
  await call.clock.runUntil(() => call.of('bot-started-speaking').length > 0);
  await call.clock.advance(200);
  call.service.breaks();
  await call.clock.advance(8_000);
  expect(call.heard).toHaveLength(1);
  expect('once upon a time there was a king without a crown').toContain(call.heard[0]);
  expect(call.service.responses).toBe(0);
  expect(call.said.at(-1)).toMatch(/\(cut\)$/);
  await call.says('go on');
  expect(call.service.responses).toBe(1);
  expect(call.service.said.slice(0, 2)).toEqual(['user: tell me a story', call.said[1]?.replace(' (cut)', '')]);
});

test.each([20, 120, 240])(
  'a connection lost %i ms into the first word of an answer: the answer is asked for again, once',
  async (ms) => {
    const call = await simulatedCall({ service: { answer: () => ({ text: 'Extraordinarily good' }), speed: 1 } });
    await call.clock.advance(1_000);
    void call.line.say('how are you');
    await call.clock.runUntil(() => call.of('bot-started-speaking').length > 0);
    await call.clock.advance(ms);
    call.service.breaks();
    await call.clock.advance(8_000);
    expect(call.heard.at(-1)).toBe('Extraordinarily good');
    expect(call.heard).toHaveLength(2);
    expect(call.service.responses).toBe(1);
    expect(call.said).toEqual(['user: how are you', 'assistant: Extraordinarily good']);
  },
);
