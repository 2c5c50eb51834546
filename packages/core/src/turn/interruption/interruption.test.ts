import { describe, expect, it } from 'vitest';
import { talking } from '../../test-support/talking.js';
import type { InterruptionStrategy } from '../turn-strategy.js';
import { atOnce } from './at-once.js';
import { exceptBackchannels } from './except-backchannels.js';
import { interruptAfter } from './interrupt-after.js';
import { neverInterrupt } from './never-interrupt.js';
import { pauseAndConfirm } from './pause-and-confirm.js';

/** A call in which the bot has spoken for 500 ms when the user begins. */
async function during(interruption: InterruptionStrategy) {
  const on = await talking({ interruption });
  await on.botSpeaks(6000);
  await on.wait(500);
  /** When the bot fell silent, and whether that was because it was cut off. */
  const silent = (): { readonly atMs: number | undefined; readonly cut: boolean } => {
    const [stopped] = on.of('bot-stopped-speaking');
    return { atMs: stopped?.at, cut: stopped?.interrupted ?? false };
  };
  return { ...on, silent };
}

const undisturbed = { atMs: 6000, cut: false };

describe('atOnce', () => {
  it('cuts the bot off with the first sound, also one without a word', async () => {
    const { say, silent } = await during(atOnce());
    await say('');
    expect(silent()).toEqual({ atMs: 500, cut: true });
  });
});

describe('neverInterrupt', () => {
  it('lets the bot finish, and answers then what was said meanwhile (S001-24, S001-25)', async () => {
    const { say, wait, silent, texts, at, ignored } = await during(neverInterrupt());
    await say('where is my order');
    await wait(1000);
    await say('and my cake');
    await wait(8000);
    expect(silent()).toEqual(undisturbed);
    expect(at('user-started-speaking')).toEqual([6000]);
    expect(texts().slice(1)).toEqual(['user: where is my order and my cake', 'assistant: Answer 1.']);
    expect(ignored()).toEqual([]);
  });
});

describe('interruptAfter', () => {
  it('lets some words cut the bot off, as soon as the last of them is understood (S001-25)', async () => {
    const { say, silent, wait, turns } = await during(interruptAfter({ words: 3 }));
    await say('where is my order');
    await wait(1000);
    expect(silent()).toEqual({ atMs: 1100, cut: true });
    expect(turns()).toEqual(['where is my order']);
  });

  it('drops less, with the reason, and the bot goes on (S004-6)', async () => {
    const { say, silent, wait, turns, ignored, requests } = await during(interruptAfter({ words: 3 }));
    await say('oh well');
    await wait(9000);
    expect(silent()).toEqual(undisturbed);
    expect(ignored()).toEqual([['oh well', 'less than 3 words while the bot spoke']]);
    expect([turns(), requests]).toEqual([[], []]);
  });

  it('lets a voice that lasts cut the bot off, once it is certain that it does', async () => {
    const { say, silent } = await during(interruptAfter({ durationMs: 600 }));
    await say('', { ms: 3000 });
    expect(silent()).toEqual({ atMs: 500 + 600 + 500, cut: true });
  });

  it('is not deceived by a detector that bridges a pause: a short sound does not count as a long one', async () => {
    const { say, silent, wait } = await during(interruptAfter({ durationMs: 400 }));
    await say('hm', { ms: 200, stopMs: 500 });
    await wait(9000);
    expect(silent()).toEqual(undisturbed);
  });

  it.each([
    ['words', 'stop it now please', 800, 900],
    ['duration', '', 3000, 500 + 1000 + 500],
  ])('takes either: %s', async (_, text, ms, atMs) => {
    const { say, silent } = await during(interruptAfter({ words: 2, durationMs: 1000 }));
    await say(text, { ms });
    expect(silent()).toEqual({ atMs, cut: true });
  });

  it('does not matter while the bot is silent', async () => {
    const { say, wait, turns } = await talking({ interruption: interruptAfter({ words: 5 }) });
    await say('hi');
    await wait(500);
    expect(turns()).toEqual(['hi']);
  });

  it('must be told how much it takes', () => {
    expect(() => interruptAfter({})).toThrow('interruptAfter: give words, durationMs or both');
    expect(() => interruptAfter({ words: 0 })).toThrow(RangeError);
    expect(() => interruptAfter({ durationMs: -1 })).toThrow(RangeError);
    expect(() => pauseAndConfirm({ words: 0 })).toThrow(RangeError);
    expect(() => pauseAndConfirm({ resumeMs: Number.NaN })).toThrow(RangeError);
  });
});

describe('exceptBackchannels', () => {
  it('drops what a listener says, with the reason, and the bot goes on (S004-6, S001-25)', async () => {
    const { say, silent, wait, ignored, requests } = await during(exceptBackchannels(atOnce()));
    await say('uh-huh');
    await wait(500);
    await say('yeah okay');
    await wait(9000);
    expect(silent()).toEqual(undisturbed);
    const reason = 'the user only showed to be listening';
    expect(ignored()).toEqual([
      ['uh-huh', reason],
      ['yeah okay', reason],
    ]);
    expect(requests).toEqual([]);
  });

  it('cuts the bot off with the first other word, also behind such words', async () => {
    const { say, silent, wait, turns } = await during(exceptBackchannels(atOnce()));
    await say('okay but wait');
    await wait(1000);
    expect(silent()).toEqual({ atMs: 900, cut: true });
    expect(turns()).toEqual(['okay but wait']);
  });

  it('keeps to what the other strategy wants besides', async () => {
    const { say, silent, wait, ignored } = await during(exceptBackchannels(interruptAfter({ words: 3 })));
    await say('right right right right');
    await wait(500);
    await say('stop it');
    await wait(9000);
    expect(silent()).toEqual(undisturbed);
    const reason = 'less than 3 words while the bot spoke, or the user only showed to be listening';
    expect(ignored()).toEqual([
      ['right right right right', reason],
      ['stop it', reason],
    ]);
  });

  it('keeps real words for later where the other strategy does, and only those', async () => {
    const { say, silent, wait, turns, ignored } = await during(exceptBackchannels(neverInterrupt()));
    await say('uh-huh');
    await wait(500);
    await say('where is my order');
    await wait(9000);
    expect(silent()).toEqual(undisturbed);
    expect(ignored().map(([text]) => text)).toEqual(['uh-huh']);
    expect(turns()).toEqual(['where is my order']);
  });

  it('does not take an answer for a backchannel when the bot is silent', async () => {
    const { say, wait, turns } = await talking({ interruption: exceptBackchannels(atOnce()) });
    await say('yes');
    await wait(500);
    expect(turns()).toEqual(['yes']);
  });

  it('can be told what another language has for it', async () => {
    const { say, silent, wait } = await during(exceptBackchannels(atOnce(), { is: (text) => /^(?:ja|genau)$/u.test(text) }));
    await say('genau');
    await wait(9000);
    expect(silent()).toEqual(undisturbed);
  });
});

describe('pauseAndConfirm', () => {
  it('holds the bot with the first sound, and goes on from there after a cough (S001-25)', async () => {
    const { say, silent, wait, kinds, ignored } = await during(pauseAndConfirm());
    await say('', { ms: 300 });
    await wait(9000);
    expect(kinds('output-pause', 'output-resume')).toEqual(['output-pause', 'output-resume']);
    // After 300 ms of noise and 100 ms of silence it is known that there was no word; the chunk of 20 ms under way was played.
    expect(silent()).toEqual({ atMs: 6380, cut: false });
    expect(ignored()).toEqual([['', 'no words were understood']]);
  });

  it('makes an interruption of it with the first word', async () => {
    const { say, silent, wait, turns } = await during(pauseAndConfirm());
    await say('stop now');
    await wait(1000);
    expect(silent()).toEqual({ atMs: 700, cut: true });
    expect(turns()).toEqual(['stop now']);
  });

  it('goes on behind words that do not count', async () => {
    const { say, silent, wait, ignored } = await during(pauseAndConfirm({ unless: (text) => text === 'uh-huh' }));
    await say('uh-huh', { ms: 300 });
    await wait(9000);
    expect(silent()).toEqual({ atMs: 6380, cut: false });
    expect(ignored()).toEqual([['uh-huh', 'it was a false alarm']]);
  });

  it('does not wait for a recogniser that says nothing', async () => {
    const { say, silent, wait } = await during(pauseAndConfirm({ resumeMs: 500 }));
    await say('', { ms: 300, finalMs: 2500 });
    await wait(9000);
    expect(silent()).toEqual({ atMs: 6000 + 300 + 100 + 500 - 20, cut: false });
  });
});
