import type { ChatMessage, ChatToolCall, UserContentPart } from '@voxrill/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toChat } from './to-chat.js';
import { toRealtime } from './to-realtime.js';
import { wavOfPcm } from './wav-pcm.js';

const wav = wavOfPcm(Buffer.from(new Int16Array([1, -2, 3]).buffer).toString('base64'));

describe('chat messages', () => {
  test('become items: each call and each result one of its own, and the system message the instructions (S001-47)', () => {
    const messages: ChatMessage[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is the weather?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'w', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'Sunny.' },
      { role: 'assistant', content: 'It is', interrupted: true },
      { role: 'system', content: 'The user is called Ann.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'And this?' },
          { type: 'input_audio', input_audio: { data: wav, format: 'wav' } },
        ],
      },
    ];
    const { instructions, items } = toRealtime(messages);
    expect(instructions).toBe('Be brief.');
    expect(items).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the weather?' }] },
      { type: 'function_call', call_id: 'c1', name: 'w', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'Sunny.' },
      { type: 'message', role: 'assistant', status: 'incomplete', content: [{ type: 'output_text', text: 'It is' }] },
      { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'The user is called Ann.' }] },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'And this?' },
          { type: 'input_audio', audio: 'AQD+/wMA' },
        ],
      },
    ]);
    expect(toRealtime(messages, { dialect: 'beta' }).items[3]).toMatchObject({ content: [{ type: 'text', text: 'It is' }] });
  });

  test('come back as they went, through either dialect (S001-47)', () => {
    const text = fc.string({ minLength: 1 }).map((some) => some.trim() || 'a');
    const part: fc.Arbitrary<UserContentPart> = fc.oneof(
      text.map((some): UserContentPart => ({ type: 'text', text: some })),
      fc.option(text, { nil: undefined }).map(
        (transcript): UserContentPart => ({
          type: 'input_audio',
          input_audio: { data: wav, format: 'wav' },
          ...(transcript === undefined ? {} : { transcript }),
        }),
      ),
    );
    const calls: fc.Arbitrary<ChatMessage[]> = fc
      .uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 })
      .chain((ids) => fc.tuple(fc.constant(ids), fc.jsonValue(), text))
      .map(([ids, value, result]) => {
        const tool_calls = ids.map(
          (id): ChatToolCall => ({
            id: `c${id}`,
            type: 'function',
            function: { name: `f${id}`, arguments: JSON.stringify(value) },
          }),
        );
        const answers = tool_calls.map(({ id }): ChatMessage => ({ role: 'tool', tool_call_id: id, content: result }));
        return [{ role: 'assistant', content: null, tool_calls }, ...answers];
      });
    const one: fc.Arbitrary<ChatMessage[]> = fc.oneof(
      text.map((content): ChatMessage[] => [{ role: 'user', content }]),
      fc.array(part, { minLength: 2, maxLength: 3 }).map((content): ChatMessage[] => [{ role: 'user', content }]),
      fc
        .tuple(text, fc.boolean())
        .map(([content, cut]): ChatMessage[] => [{ role: 'assistant', content, ...(cut ? { interrupted: true as const } : {}) }]),
      calls,
    );
    const system = (content: string): ChatMessage => ({ role: 'system', content });
    const conversation = fc
      .tuple(fc.option(text, { nil: undefined }), fc.array(one, { maxLength: 12 }), text)
      .map(([head, said, memory]) => [
        ...(head === undefined ? [] : [system(head)]),
        ...said.flat(),
        ...(said.length === 0 ? [] : [system(memory)]),
      ]);
    fc.assert(
      fc.property(conversation, fc.constantFrom('ga' as const, 'beta' as const), (messages, dialect) => {
        const realtime = toRealtime(messages, { dialect });
        expect(toChat(realtime)).toEqual(messages);
        expect(toRealtime(toChat(realtime), { dialect })).toEqual(realtime);
      }),
    );
  });

  test('of a restored conversation are text, where it is known what was said (S000-13)', () => {
    const said: UserContentPart = { type: 'input_audio', input_audio: { data: wav, format: 'wav' }, transcript: 'Hello.' };
    const { items } = toRealtime([{ role: 'user', content: [said] }], { audio: 'transcript' });
    expect(items).toEqual([{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] }]);
  });

  test('that Realtime has no word for are refused at the door', () => {
    const user = (part: UserContentPart): ChatMessage[] => [{ role: 'user', content: [part] }];
    const image: UserContentPart = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } };
    expect(() => toRealtime(user(image), { dialect: 'beta' })).toThrow('takes no pictures');
    expect(toChat(toRealtime(user(image)))).toEqual(user(image));
    expect(() => toRealtime(user({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } }))).toThrow(
      'cannot be mp3',
    );
    expect(() => toRealtime(user({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }))).toThrow('no WAV file');
    const at8k = Buffer.from(wav, 'base64');
    at8k.writeUInt32LE(8000, 24);
    const data = at8k.toString('base64');
    expect(() => toRealtime(user({ type: 'input_audio', input_audio: { data, format: 'wav' } }))).toThrow('another format');
  });
});

test('what a server tells of speech becomes its words: it sends no audio', () => {
  expect(
    toChat({
      items: [
        { type: 'message', role: 'user', status: 'completed', content: [{ type: 'input_audio', transcript: 'Hi.' }] },
        { type: 'message', role: 'assistant', status: 'incomplete', content: [{ type: 'output_audio', transcript: 'Good mor' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'audio', transcript: null }] },
      ],
    }),
  ).toEqual([
    { role: 'user', content: 'Hi.' },
    { role: 'assistant', content: 'Good mor', interrupted: true },
    { role: 'assistant', content: '' },
  ]);
});
