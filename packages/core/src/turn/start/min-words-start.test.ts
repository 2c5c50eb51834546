import { describe, expect, it } from 'vitest';
import { talking } from '../../test-support/talking.js';
import { minWordsStart } from './min-words-start.js';

describe('minWordsStart', () => {
  it('begins a turn with the word that makes it enough, though each result brings only one more', async () => {
    const { say, wait, turns, at } = await talking({ start: minWordsStart(3) });
    await say('I want red strawberries');
    await wait(1000);
    expect(turns()).toEqual(['I want red strawberries']);
    expect(at('user-started-speaking')).toEqual([600]);
  });

  it('counts over the utterances of what is being said', async () => {
    const { say, wait, turns } = await talking({ start: minWordsStart(3) });
    await say('I want', { finalMs: 900 });
    await say('red strawberries');
    await wait(2000);
    expect(turns()).toEqual(['I want red strawberries']);
  });

  it('ignores less, with the reason', async () => {
    const { say, wait, turns, ignored, requests } = await talking({ start: minWordsStart(3) });
    await say('oh well');
    await wait(2000);
    await say('oh well');
    await wait(2000);
    expect(turns()).toEqual([]);
    const once = ['oh well', 'less than 3 words were said'];
    expect(ignored()).toEqual([once, once]);
    expect(requests).toEqual([]);
  });

  it('takes what is typed for a turn, however short', async () => {
    const { type, wait, turns } = await talking({ start: minWordsStart(3) });
    type('hi');
    await wait(100);
    expect(turns()).toEqual(['hi']);
  });

  it('refuses a number that makes no sense', () => {
    expect(() => minWordsStart(0)).toThrow('minWordsStart: words is 0; it must be a number, 1 or more.');
  });
});
