import type { ToolDefinition } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { answer } from '../answer.js';
import { Talk } from '../test-support/talk.js';

const tool = (
  name: string,
  description: string,
  properties: object = {},
  required: readonly string[] = Object.keys(properties),
): ToolDefinition => ({
  name,
  description,
  parameters: { type: 'object', properties, required },
});
const text = { type: 'string' };
const weather = tool(
  'get_weather',
  'Get the current weather for a location',
  { location: text, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  ['location'],
);
const time = tool('get_time', 'Current time in a city', { city: text });
const light = tool(
  'set_light',
  'Switch a light',
  { room: text, on: { type: 'boolean' }, brightness: { type: 'integer', minimum: 0, maximum: 100 } },
  ['room', 'on'],
);
const table = tool('book_table', 'Book a table at the restaurant', { people: { type: 'integer' }, time: text, name: text });
const order = tool('place_order', 'Order goods', { item: text, quantity: { type: 'integer', minimum: 1 } });
const orderMany = tool('submitOrder', 'Order goods', {
  items: {
    type: 'array',
    items: { type: 'object', properties: { item: text, quantity: { type: 'integer' } }, required: ['item', 'quantity'] },
  },
});
const timer = tool('set_timer', 'Start a timer', { duration_seconds: { type: 'number' } });
const human = tool('transfer_to_human', 'Transfer the caller', { reason: text }, []);
const search = tool('search_web', 'Search the web', { query: text });
const email = tool('send_email', 'Send an email to a contact', { to: text, body: text });
const flight = tool(
  'book_flight',
  'Books a flight',
  { from: text, to: text, date: text, class: { type: 'string', enum: ['economy', 'business'] } },
  ['from', 'to', 'class'],
);
const endCall = tool('end_call', 'End the call when the user says goodbye');
const status = tool('check_order_status', 'Look up an order', { order_id: text });
const vague = tool('lookup', 'Tells the weather somewhere', { place: text });
const calculator = tool('calculate', 'Evaluates an expression', { expression: text });
const all = [weather, time, light, table, timer, human, search, email, flight, endCall, status];

const calls = (talk: Talk, said: string): readonly (readonly [string, unknown])[] =>
  talk.say(said).calls.map((call) => [call.name, JSON.parse(call.arguments)] as const);

describe('the rule model calls a tool that fits the words', () => {
  it.each([
    ['What is the weather in Paris?', ['get_weather', { location: 'Paris' }]],
    ['what is the weather in paris', ['get_weather', { location: 'Paris' }]],
    ['weather in new york city please', ['get_weather', { location: 'New York City' }]],
    ['Could you tell me if it is raining in San Francisco, CA?', ['get_weather', { location: 'San Francisco, CA' }]],
    ["What's the weather in Paris in fahrenheit?", ['get_weather', { location: 'Paris', unit: 'fahrenheit' }]],
    ['Paris weather', ['get_weather', { location: 'Paris' }]],
    ['what will the weather be like in London tomorrow', ['get_weather', { location: 'London' }]],
    ['What time is it in Tokyo?', ['get_time', { city: 'Tokyo' }]],
    ['Turn on the light in the kitchen.', ['set_light', { room: 'kitchen', on: true }]],
    ['switch off the bedroom lights', ['set_light', { room: 'bedroom', on: false }]],
    ['set the kitchen light on with a brightness of forty', ['set_light', { room: 'kitchen', on: true, brightness: 40 }]],
    ['set a timer for five minutes', ['set_timer', { duration_seconds: 300 }]],
    ['I want to speak to a person', ['transfer_to_human', {}]],
    ['search for red shoes', ['search_web', { query: 'red shoes' }]],
    ['Send an email to Bob saying I will be late', ['send_email', { to: 'Bob', body: 'I will be late' }]],
    ['where is my order 12345', ['check_order_status', { order_id: '12345' }]],
    [
      'book a flight from berlin to new york city tomorrow in business class',
      ['book_flight', { from: 'Berlin', to: 'New York City', date: 'tomorrow', class: 'business' }],
    ],
    [
      'Book a table for four people tomorrow evening under the name Anna',
      ['book_table', { people: 4, time: 'tomorrow evening', name: 'Anna' }],
    ],
    ['thanks, goodbye', ['end_call', {}]],
  ])('%s', (said, expected) => {
    expect(calls(new Talk(all), said)).toEqual([expected]);
  });

  it('by its description alone, when the parameters fit too', () => {
    expect(calls(new Talk([vague]), 'What is the weather in Oslo?')).toEqual([['lookup', { place: 'Oslo' }]]);
  });

  it('with numbers and goods for an order', () => {
    expect(calls(new Talk([order]), "I'd like to order four hundred strawberries")).toEqual([
      ['place_order', { item: 'strawberries', quantity: 400 }],
    ]);
    expect(calls(new Talk([orderMany]), 'order two apples and three pears')).toEqual([
      [
        'submitOrder',
        {
          items: [
            { item: 'apples', quantity: 2 },
            { item: 'pears', quantity: 3 },
          ],
        },
      ],
    ]);
  });

  it('with a sum', () => {
    expect(calls(new Talk([calculator]), 'Calculate twelve times seven')).toEqual([['calculate', { expression: '12 * 7' }]]);
  });

  it('twice in one group for two places, and two tools for two questions', () => {
    const talk = new Talk(all);
    const { calls: both } = talk.say("What's the weather in Paris and London?");
    expect(both.map((call) => [call.id, call.arguments])).toEqual([
      ['call_1', '{"location":"Paris"}'],
      ['call_2', '{"location":"London"}'],
    ]);
    expect(talk.results(both, { temperature: 21, conditions: 'sunny' }, { temperature: 12, conditions: 'Rain' })).toBe(
      'In Paris it is sunny and 21 degrees. In London it is rain and 12 degrees.',
    );
    expect(calls(talk, 'what is the weather in Paris and what time is it in Tokyo')).toEqual([
      ['get_weather', { location: 'Paris' }],
      ['get_time', { city: 'Tokyo' }],
    ]);
  });

  it('after it has asked for what was missing', () => {
    const talk = new Talk(all);
    expect(talk.say("what's the weather")).toEqual({ text: 'Gladly. For which location?', calls: [] });
    expect(calls(talk, 'um, in berlin please')).toEqual([['get_weather', { location: 'Berlin' }]]);
  });

  it('after it has asked for several things, one at a time', () => {
    const talk = new Talk([table]);
    expect(talk.say('I want to book a table').text).toMatch(/how many people/);
    expect(talk.say('for four people').text).toMatch(/what time/);
    expect(talk.say('tomorrow at eight').text).toMatch(/name/);
    expect(calls(talk, 'Anna')).toEqual([['book_table', { people: 4, time: 'tomorrow at eight', name: 'Anna' }]]);
  });

  it('not any more after the user has dropped it', () => {
    const talk = new Talk(all);
    talk.say("what's the weather");
    expect(talk.say('never mind').text).toMatch(/leave that/);
    expect(talk.say('Paris').calls).toEqual([]);
  });

  it('again for a question that goes on from the last', () => {
    const talk = new Talk(all);
    talk.results(talk.say('What is the weather in Paris?').calls, { temperature: 21 });
    expect(calls(talk, 'And in London?')).toEqual([['get_weather', { location: 'London' }]]);
  });

  it('with what was said earlier in the call', () => {
    const talk = new Talk(all);
    talk.say('I live in Rome');
    expect(calls(talk, "what's the weather here?")).toEqual([['get_weather', { location: 'Rome' }]]);
  });

  it('with ids that no other call of the conversation has', () => {
    const talk = new Talk(all);
    const ids = ['Paris', 'Rome', 'Oslo'].flatMap((city) => {
      const { calls: made } = talk.say(`What is the weather in ${city}?`);
      talk.results(made, { temperature: 1 });
      return made.map((call) => call.id);
    });
    expect(ids).toEqual(['call_1', 'call_2', 'call_3']);
  });
});

describe('the rule model answers late results', () => {
  it('together with what the user has said meanwhile', () => {
    const talk = new Talk(all);
    const { calls: made } = talk.say('What is the weather in Paris?');
    talk.messages.push({
      role: 'assistant',
      content: null,
      tool_calls: made.map((call) => ({
        id: call.id,
        type: 'function',
        function: { name: call.name, arguments: call.arguments },
      })),
    });
    talk.messages.push({ role: 'user', content: 'Can you hear me?' });
    talk.messages.push({ role: 'tool', tool_call_id: 'call_1', content: '{"temperature":21}' });
    expect(answer({ messages: talk.messages, tools: all }).text).toBe(
      'In Paris it is 21 degrees. Yes, I can hear you. How can I help?',
    );
  });
});

describe('the rule model calls no tool', () => {
  it.each([
    'Hello',
    'What did I order?',
    'call me Anna',
    'tell me a story',
    'the weather was nice in Paris yesterday',
    "I don't need the weather",
    'go forward ten meters',
    'ask what you can do for your country',
    'He was not an ill-disposed young man.',
    'My name is Paris',
    'count to ten',
    "I'd like to order 400 strawberries",
    'one more time',
  ])('for “%s”', (said) => {
    const answer = new Talk(all).say(said);
    expect(answer.calls).toEqual([]);
    expect(answer.text).not.toBe('');
  });

  it('a second time for results that it has already', () => {
    const talk = new Talk(all);
    const { calls: made } = talk.say('What is the weather in Paris?');
    expect(talk.results(made, { temperature: 21, conditions: 'sunny' })).toBe('In Paris it is sunny and 21 degrees.');
    expect(talk.results([])).toBe('Is there anything else I can do for you?');
  });
});
