import type { ChatMessage } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { answerOf, callsOf, user } from './test-support/chat-setup.js';
import { delta, done, event, streams } from './test-support/loopback-server.js';

describe('openaiChat puts tool calls together', () => {
  const piece = (call: object) => event(delta({ tool_calls: [call] }));
  const finished = event(delta({}, 'tool_calls'));

  it('from fragments, several at once, by their index', async () => {
    const chunks = await answerOf(
      streams(
        piece({ index: 0, id: 'a', type: 'function', function: { name: 'get_weather', arguments: '' } }),
        piece({ index: 0, function: { arguments: '{"loca' } }),
        piece({ index: 1, id: 'b', type: 'function', function: { name: 'get_weather', arguments: '' } }),
        piece({ index: 0, function: { arguments: 'tion":"Paris"}' } }),
        piece({ index: 1, function: { arguments: '{"location":"Rome"}' } }),
        finished,
        finished,
        done,
      ),
    );
    expect(callsOf(chunks)).toEqual([
      { id: 'a', name: 'get_weather', arguments: '{"location":"Paris"}' },
      { id: 'b', name: 'get_weather', arguments: '{"location":"Rome"}' },
    ]);
  });

  const paris = { name: 'get_weather', arguments: '{"location":"Paris"}' };
  const rome = { name: 'get_weather', arguments: '{"location":"Rome"}' };
  it.each([
    [
      'sends whole calls in one chunk',
      [
        event(
          delta({
            tool_calls: [
              { index: 0, id: 'a', function: paris },
              { index: 1, id: 'b', function: rome },
            ],
          }),
        ),
      ],
    ],
    ['leaves out the index', [piece({ id: 'a', function: paris }), piece({ id: 'b', function: rome })]],
    [
      'gives every call the index 0',
      [piece({ index: 0, id: 'a', function: paris }), piece({ index: 0, id: 'b', function: rome })],
    ],
    ['leaves out index and id', [piece({ function: paris }), piece({ function: rome })]],
    [
      'sends arguments as an object',
      [
        piece({ index: 0, id: 'a', function: { ...paris, arguments: { location: 'Paris' } } }),
        piece({ index: 1, function: rome }),
      ],
    ],
    [
      'repeats id and name',
      [
        piece({ index: 0, id: 'a', function: { name: 'get_weather', arguments: '{"location":' } }),
        piece({ index: 0, id: 'a', function: { name: 'get_weather', arguments: '"Paris"}' } }),
        piece({ index: 1, id: 'b', function: rome }),
      ],
    ],
  ])('of a server that %s', async (_name, pieces) => {
    const calls = callsOf(await answerOf(streams(...pieces, finished, done)));
    expect(calls.map(({ name, arguments: args }) => ({ name, arguments: args }))).toEqual([paris, rome]);
    expect(new Set(calls.map((call) => call.id)).size).toBe(2);
  });

  it('with {} for arguments that are missing', async () => {
    expect(callsOf(await answerOf(streams(piece({ index: 0, id: 'a', function: { name: 'hang_up' } }), finished, done)))).toEqual(
      [{ id: 'a', name: 'hang_up', arguments: '{}' }],
    );
  });

  it('with a new id when the server uses one a second time', async () => {
    const before: ChatMessage[] = [
      user('Weather?'),
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_0', type: 'function', function: paris }] },
      { role: 'tool', tool_call_id: 'call_0', content: '21' },
      user('And in Rome?'),
    ];
    const [call] = callsOf(await answerOf(streams(piece({ index: 0, id: 'call_0', function: rome }), finished, done), before));
    expect(call?.id).not.toBe('call_0');
    expect(call?.name).toBe('get_weather');
  });
});
