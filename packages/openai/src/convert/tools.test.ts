import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChatTool, toChatTools, toRealtimeTools } from './tools.js';

const parameters = {
  type: 'object',
  properties: {
    location: { type: 'string', description: 'The city and state, such as San Francisco, CA' },
    unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
  },
  required: ['location'],
};
const description = 'Get the current weather in a given location';

test('a tool of the chat API is nested, one of the Realtime API is flat (S001-60)', () => {
  const chat = [{ type: 'function', function: { name: 'get_current_weather', description, parameters } }] as const;
  const realtime = [{ type: 'function', name: 'get_current_weather', description, parameters }] as const;
  expect(toRealtimeTools(chat)).toEqual(realtime);
  expect(toChatTools(realtime)).toEqual(chat);
});

test('tools come back from there as they went, byte for byte (S001-60, S000-23)', () => {
  const tool: fc.Arbitrary<ChatTool> = fc
    .record(
      {
        name: fc.string({ minLength: 1 }),
        description: fc.string(),
        parameters: fc.dictionary(fc.string(), fc.jsonValue()).map((object): Readonly<Record<string, unknown>> => object),
      },
      { requiredKeys: ['name'] },
    )
    .map(({ name, ...rest }) => ({ type: 'function', function: { name, ...rest } }));
  fc.assert(
    fc.property(fc.array(tool), (tools) => {
      const sorted = tools.map(({ type, function: { name, description: about, parameters: schema } }) => ({
        type,
        function: {
          name,
          ...(about === undefined ? {} : { description: about }),
          ...(schema === undefined ? {} : { parameters: schema }),
        },
      }));
      expect(JSON.stringify(toChatTools(toRealtimeTools(tools)))).toBe(JSON.stringify(sorted));
      expect(JSON.stringify(toRealtimeTools(tools))).toBe(JSON.stringify(toRealtimeTools(toChatTools(toRealtimeTools(tools)))));
    }),
  );
});
