import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { watchedSession } from '../test-support/watched-session.js';
import { type PatternAggregatorOptions, patternAggregator } from './pattern-aggregator.js';
import { sentences } from './sentences.js';

async function run(options: Partial<PatternAggregatorOptions> = {}) {
  const found: string[] = [];
  const watched = watchedSession(
    {},
    patternAggregator({ start: '<voice>', end: '</voice>', onMatch: ({ text }) => void found.push(text), ...options }),
  );
  await watched.session.start();
  watched.bottom.length = 0;
  const { session, bottom } = watched;
  const over = (): void => session.send(session.frame('llm-response-end', { response: 'r' }));
  const texts = (): string[] => bottom.flatMap((frame) => (frame.kind === 'llm-text' ? [frame.text] : []));
  return { ...watched, found, over, texts };
}

test('what stands between the marks is taken out of the reply and given to the application, however the text is cut', async () => {
  const parts = ['<voice>', '</voice>', '<', '</', 'voice>', 'a', 'calm', ' ', '>', '<vo'];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...parts), { maxLength: 14 }), fc.nat({ max: 5 }), async (pieces, size) => {
      const text = pieces.join('');
      const one = await run({ maxLength: 9 });
      one.say(text);
      one.over();
      const many = await run({ maxLength: 9 });
      for (let at = 0; at < text.length; at += 1 + size) many.say(text.slice(at, at + 1 + size));
      many.over();
      expect(many.texts().join('')).toBe(one.texts().join(''));
      expect(many.found).toEqual(one.found);
      const marks = one.found.length * '<voice></voice>'.length;
      expect(one.texts().join('').length + one.found.join('').length + marks).toBe(text.length);
      expect(one.found.every((part) => part.length <= 9)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('text before the mark goes on at once, and frames that the application returns take the place of the part', async () => {
  const { say, kinds, texts } = await run({
    onMatch: ({ text }, stage) => stage.frame('output-transport-message', { message: text }),
  });
  say('Hello <vo');
  expect(texts()).toEqual(['Hello ']);
  say('ice>deep</voice>there');
  expect(kinds()).toEqual(['llm-text', 'output-transport-message', 'llm-text']);
  expect(texts()).toEqual(['Hello ', 'there']);
});

test('a mark that is never closed is text when the response ends, and forgotten at an interruption', async () => {
  const { say, over, texts, session, found } = await run();
  say('a <voice>deep');
  over();
  expect(texts()).toEqual(['a ', '<voice>deep']);
  say('<voice>x');
  session.interrupt();
  say('b</voice>');
  expect(texts()).toEqual(['a ', '<voice>deep', 'b</voice>']);
  expect(found).toEqual([]);
});

test('what the application throws costs an error frame and no text', async () => {
  const { say, texts, errors } = await run({
    onMatch: () => {
      throw new Error('boom');
    },
  });
  say('a<voice>x</voice>b');
  expect(texts()).toEqual(['a', 'b']);
  expect(errors()).toMatchObject([{ processor: 'pattern', message: 'boom' }]);
});

test('an empty mark is refused', () => {
  expect(() => patternAggregator({ start: '', end: 'x', onMatch: () => undefined })).toThrow('must not be empty');
});

describe('sentences', () => {
  test('leave whole, the last one when the response ends, and half a sentence dies with its turn', async () => {
    const { session, say, bottom } = watchedSession({}, sentences());
    await session.start();
    const texts = (): string[] => bottom.flatMap((frame) => (frame.kind === 'llm-text' ? [frame.text] : []));
    for (const piece of ['Hel', 'lo there. How', ' are you? Fi', 'ne']) say(piece);
    expect(texts()).toEqual(['Hello there. ', 'How are you? ']);
    session.send(session.frame('llm-response-end', { response: 'r' }));
    expect(texts()).toEqual(['Hello there. ', 'How are you? ', 'Fine']);
    expect(bottom.at(-1)?.kind).toBe('llm-response-end');
    say('Half a');
    session.interrupt();
    say('Whole. ');
    expect(texts().slice(3)).toEqual(['Whole. ']);
  });
});
