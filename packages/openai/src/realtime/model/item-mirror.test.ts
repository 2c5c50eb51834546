import { type ChatMessage, packedHistory } from '@voxrill/core';
import { seededRandom } from '@voxrill/testing';
import { describe, expect, test } from 'vitest';
import { SimulatedConversation } from '../../test-support/simulated-conversation.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import { ItemMirror, itemOf } from './item-mirror.js';

/** A server that does as it is told; what it would refuse fails the test. */
class Server extends SimulatedConversation {
  take(events: readonly RealtimeClientEvent[]): void {
    for (const event of events) {
      let refused: string | undefined = 'not expected';
      if (event.type === 'conversation.item.create')
        refused = this.create(event.item, String('id' in event.item ? event.item.id : ''), event.previous_item_id);
      if (event.type === 'conversation.item.delete') refused = this.delete(event.item_id);
      expect(refused).toBeUndefined();
    }
  }

  get texts(): readonly string[] {
    return this.items.map(({ type, role, text }) => `${type === 'message' ? role : type}: ${text}`);
  }
}

const textsOf = (said: readonly ChatMessage[]): readonly string[] =>
  said.flatMap((message) => {
    if (message.role === 'tool') return [`function_call_output: ${message.content}`];
    const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
    const called = calls.map((call) => `function_call: ${call.function.name}`);
    return message.content === null ? called : [`${message.role}: ${String(message.content)}`, ...called];
  });

const mirrorOf = (history: 'items' | 'packed' = 'items'): ItemMirror => new ItemMirror({ family: 'ga', history, prefix: 'vx' });

describe('a conversation that is told', () => {
  test.each(Array.from({ length: 100 }, (_, seed) => seed + 1))(
    'is the same there as here after each change, and nothing is told twice (seed %i)',
    (seed) => {
      const random = seededRandom(seed);
      const server = new Server();
      const mirror = mirrorOf();
      let said: readonly ChatMessage[] = [];
      let count = 0;
      const made = (): readonly ChatMessage[] => {
        const text = `text ${++count}`;
        const what = random.next();
        if (what < 0.35) return [{ role: 'user', content: text }];
        if (what < 0.65) return [{ role: 'assistant', content: text, ...(random.chance(0.3) ? { interrupted: true } : {}) }];
        if (what < 0.8) return [{ role: 'system', content: text }];
        const ids = Array.from({ length: random.between(1, 3) }, (_, index) => `call_${count}_${index}`);
        return [
          {
            role: 'assistant',
            content: random.chance(0.3) ? text : null,
            tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: `tool ${id}`, arguments: '{}' } })),
          },
          ...ids.map((id): ChatMessage => ({ role: 'tool', tool_call_id: id, content: `result ${id}` })),
        ];
      };
      /** Where a group of calls and results may be parted from what is before it. */
      const places = (): readonly number[] =>
        [...said.keys(), said.length].filter((at) => said[at] === undefined || said[at]?.role !== 'tool');
      for (let step = 0; step < 60; step++) {
        const what = random.next();
        const at = random.pick(places());
        if (what < 0.6) said = [...said, ...made()];
        else if (what < 0.75) said = said.toSpliced(at, 0, ...made());
        else if (what < 0.85) said = said.slice(at);
        else {
          const index = said.findIndex(({ role }) => role === 'user');
          if (index !== -1) said = said.with(index, { role: 'user', content: `changed ${++count}` });
        }
        const before = server.items.map(({ id }) => id);
        const { events } = mirror.sync(said);
        server.take(events);
        expect(server.texts).toEqual(textsOf(said));
        const kept = server.items.filter(({ id }) => before.includes(id)).length;
        const fresh = events.filter(({ type }) => type === 'conversation.item.create').length;
        expect(server.items.length).toBe(kept + fresh);
        expect(mirror.sync(said).events).toEqual([]);
      }
    },
  );

  test('wants an answer for what the user wrote and what a tool has answered, and for nothing else', () => {
    const mirror = mirrorOf();
    const said: ChatMessage[] = [];
    const asks = (...more: readonly ChatMessage[]): boolean => {
      said.push(...more);
      return mirror.sync(said).asks;
    };
    expect(asks({ role: 'system', content: 'Remember this.' })).toBe(false);
    expect(asks({ role: 'assistant', content: 'Hello.' })).toBe(false);
    expect(asks({ role: 'user', content: 'Hello.' })).toBe(true);
    expect(asks()).toBe(false);
    expect(
      asks(
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: 'done' },
      ),
    ).toBe(true);
  });

  test('in one piece keeps what is to be remembered as it is, and later messages as items', () => {
    const server = new Server();
    const mirror = mirrorOf('packed');
    const said: readonly ChatMessage[] = [
      { role: 'user', content: 'one' },
      { role: 'system', content: 'Remember red.' },
      { role: 'assistant', content: 'two' },
    ];
    server.take(mirror.sync(said).events);
    const packed = `user: ${String(packedHistory(said).content)}`;
    expect(server.texts).toEqual([packed, 'system: Remember red.']);
    server.take(mirror.sync([...said, { role: 'user', content: 'three' }]).events);
    expect(server.texts.at(-1)).toBe('user: three');
    expect(server.texts).toHaveLength(3);
    // As long as something of it is left, it stays.
    server.take(mirror.sync([...said.slice(2), { role: 'user', content: 'three' }]).events);
    expect(server.texts[0]).toBe(packed);
  });
});

test('what the server has made itself is not told, and is deleted when it is dropped', () => {
  const mirror = mirrorOf();
  mirror.has('item_1');
  expect(mirror.drop('item_1')).toMatchObject([{ type: 'conversation.item.delete', item_id: 'item_1' }]);
  expect(mirror.drop('item_1')).toEqual([]);
  expect(mirror.drop('item_2')).toEqual([]);
});

test('items without end are not all remembered', () => {
  const mirror = mirrorOf();
  const said: readonly ChatMessage[] = [{ role: 'user', content: 'the first' }];
  mirror.sync(said);
  for (let index = 0; index < 100_000; index++) mirror.has(`item_${index}`);
  expect(mirror.drop('item_0')).toEqual([]);
  expect(mirror.drop('item_99999')).toHaveLength(1);
  expect(mirror.sync(said).events).toEqual([]);
});

test('an utterance names its item, and further parts of an item are utterances of their own', () => {
  expect(['item_1', 'item_1/1'].map(itemOf)).toEqual(['item_1', 'item_1']);
});

test('a call that is dropped is forgotten with its item', () => {
  const mirror = new ItemMirror({ family: 'ga', history: 'items', prefix: 'p' });
  const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } } as const;
  const asked = { role: 'assistant', content: null, tool_calls: [call] } as const;
  mirror.called('call_1', 'item_1');
  expect(mirror.drop('item_1')).toMatchObject([{ type: 'conversation.item.delete', item_id: 'item_1' }]);
  expect(mirror.sync([asked, { role: 'tool', tool_call_id: 'call_1', content: 'Sunny.' }]).events).toMatchObject([
    { item: { type: 'function_call', call_id: 'call_1' } },
    { item: { type: 'function_call_output', call_id: 'call_1' } },
  ]);
});
