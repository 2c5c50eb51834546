import { describe, expect, it } from 'vitest';
import { renderResult } from './render-result.js';

const said = (content: unknown, args: Record<string, unknown> = {}): string =>
  renderResult({ name: 'some_tool', args, content: typeof content === 'string' ? content : JSON.stringify(content) });

describe('a result is said in a sentence', () => {
  it.each([
    [{ temperature: 21, conditions: 'sunny' }, { location: 'Paris' }, 'In Paris it is sunny and 21 degrees.'],
    [
      { temperature: -3, conditions: 'Snow', unit: 'celsius', location: 'Oslo' },
      {},
      'In Oslo it is snow and minus 3 degrees Celsius.',
    ],
    [{ temperature: '21°C' }, { location: 'Paris' }, 'In Paris it is 21 degrees Celsius.'],
    [
      { temperature: 21, conditions: 'sunny', humidity: 40 },
      { city: 'Rome' },
      'In Rome it is sunny and 21 degrees. Humidity is 40.',
    ],
    [{ time: '15:30' }, { city: 'Tokyo' }, 'In Tokyo the time is 15:30.'],
    [{ order_id: 12, state: 'shipped' }, {}, 'Order id is 12 and state is shipped.'],
    [{ ok: true }, {}, 'Done.'],
    [{ success: true, message: 'The light is on' }, {}, 'The light is on.'],
    [[], {}, 'I found nothing.'],
    [['a', 'b', 'c'], {}, 'I found a, b and c.'],
    ['It is **very** sunny', {}, 'It is very sunny.'],
    [true, {}, 'Done.'],
    [42, {}, 'The answer is 42.'],
    ['', {}, 'Done.'],
    [{}, {}, 'Done.'],
    [{ status: 'result', value: { temperature: 5 } }, { location: 'Bern' }, 'In Bern it is 5 degrees.'],
  ])('%j', (content, args, expected) => {
    expect(said(content, args)).toBe(expected);
  });

  it.each([
    [{ error: 'no such city' }, 'I am sorry, that did not work. The reason is: no such city.'],
    [{ error: { message: 'no such city.' } }, 'I am sorry, that did not work. The reason is: no such city.'],
    [{ status: 'error', message: 'boom' }, 'I am sorry, that did not work. The reason is: boom.'],
    [{ status: 'timed-out', afterMs: 5000 }, 'I am sorry, that did not work. The reason is: it took too long.'],
    [
      'Error: request timed out',
      'I am sorry, that did not work. The reason is: it took too long.'.replace('it took too long', 'request timed out'),
    ],
    ['timed out', 'I am sorry, that did not work. The reason is: it took too long.'],
    [{ success: false }, 'I am sorry, that did not work.'],
  ])('with an apology for %j', (content, expected) => {
    expect(said(content)).toBe(expected);
  });
});
