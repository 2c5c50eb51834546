import { describe, expect, it } from 'vitest';
import { talking } from '../../test-support/talking.js';
import { phraseStop } from './phrase-stop.js';

const quick = () => talking({ stop: phraseStop() });

describe('phraseStop', () => {
  it.each([
    ['after something whole', 'Where is my order?', 200],
    ['after what goes on', 'I would like to', 1500],
    ['after anything else', 'two red boxes', 700],
    ['after nothing that was understood', '', 700],
  ])('waits %s (“%s”) for %d ms from the end of speech', async (_, text, silenceMs) => {
    const { say, wait, at, clock } = await quick();
    await say(text);
    const endMs = clock.now() - 100;
    await wait(5000);
    expect(at('user-stopped-speaking')).toEqual([endMs + silenceMs]);
  });

  it('is no faster than the detector', async () => {
    const { say, at } = await quick();
    await say('Yes.', { ms: 400, stopMs: 350 });
    expect(at('user-stopped-speaking')).toEqual([750]);
  });

  it('decides again with each transcript: what seemed whole goes on, and what went on is whole', async () => {
    const { say, wait, at, session, clock } = await quick();
    const hears = (text: string, utterance: string): void =>
      session.send(session.frame('interim-transcription', { text, utterance, startMs: 400, endMs: clock.now() }));
    await say('no', { ms: 400, finalMs: 500 });
    await wait(50);
    hears('but I would like to', 'second');
    await wait(1000);
    expect(at('user-stopped-speaking')).toEqual([]);
    hears('but I would like to go home.', 'second');
    await wait(300);
    expect(at('user-stopped-speaking')).toEqual([1550 + 200]);
  });

  it('takes nothing for whole before its final transcript is there', async () => {
    const { say, wait, at } = await quick();
    await say('thanks', { ms: 400, finalMs: 300 });
    await wait(250);
    expect(at('user-stopped-speaking')).toEqual([]);
    await wait(1000);
    expect(at('user-stopped-speaking')).toEqual([800]);
  });

  it('starts over when the user goes on, and judges all of what was said', async () => {
    const { say, wait, turns, clock, at } = await quick();
    await say('I would like to');
    await wait(1000);
    await say('order strawberries.');
    const endMs = clock.now() - 100;
    await wait(5000);
    expect(turns()).toEqual(['I would like to order strawberries.']);
    expect(at('user-stopped-speaking')).toEqual([endMs + 200]);
  });

  it('ends speech that no detector has marked with its words', async () => {
    const { session, wait, turns } = await quick();
    session.send(session.frame('transcription', { text: 'I would like to', utterance: 'a', startMs: 0, endMs: 0 }));
    await wait(0);
    expect(turns()).toEqual(['I would like to']);
  });

  it('gives no warning of a short silence, since it looks at what was said (S001-21)', async () => {
    const { say, wait, warnings } = await quick();
    await say('Yes.', { ms: 200 });
    await wait(1000);
    expect(warnings).toEqual([]);
  });

  it('refuses negative silences', () => {
    expect(() => phraseStop({ incompleteMs: -1 })).toThrow('phraseStop: incompleteMs is -1; it must be a number, 0 or more.');
  });
});
