import { fakeLLM, fakeTTS } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { calling, userText } from './call-harness.js';

const weather = {
  type: 'function',
  name: 'get_current_weather',
  description: 'Get the current weather in a given location',
  parameters: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
};
const asksForTool = { toolCall: { name: 'get_current_weather', arguments: { location: 'Paris' }, id: 'call_1' } } as const;
const result = {
  type: 'conversation.item.create',
  item: { type: 'function_call_output', call_id: 'call_1', output: '{"celsius":21}' },
};

describe.each(['ga', 'beta-2024-10'] as const)('a tool in %s', (dialect) => {
  const session = dialect === 'ga' ? { type: 'realtime', tools: [weather] } : { tools: [weather] };

  it('is called by the model, run by the client, and its result is answered (S004-9, S001-61)', async () => {
    const call = await calling({ dialect, llm: fakeLLM({ replies: [['One moment.', asksForTool], 'It is 21 degrees.'] }) });
    call.send({ type: 'session.update', session }, userText('How is the weather in Paris?'), { type: 'response.create' });
    await call.pass(10);
    expect(call.llm.calls[0]?.request.tools).toEqual([
      { name: weather.name, description: weather.description, parameters: weather.parameters },
    ]);
    const types = call.types().filter((type) => /function_call|output_item|response.done/u.test(type));
    expect(types).toEqual([
      'response.output_item.added',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.done',
    ]);
    const made = { type: 'function_call', status: 'completed', name: weather.name, call_id: 'call_1' };
    expect(call.of('response.done')[0]?.response).toMatchObject({
      output: [{ type: 'message' }, { ...made, arguments: '{"location":"Paris"}' }],
    });
    call.send(result, { type: 'response.create' });
    await call.pass(10);
    expect(call.llm.calls[1]?.request.messages).toEqual([
      { role: 'user', content: 'How is the weather in Paris?' },
      { role: 'assistant', content: 'One moment.' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: weather.name, arguments: '{"location":"Paris"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '{"celsius":21}' },
    ]);
    await call.end();
  });
});

describe('a tool', () => {
  it('whose result and next question come before the response is done is answered once it is (S004-10)', async () => {
    // The result is sent as soon as the call is told of, as the client of 2024 does.
    const call = await calling({ llm: fakeLLM({ replies: [asksForTool, 'It is 21 degrees.'] }) });
    call.send({ type: 'session.update', session: { type: 'realtime', tools: [weather] } }, userText('Weather?'));
    const before = call.events.push.bind(call.events);
    call.events.push = (...events) => {
      const length = before(...events);
      const [event] = events;
      const item = event?.item as { type?: string } | undefined;
      if (event?.type === 'response.output_item.done' && item?.type === 'function_call') {
        call.send(result, { type: 'response.create' });
      }
      return length;
    };
    call.send({ type: 'response.create' });
    await call.pass(10);
    expect(call.of('error')).toEqual([]);
    expect(call.of('response.done')).toHaveLength(2);
    expect(call.llm.calls[1]?.request.messages.at(-1)).toMatchObject({ role: 'tool' });
    await call.end();
  });

  it('that is called without arguments gets an empty object, and one with broken ones is incomplete', async () => {
    const replies = [[{ toolCall: { name: 'a', arguments: '' } }, { toolCall: { name: 'b', arguments: '{"x":' } }]] as const;
    const call = await calling({ llm: fakeLLM({ replies }) });
    call.send(userText('Go.'), { type: 'response.create' });
    await call.pass(10);
    const items = call.of('response.output_item.done').map(({ item }) => item);
    expect(items).toMatchObject([
      { name: 'a', arguments: '{}', status: 'completed' },
      { name: 'b', arguments: '{"x":', status: 'incomplete' },
    ]);
    await call.end();
  });

  it('that was cut off with its response is not called', async () => {
    const call = await calling({
      llm: fakeLLM({ replies: [['One long moment.', asksForTool]] }),
      tts: fakeTTS({ sampleRate: 24_000, nextMs: 100 }),
    });
    call.send(userText('Weather?'), { type: 'response.create' });
    await call.pass(200);
    call.send({ type: 'response.cancel' });
    await call.pass(1_000);
    expect(call.of('response.function_call_arguments.done')).toEqual([]);
    await call.end();
  });

  it('is chosen as the client says, and a call without a result is kept from the model', async () => {
    const call = await calling({ llm: fakeLLM({ replies: [asksForTool, 'Never mind.'] }) });
    call.send({ type: 'session.update', session: { type: 'realtime', tools: [weather], tool_choice: 'required' } });
    call.send(userText('Weather?'), { type: 'response.create' });
    await call.pass(10);
    const response = { tool_choice: { type: 'function', name: weather.name }, tools: [] };
    call.send(userText('Forget it.'), { type: 'response.create', response });
    await call.pass(10);
    expect(call.llm.calls.map(({ request }) => request.settings)).toEqual([
      { toolChoice: 'required' },
      { toolChoice: { name: weather.name } },
    ]);
    expect(call.llm.calls[1]?.request.messages.map(({ role }) => role)).toEqual(['user', 'user']);
    await call.end();
  });

  it('result for a call that nobody made is refused', async () => {
    const call = await calling();
    call.send({ ...result, event_id: 'mine' });
    expect(call.of('error')[0]?.error).toMatchObject({ code: 'invalid_tool_call_id', event_id: 'mine' });
    await call.end();
  });
});
