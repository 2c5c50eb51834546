import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BotSpeech } from './bot-speech.js';

it('knows what was heard by the times of the words, half a word at the least (S001-52)', () => {
  const speech = new BotSpeech();
  speech.begin('One two.');
  speech.words([
    { text: 'One', startMs: 0, endMs: 300 },
    { text: 'two.', startMs: 700, endMs: 1_000 },
  ]);
  speech.audio(1_000);
  speech.begin(' Three four.');
  speech.audio(1_200);
  expect(speech.heard(149)).toBe('');
  expect(speech.heard(150)).toBe('One');
  expect(speech.heard(849)).toBe('One');
  expect(speech.heard(850)).toBe('One two.');
  expect(speech.heard(1_000)).toBe('One two.');
  // Without times by the place in the text: "Three" ends at the sixth of 12 characters.
  expect(speech.heard(1_500)).toBe('One two.');
  expect(speech.heard(1_600)).toBe('One two. Three');
  expect(speech.heard(2_200)).toBe('One two. Three four.');
  expect(speech.text).toBe('One two. Three four.');
});

it('never hears less when more was played, and all of it at the end', () => {
  const sentence = fc.record({
    text: fc.string({ minLength: 1, maxLength: 30 }),
    ms: fc.integer({ min: 1, max: 3_000 }),
  });
  fc.assert(
    fc.property(fc.array(sentence, { maxLength: 6 }), (sentences) => {
      const speech = new BotSpeech();
      for (const { text, ms } of sentences) {
        speech.begin(text);
        speech.audio(ms);
      }
      let before = '';
      for (let ms = 0; ms <= speech.audioMs; ms += 37) {
        const heard = speech.heard(ms);
        expect(speech.text.startsWith(heard)).toBe(true);
        expect(heard.length).toBeGreaterThanOrEqual(before.length);
        before = heard;
      }
      expect(speech.heard(speech.audioMs)).toBe(speech.text.trimEnd());
    }),
  );
});
