import { type ChatMessage, type UserMessage, windowPolicy } from '@voxrill/core';
import { expect, test } from 'vitest';
import { simulatedCall } from '../../test-support/simulated-call.js';
import type { SimulatedItem } from '../../test-support/simulated-conversation.js';

const echo = (items: readonly SimulatedItem[]): { text: string } => ({
  text: `You said ${items.findLast(({ role }) => role === 'user')?.text ?? 'nothing'}`,
});

const before: readonly ChatMessage[] = [
  { role: 'user', content: 'My name is Ann.' },
  { role: 'assistant', content: 'Hello Ann.', interrupted: true },
  { role: 'user', content: 'What is the time?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'call_9', type: 'function', function: { name: 'clock', arguments: '{}' } }],
  },
  { role: 'tool', tool_call_id: 'call_9', content: 'noon' },
  { role: 'assistant', content: 'It is noon.' },
];

const created = (call: Awaited<ReturnType<typeof simulatedCall>>) =>
  call.service.received.flatMap((event) => (event.type === 'conversation.item.create' ? [event] : []));

test('S000-13: a conversation that went before is told as items of text, once, and nobody is asked to answer it', async () => {
  const call = await simulatedCall({ context: { system: 'Be brief.', messages: before } });
  await call.clock.advance(3_000);
  expect(created(call).map(({ item }) => item)).toMatchObject([
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'My name is Ann.' }] },
    { type: 'message', role: 'assistant', status: 'incomplete', content: [{ type: 'output_text', text: 'Hello Ann.' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the time?' }] },
    { type: 'function_call', call_id: 'call_9', name: 'clock' },
    { type: 'function_call_output', call_id: 'call_9', output: 'noon' },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'It is noon.' }] },
  ]);
  expect(call.service.responses).toBe(0);
  await call.says('and what is my name');
  expect(created(call)).toHaveLength(6);
  expect(call.service.refusals).toEqual([]);
});

test('S001-46: a conversation can be packed into one message, for models that take a history badly', async () => {
  const call = await simulatedCall({ context: { system: 'Be brief.', messages: before }, model: { history: 'packed' } });
  await call.clock.advance(100);
  expect(created(call)).toHaveLength(1);
  expect(JSON.stringify(created(call))).toContain('My name is Ann.');
  await call.says('and what is my name');
  call.service.breaks();
  await call.clock.advance(2_000);
  expect(created(call)).toHaveLength(1);
  expect(call.service.items[0]?.text).toContain('what is my name');
  expect(call.service.items[0]?.text).toContain('Yes.');
});

test('S001-34: something to remember, put in while the call goes on, is told at its place and asks for no answer', async () => {
  const call = await simulatedCall({ service: { answer: echo } });
  await call.says('one');
  call.context.of(call.session).remember('The user likes red.');
  await call.says('two');
  expect(call.service.said).toEqual([
    'user: one',
    'assistant: You said one',
    'system: The user likes red.',
    'user: two',
    'assistant: You said two',
  ]);
  expect(call.service.responses).toBe(2);
});

test('S001-34: what the application inserts before what was said stands before it there as well', async () => {
  const call = await simulatedCall({ service: { answer: echo } });
  await call.says('one');
  const context = call.context.of(call.session);
  context.insertAt('root', { role: 'user', content: 'zero' });
  const [, first] = context.version.entries;
  if (first !== undefined) context.insertAt({ after: first }, { role: 'system', content: 'one and a half' });
  await call.says('two');
  expect(call.service.said).toEqual(call.said);
  expect(call.said.slice(0, 3)).toEqual(['user: zero', 'user: one', 'system: one and a half']);
});

test('S001-48: what a policy drops is deleted there, so that the model reads no more than that', async () => {
  const call = await simulatedCall({ service: { answer: echo }, context: { policies: [windowPolicy({ maxMessages: 4 })] } });
  for (const text of ['one', 'two', 'three', 'four', 'five']) await call.says(text);
  // What was said in the last turn is cut down before the next.
  expect(call.service.items.length).toBeLessThanOrEqual(6);
  expect(call.service.said).toEqual(call.said.slice(-call.service.items.length));
  expect(call.service.refusals).toEqual([]);
});

test('typed and spoken in one turn is one message, and stands there once', async () => {
  const call = await simulatedCall({ service: { answer: echo } });
  void call.line.say('this one');
  await call.clock.advance(300);
  call.line.type('and that one');
  await call.clock.advance(8_000);
  await call.says('thank you');
  expect(call.said.filter((line) => line.startsWith('user'))).toEqual(['user: this one and that one', 'user: thank you']);
  expect(call.service.said.filter((line) => line.startsWith('user'))).toEqual(['user: this one and that one', 'user: thank you']);
  expect(call.service.refusals.filter((code) => code !== 'conversation_already_has_active_response')).toEqual([]);
  expect(call.of('error')).toEqual([]);
});

test('a picture in a message of the user is told as one', async () => {
  const picture: UserMessage = {
    role: 'user',
    content: [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
    ],
  };
  const call = await simulatedCall({ context: { messages: [picture] } });
  await call.clock.advance(100);
  expect(created(call)).toMatchObject([
    {
      item: {
        content: [
          { type: 'input_text', text: 'What is this?' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
        ],
      },
    },
  ]);
});

test('S001-51: a transcript that comes seconds after the answer, and after the next turn, lands before the reply it belongs to', async () => {
  const delays = [6_000, 100];
  const call = await simulatedCall({
    service: { answer: () => ({ text: 'I see.' }), transcriptMs: () => delays.shift() ?? 100 },
  });
  await call.says('one', 2_500);
  await call.says('two', 8_000);
  expect(call.said).toEqual(['user: one', 'assistant: I see.', 'user: two', 'assistant: I see.']);
  expect(call.service.responses).toBe(2);
  expect(call.heard).toEqual(['I see.', 'I see.']);
  expect(call.service.said).toEqual(call.said);
});

test('S000-6: with transcription off the user is not written down, and the bot is', async () => {
  const call = await simulatedCall({
    model: { transcription: false },
    service: { answer: () => ({ text: 'I see.' }), transcriptMs: () => 9e9 },
  });
  await call.says('one');
  await call.says('two');
  expect(call.said).toEqual(['assistant: I see.', 'assistant: I see.']);
  expect(call.service.received[0]).toMatchObject({ session: { audio: { input: { transcription: null } } } });
});
