import { defineTool } from '@voxrill/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { realtimeCall } from '../../test-support/realtime-call.js';
import { simulatedCall } from '../../test-support/simulated-call.js';
import type { SimulatedItem } from '../../test-support/simulated-conversation.js';
import type { SimulatedAnswer } from '../../test-support/simulated-service.js';

const ran: string[] = [];
const weather = defineTool({
  name: 'weather',
  description: 'Tells the weather.',
  parameters: z.object({ city: z.string() }),
  run: async ({ city }, { clock, signal }) => {
    await clock.sleep(400, signal);
    ran.push(city);
    return `sunny in ${city}`;
  },
});

const outputs = (items: readonly SimulatedItem[]) => items.filter(({ type }) => type === 'function_call_output');
const twoCities = (items: readonly SimulatedItem[]): SimulatedAnswer =>
  outputs(items).length > 0
    ? {
        text: `It is ${outputs(items)
          .map(({ text }) => text)
          .join(' and ')}.`,
      }
    : {
        calls: [
          { name: 'weather', args: '{"city":"Rome"}' },
          { name: 'weather', args: '{"city":"Oslo"}' },
        ],
      };

test('S004-9, S004-10: the calls of a response are one group, and one response is asked for when all have answered', async () => {
  const call = await simulatedCall({ service: { answer: twoCities }, context: { tools: [weather] } });
  await call.says('what is the weather', 8_000);
  expect(call.of('tool-calls').map(({ calls }) => calls.map(({ name, arguments: text }) => `${name} ${text}`))).toEqual([
    ['weather {"city":"Rome"}', 'weather {"city":"Oslo"}'],
  ]);
  expect(call.service.received.filter(({ type }) => type === 'response.create')).toHaveLength(1);
  expect(call.heard).toEqual(['It is sunny in Rome and sunny in Oslo.']);
  expect(call.service.refusals).toEqual([]);
  expect(call.service.said.map((line) => line.split(':')[0])).toEqual([
    'user',
    'function_call',
    'function_call',
    'function_call_output',
    'function_call_output',
    'assistant',
  ]);
});

test('S004-10: while a response is active none is asked for, and the next one is as soon as it is done', async () => {
  const call = await realtimeCall();
  const { service, session, clock } = call;
  call.transport.of(session).type('hello');
  service.answers('resp_1');
  service.fresh();
  session.send(session.frame('tts-speak', { text: 'One moment, please.' }));
  await clock.advance(1_000);
  expect(service.freshTypes()).toEqual([]);
  service.done('resp_1', { output: [] });
  expect(service.freshTypes()).toEqual(['response.create']);
});

test('S001-60: the tools of the context go to the session in its flat form', async () => {
  const call = await simulatedCall({ context: { tools: [weather], system: 'Be brief.' } });
  await call.clock.advance(100);
  const updates = call.service.received.filter(({ type }) => type === 'session.update');
  expect(updates).toHaveLength(1);
  expect(updates[0]).toMatchObject({
    session: {
      instructions: 'Be brief.',
      tools: [{ type: 'function', name: 'weather', description: 'Tells the weather.', parameters: { type: 'object' } }],
    },
  });
});

test('an update of the session says what has changed, and nothing else', async () => {
  const call = await simulatedCall({ context: { tools: [weather], system: 'Be brief.' } });
  await call.says('hello');
  const context = call.context.of(call.session);
  const [first] = context.version.entries;
  if (first !== undefined) context.replace(first, { ...first, message: { role: 'system', content: 'Be verbose.' } });
  await call.says('hello again');
  const updates = call.service.received.flatMap((event) => (event.type === 'session.update' ? [event.session] : []));
  expect(updates.slice(1)).toEqual([{ type: 'realtime', instructions: 'Be verbose.' }]);
});

test('S001-61: a call is run once, though it is told of as a stream, as an item, and in the response', async () => {
  ran.length = 0;
  const call = await realtimeCall({ context: { tools: [weather] } });
  const { service, clock } = call;
  call.transport.of(call.session).type('weather?');
  service.fresh();
  service.answers('resp_1');
  service.calls('resp_1', 'item_c1', 'call_1', 'weather', '{"city":"Rome"}');
  const output = [{ id: 'item_c1', type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' }];
  service.done('resp_1', { output });
  service.done('resp_1', { output });
  await clock.advance(1_000);
  expect(ran).toEqual(['Rome']);
  expect(service.freshTypes()).toEqual(['conversation.item.create', 'response.create']);
});

test.each(['stream', 'item', 'response'])('S001-61: a call is run that is told of only in the %s', async (only) => {
  ran.length = 0;
  const call = await realtimeCall({ context: { tools: [weather] } });
  const { service, clock } = call;
  call.transport.of(call.session).type('weather?');
  service.answers('resp_1');
  const item = { id: 'item_c1', type: 'function_call', call_id: 'call_1', name: 'weather' };
  const place = { response_id: 'resp_1', item_id: 'item_c1', output_index: 0 };
  if (only === 'stream') {
    service.says('response.output_item.added', { ...place, item: { ...item, arguments: '' } });
    service.says('response.function_call_arguments.done', {
      ...place,
      call_id: 'call_1',
      name: 'weather',
      arguments: '{"city":"Bonn"}',
    });
  }
  if (only === 'item') service.says('response.output_item.done', { ...place, item: { ...item, arguments: '{"city":"Bonn"}' } });
  service.done('resp_1', { output: only === 'response' ? [{ ...item, arguments: '{"city":"Bonn"}' }] : [] });
  await clock.advance(1_000);
  expect(ran).toEqual(['Bonn']);
});

test('calls and words in one response: the words are heard, and the answer to the calls comes behind them', async () => {
  const call = await simulatedCall({
    context: { tools: [weather] },
    service: {
      answer: (items) =>
        outputs(items).length > 0
          ? { text: 'It is sunny.' }
          : { text: 'Let me see.', calls: [{ name: 'weather', args: '{"city":"Rome"}' }] },
    },
  });
  await call.says('what is the weather', 8_000);
  expect(call.heard.join(' ')).toBe('Let me see. It is sunny.');
  expect(call.service.refusals).toEqual([]);
  expect(call.of('error')).toEqual([]);
});

test('a tool that answers before the response is over: the next one is asked for only after response.done', async () => {
  const quick = defineTool({ name: 'quick', description: 'Is quick.', parameters: z.object({}), run: () => 'done' });
  const call = await realtimeCall({ context: { tools: [quick] } });
  const { service, clock } = call;
  call.transport.of(call.session).type('go');
  service.answers('resp_1');
  service.calls('resp_1', 'item_c1', 'call_1', 'quick', '{}');
  service.fresh();
  await clock.advance(500);
  expect(service.freshTypes()).toEqual([]);
  service.done('resp_1');
  await clock.advance(0);
  expect(service.freshTypes()).toEqual(['conversation.item.create', 'response.create']);
});

test('a response that is refused because another is active is asked for again after that one', async () => {
  const call = await realtimeCall();
  const { service, clock } = call;
  call.transport.of(call.session).type('hello');
  const [, asked] = service.fresh().slice(-2);
  service.says('error', {
    error: {
      type: 'invalid_request_error',
      code: 'conversation_already_has_active_response',
      message: 'Conversation already has an active response in progress: resp_0.',
      event_id: asked?.event_id,
    },
  });
  await clock.advance(100);
  expect(service.freshTypes()).toEqual([]);
  service.done('resp_0');
  expect(service.freshTypes()).toEqual(['response.create']);
  service.replies('resp_1', 'item_a1', 'Hello to you.');
  await clock.advance(2_000);
  expect(call.said).toEqual(['user: hello', 'assistant: Hello to you.']);
  expect(call.of('error')).toEqual([]);
});

test('the calls of a response that was interrupted are not run, and not remembered by the service', async () => {
  ran.length = 0;
  const call = await realtimeCall({ context: { tools: [weather] } });
  const { service, clock } = call;
  call.transport.of(call.session).type('weather?');
  service.answers('resp_1');
  service.calls('resp_1', 'item_c1', 'call_1', 'weather', '{"city":"Rome"}');
  service.fresh();
  call.session.interrupt('The application wants silence.');
  service.done('resp_1', { status: 'cancelled' });
  await clock.advance(1_000);
  expect(ran).toEqual([]);
  expect(service.fresh()).toMatchObject([
    { type: 'response.cancel', response_id: 'resp_1' },
    { type: 'conversation.item.delete', item_id: 'item_c1' },
  ]);
});

test('tools that run while the user begins to speak are cancelled, and the conversation there holds what became of them', async () => {
  const call = await simulatedCall({ service: { answer: twoCities }, context: { tools: [weather] } });
  void call.line.say('what is the weather');
  await call.clock.runUntil(() => call.of('tool-calls').length > 0);
  void call.line.say('no, tell me a joke').catch(() => undefined);
  await call.clock.advance(10_000);
  expect(call.of('tool-result').map(({ outcome }) => outcome.status)).toEqual(['cancelled', 'cancelled']);
  expect(outputs(call.service.items)).toHaveLength(2);
  expect(call.service.refusals).toEqual([]);
  expect(call.of('bot-started-speaking')).toHaveLength(1);
});

test('a connection lost while a tool runs: the new one is told of the call, its result, and is asked for the answer', async () => {
  const call = await simulatedCall({ service: { answer: twoCities }, context: { tools: [weather] } });
  void call.line.say('what is the weather');
  await call.clock.runUntil(() => call.of('tool-calls').length > 0);
  call.service.breaks();
  await call.clock.advance(8_000);
  expect(call.heard).toEqual(['It is sunny in Rome and sunny in Oslo.']);
  expect(call.services).toHaveLength(2);
  expect(call.service.refusals).toEqual([]);
});
