import type { RealtimeServerItem } from '@voxrill/openai';
import { expect, it } from 'vitest';
import { promptOf } from './prompt.js';
import { UserSpeech } from './user-speech.js';

let count = 0;
const says = (role: 'user' | 'assistant', text: string): RealtimeServerItem =>
  role === 'user'
    ? { id: `${++count}`, type: 'message', role, content: [{ type: 'input_text', text }] }
    : { id: `${++count}`, type: 'message', role, content: [{ type: 'output_text', text }] };
const asks = (call_id: string): RealtimeServerItem => ({
  id: `${++count}`,
  type: 'function_call',
  call_id,
  name: 'look',
  arguments: '{}',
});
const gets = (call_id: string): RealtimeServerItem => ({
  id: `${++count}`,
  type: 'function_call_output',
  call_id,
  output: `of ${call_id}`,
});
const roles = (items: readonly RealtimeServerItem[]) =>
  promptOf(
    items.map((item) => ({ item })),
    '',
  ).map((message) => (message.role === 'tool' ? message.content : message.role));

it('puts results behind the calls that they belong to, and leaves out calls without one', () => {
  expect(roles([says('user', 'a'), asks('1'), asks('2'), says('user', 'b'), gets('2'), gets('1')])).toEqual([
    'user',
    'assistant',
    'of 1',
    'of 2',
    'user',
  ]);
  expect(roles([says('user', 'a'), asks('1'), says('user', 'b')])).toEqual(['user', 'user']);
});

it('tells the model of what was understood, and of nothing that says nothing', () => {
  const heard = new UserSpeech();
  const item: RealtimeServerItem = {
    id: 'x',
    type: 'message',
    role: 'user',
    content: [{ type: 'input_audio', transcript: null }],
  };
  const prompt = () => promptOf([{ item, userSpeech: heard }, { item: says('assistant', '') }], 'Be kind.');
  expect(prompt()).toEqual([{ role: 'system', content: 'Be kind.' }]);
  heard.understood(' hello ', 'en');
  expect(prompt()).toEqual([
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: 'hello' },
  ]);
});
