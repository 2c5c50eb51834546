import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heardText } from './heard-text.js';
import { SpeechLedger } from './speech-ledger.js';

const text = fc.oneof(
  fc.lorem({ maxCount: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.', '4', '\n', 'İ') }),
  fc.string(),
);

/** Words of a text with times, some of them said otherwise than written, some not known yet. */
const spoken = text.chain((whole) =>
  fc.record({
    whole: fc.constant(whole),
    words: fc.tuple(fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), fc.nat({ max: 20 })).map(([odd, known]) =>
      (whole.match(/\S+/gu) ?? []).slice(0, known).map((word, i) => ({
        text: odd[i] === true && i % 3 === 0 ? 'four' : word.replace(/\W+$/u, ''),
        startMs: i * 100,
        endMs: i * 100 + 80,
      })),
    ),
    totalMs: fc.nat({ max: 3000 }),
  }),
);

test('what was heard is always a prefix of the text, and more time never makes it less', () => {
  fc.assert(
    fc.property(spoken, fc.array(fc.integer({ min: -10, max: 3500 }), { minLength: 1 }), ({ whole, words, totalMs }, times) => {
      let before = '';
      for (const time of times.toSorted((a, b) => a - b)) {
        const heard = heardText(whole, words, time, totalMs);
        expect(whole.startsWith(heard)).toBe(true);
        expect(heard.length).toBeGreaterThanOrEqual(before.length);
        before = heard;
      }
    }),
    { numRuns: 5000 },
  );
});

test('before the first sample nothing was heard, after the last all of it', () => {
  fc.assert(
    fc.property(spoken, ({ whole, words, totalMs }) => {
      expect(heardText(whole, words, 0, totalMs)).toBe('');
      expect(heardText(whole, words, Math.max(1, totalMs), Math.max(1, totalMs))).toBe(whole);
    }),
  );
});

test('a word counts once half of it was played, and takes its marks along', () => {
  const words = [
    { text: 'Hello', startMs: 0, endMs: 400 },
    { text: 'dear', startMs: 400, endMs: 600 },
    { text: 'friend', startMs: 600, endMs: 1000 },
  ];
  const heard = (ms: number): string => heardText('Hello, dear friend!', words, ms, 1200);
  expect([199, 200, 499, 500, 799, 800, 1200].map(heard)).toEqual([
    '',
    'Hello,',
    'Hello,',
    'Hello, dear',
    'Hello, dear',
    'Hello, dear friend!',
    'Hello, dear friend!',
  ]);
});

test('words whose times are not known yet are not held to be heard', () => {
  const words = [{ text: 'Hello', startMs: 0, endMs: 400 }];
  expect(heardText('Hello, dear friend!', words, 900, 2000)).toBe('Hello,');
});

test('without times the text is spread evenly, and cut at the end of a word', () => {
  const heard = (ms: number): string => heardText('one two three', [], ms, 1300);
  expect([0, 200, 300, 650, 700, 1299, 1300].map(heard)).toEqual(['', '', 'one', 'one', 'one two', 'one two', 'one two three']);
});

test('whatever is written and played when, the ledger never retracts, never reports beyond what was played, and closes each utterance once', () => {
  const event = fc.oneof(
    fc.record({ do: fc.constant('write' as const), samples: fc.nat({ max: 4000 }) }),
    fc.record({ do: fc.constant('play' as const), samples: fc.nat({ max: 4000 }) }),
    fc.record({ do: fc.constantFrom('next' as const, 'cut' as const) }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const ledger = new SpeechLedger();
      ledger.sampleRate = 8000;
      const heard = new Map<string, string>();
      const closed = new Set<string>();
      const note = (entries: ReturnType<SpeechLedger['played']>): void => {
        for (const { utterance, text: said, state, playedMs } of entries) {
          expect(closed.has(utterance)).toBe(false);
          expect(sentence.startsWith(said)).toBe(true);
          expect(said.startsWith(heard.get(utterance) ?? '')).toBe(true);
          if (playedMs === 0) expect(said).toBe('');
          heard.set(utterance, said);
          if (state !== 'playing') closed.add(utterance);
          if (state === 'complete' && playedMs > 0) expect(said).toBe(sentence);
        }
      };
      const sentence = 'One two three four five.';
      let count = 0;
      let written = 0;
      let played = 0;
      const id = (): string => `u${count}`;
      ledger.begin(id(), sentence, 1);
      for (const step of events) {
        if (step.do === 'write') {
          ledger.wrote(id(), step.samples, 0);
          written += step.samples;
        } else if (step.do === 'play') {
          played = Math.min(written, played + step.samples);
          note(ledger.played(played, 0));
        } else if (step.do === 'next') {
          ledger.end(id());
          note(ledger.played(played, 0));
          count++;
          ledger.begin(id(), sentence, 1);
        } else {
          note(ledger.cut(played, 0));
          written = played;
          expect(ledger.empty).toBe(true);
          count++;
          ledger.begin(id(), sentence, 1);
        }
      }
      ledger.end(id());
      note(ledger.played(written, 0));
      expect(ledger.empty).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a voice that has spoken before is taken to go on at its own pace while how long its next sentence will be is not known', () => {
  const heardAfter = (pace: number, spokenBefore: boolean): string => {
    const ledger = new SpeechLedger();
    ledger.sampleRate = 1000;
    const text = 'one two three four five six seven eight';
    let position = 0;
    if (spokenBefore) {
      ledger.begin('before', text, 1);
      position = text.length * pace;
      ledger.wrote('before', position, 0);
      ledger.end('before');
      ledger.played(position, position);
    }
    ledger.begin('now', text, 1);
    ledger.wrote('now', (text.length * pace) / 2, position);
    return ledger.cut(position + (text.length * pace) / 2, position)[0]?.text ?? '';
  };
  for (const pace of [40, 65, 90]) expect(heardAfter(pace, true)).toBe('one two three four');
  expect(heardAfter(40, false)).toBe('one two');
});
