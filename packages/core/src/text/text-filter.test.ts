import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../frames/frame.js';
import { watchedSession } from '../test-support/watched-session.js';
import { spokenNumbers } from './spoken-numbers.js';
import { type TextFilterStep, textFilter } from './text-filter.js';
import { rewriteWords, type TextRewriter } from './text-rewriter.js';
import { withoutEmoji } from './without-emoji.js';
import { withoutMarkdown } from './without-markdown.js';

function rewritten(rewriter: TextRewriter, pieces: readonly string[]): string {
  const running = rewriter.begin();
  return pieces.map((piece) => running.push(piece)).join('') + running.flush();
}

const whole = (rewriter: TextRewriter, text: string): string => rewritten(rewriter, [text]);

function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, i = 0; at < text.length; i++) {
    const length = 1 + (sizes[i % sizes.length] ?? 0);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

const hard = [
  ...['a', 'word', ' ', ' ', '  ', '\n', '.', '! ', '?', ',', '(', ')', ':', '-', '–', '/', '\\', '|', '> ', '+'],
  ...['*', '**', '***', '_', '__', '~~', '`', '```', '```ts\n', '\n```\n', '# ', '## x', '- ', '* ', '---\n', '| a | b |\n'],
  ...['[', ']', '](', '[x](http://y.z/(q))', '![alt](p.png "t")', '\\*'],
  ...['1', '23', '4,567', '1.5', '$', '€', '%', '3:30', ' pm', '1st', '1990', '555-123-4567', '+1', ' million', '#5', '0'],
  ...['😀', '👍🏽', '👨‍👩‍👧', '🇩🇪', '1️⃣', '❤️', '❤', '©', '\u200d', '\ufe0f', '\ud83d'],
] as const;

describe('a rewriter', () => {
  const rewriters = {
    withoutMarkdown,
    withoutEmoji,
    spokenNumbers,
    'a rewriter of words': rewriteWords((text) => text.toUpperCase().replace(/^(\S+)/u, '<$1>'), { maxHeld: 12 }),
  };
  for (const [name, rewriter] of Object.entries(rewriters)) {
    test(`makes the same of a text however it is cut into pieces: ${name}`, () => {
      const texts = fc.oneof(
        fc.array(fc.constantFrom(...hard), { maxLength: 40 }).map((parts) => parts.join('')),
        fc.string({ unit: 'binary', maxLength: 30 }),
        // Beyond the bounds of what is held back.
        fc
          .tuple(fc.constantFrom('[', '| ', '```', '9', 'x', '$5 ', '(', '> '), fc.integer({ min: 100, max: 1200 }))
          .map(([part, count]) => `${part.repeat(Math.ceil(count / part.length))} end\n**b** 12 😀!`),
      );
      fc.assert(
        fc.property(texts, fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 5 }), (text, sizes) => {
          const expected = whole(rewriter, text);
          expect(rewritten(rewriter, cut(text, sizes))).toBe(expected);
          expect(rewritten(rewriter, cut(text, [0]))).toBe(expected);
        }),
        { numRuns: 600 },
      );
    });
  }

  test('leaves plain words as they are', () => {
    const plain = 'Well, that is nice! Shall we (you and I) go – now? It’s "fine"…\nGood.';
    for (const rewriter of [withoutMarkdown, withoutEmoji, spokenNumbers]) expect(whole(rewriter, plain)).toBe(plain);
  });

  test('does not keep a word that is whole from the voice', () => {
    for (const rewriter of [withoutMarkdown, withoutEmoji, spokenNumbers]) {
      const running = rewriter.begin();
      expect((running.push('Hello there.') + running.push(' How')).trim()).toBe(
        rewriter === spokenNumbers ? 'Hello there.' : 'Hello there. How',
      );
    }
  });
});

test('Markdown is taken out and what it marks is kept', () => {
  const spoken: readonly (readonly [string, string])[] = [
    ['**Yes**, *indeed*, __very__ _much_ and ***really*** ~~not~~.', 'Yes, indeed, very much and really not.'],
    ['**bold *both*** and `code`', 'bold both and code'],
    ['# Title\n\n## Part\ntext', 'Title\n\nPart\ntext'],
    ['- one\n- two\n* three\n+ four\n1. five', 'one\ntwo\nthree\nfour\n1. five'],
    ['> quoted\n> # both', 'quoted\nboth'],
    ['See [the docs](https://example.com/a_(b)) and ![a cat](cat.png "Cat").', 'See the docs and a cat.'],
    ['One\n---\nTwo\n***\nThree', 'One\nTwo\nThree'],
    ['Run this:\n```ts\nconst a = 1 * 2;\n```\nDone.', 'Run this:\nDone.'],
    ['| name | age |\n|------|-----|\n| Ann | 7 |\n', 'name, age\n\nAnn, 7\n'],
    ['\\*not\\* emphasis', '*not* emphasis'],
  ];
  for (const [text, said] of spoken) expect(whole(withoutMarkdown, text)).toBe(said);
});

test('signs that are no Markdown stay', () => {
  for (const text of ['2 * 3 * 4', 'snake_case_name', 'issue #5', 'a [laugh] b', '5 - 3', 'x > y', '~5 km', '2*3', 'a! b']) {
    expect(whole(withoutMarkdown, text)).toBe(text);
  }
});

test('emoji are taken out with the space before them, also joined ones, flags and keycaps; signs that are text stay', () => {
  const spoken: readonly (readonly [string, string])[] = [
    ['Great job 🎉! See you 👋🏽 soon.', 'Great job! See you soon.'],
    ['Family 👨‍👩‍👧‍👦, flag 🇩🇪, key 1️⃣, heart ❤️ and ❤.', 'Family, flag, key, heart and.'],
    ['left🎉right', 'left right'],
    ['© 2024 ™ ↔ 3 # 4 *', '© 2024 ™ ↔ 3 # 4 *'],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿 ok', ' ok'],
  ];
  for (const [text, said] of spoken) expect(whole(withoutEmoji, text)).toBe(said);
});

test('numbers are written out in words', () => {
  const spoken: readonly (readonly [string, string])[] = [
    ['1,234.5', 'one thousand two hundred thirty-four point five'],
    [
      '0, 7, 13, 20, 42, 100 and 1000000',
      'zero, seven, thirteen, twenty, forty-two, one hundred and one zero zero zero zero zero zero',
    ],
    ['1,000,000', 'one million'],
    ['-5 and −3.25', 'minus five and minus three point two five'],
    ['.5', 'zero point five'],
    ['12.5% or 5 %', 'twelve point five percent or five percent'],
    [
      '$1, $5.50, $0.99, $1,234.01',
      'one dollar, five dollars and fifty cents, ninety-nine cents, one thousand two hundred thirty-four dollars and one cent',
    ],
    [
      '$5 million, $3.5B, €20, £1.01, -$4',
      'five million dollars, three point five billion dollars, twenty euros, one pound and one penny, minus four dollars',
    ],
    ['$5-$10', 'five to ten dollars'],
    ['the 1st, 2nd, 3rd, 12th, 20th and 121st', 'the first, second, third, twelfth, twentieth and one hundred twenty-first'],
    [
      'in 1984, 1900, 2005, 2024 and 1990-2000',
      'in nineteen eighty-four, nineteen hundred, two thousand five, twenty twenty-four and nineteen ninety to two thousand',
    ],
    ['the 1980s and the 90s', 'the nineteen eighties and the nineties'],
    ['at 3:30, 3:05 pm, 9:00, 9:00 am, 15:00', "at three thirty, three oh five pm, nine o'clock, nine am, fifteen hundred"],
    ['3:30pm or 5pm, 9:00-17:30', 'three thirty pm or five pm, nine to seventeen thirty'],
    [
      'call 555-123-4567 or +1 (555) 123-4567',
      'call five five five, one two three, four five six seven or plus one, five five five, one two three, four five six seven',
    ],
    ['PIN 0042, order 123456789', 'PIN zero zero four two, order one two three four five six seven eight nine'],
    ['10–20 people, 16:9, #1', 'ten to twenty people, sixteen to nine, number one'],
    ['I have 3.', 'I have three.'],
  ];
  for (const [text, said] of spoken) expect(whole(spokenNumbers, text)).toBe(said);
});

test('what has digits but is no number stays as it is', () => {
  for (const text of [
    'MP3',
    'COVID-19',
    '1.2.3',
    '2024-05-17',
    '5/17/2024',
    '192.168.1.1',
    'B2B',
    '5kg',
    'v2',
    'a1b2',
    '1:02:03',
  ]) {
    expect(whole(spokenNumbers, text)).toBe(text);
  }
});

describe('a text filter', () => {
  const run = async (...steps: readonly TextFilterStep[]) => {
    const watched = watchedSession({}, textFilter(...steps));
    await watched.session.start();
    watched.bottom.length = 0;
    const { session, bottom } = watched;
    const said = (): string[] => bottom.map((frame: Frame) => ('text' in frame ? String(frame.text) : frame.kind));
    const text = (piece: string, response = 'r'): void => session.send(session.frame('llm-text', { text: piece, response }));
    const over = (response = 'r'): void => session.send(session.frame('llm-response-end', { response }));
    return { ...watched, said, text, over };
  };

  test('rewrites a reply that comes in pieces, step by step, and hands on the rest before the response ends', async () => {
    const { text, over, said, bottom } = await run(withoutEmoji, withoutMarkdown, spokenNumbers, (word) =>
      word.replaceAll('SQL', 'sequel'),
    );
    for (const piece of ['It c', 'osts **$', '5', ' mill', 'ion** 😀', ' for S', 'QL']) text(piece);
    over();
    expect(said().slice(0, -1).join('')).toBe('It costs five million dollars for sequel');
    expect(said().at(-1)).toBe('llm-response-end');
    expect(bottom.every((frame) => frame.kind !== 'llm-text' || frame.response === 'r')).toBe(true);
  });

  test('rewrites a text of the application as a whole, keeps what is special about it, and drops it when nothing is left', async () => {
    const { session, bottom } = await run(withoutMarkdown, withoutEmoji);
    session.send(session.frame('tts-speak', { text: '*One* moment 🙂', aside: true }));
    session.send(session.frame('tts-speak', { text: '🙂' }));
    expect(bottom).toMatchObject([{ kind: 'tts-speak', text: 'One moment', aside: true }]);
  });

  test('forgets half a word at an interruption, and keeps two responses apart', async () => {
    const { session, text, over, said } = await run(spokenNumbers);
    text('thirty 3');
    session.interrupt();
    text('4 ', 's');
    text('5', 't');
    over('t');
    expect(said()).toEqual(['thirty ', 'interruption', 'four ', 'five', 'llm-response-end']);
  });

  test('serves many sessions at once without mixing them', async () => {
    const filter = textFilter(spokenNumbers);
    const [one, two] = [watchedSession({}, filter), watchedSession({}, filter)];
    for (const { session } of [one, two]) await session.start();
    one.say('1');
    two.say('2 ');
    one.say('1 ');
    const texts = (frames: readonly Frame[]) => frames.flatMap((frame) => (frame.kind === 'llm-text' ? [frame.text] : []));
    for (const { session } of [one, two]) session.send(session.frame('llm-response-end', { response: 'r' }));
    expect([texts(one.bottom), texts(two.bottom)]).toEqual([['eleven '], ['two ']]);
  });
});
