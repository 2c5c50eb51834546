import { describe, expect, it } from 'vitest';
import { talking } from '../../test-support/talking.js';
import { type WakePhraseOptions, wakePhraseStart } from './wake-phrase-start.js';

const asleep = 'the wake phrase was not said';
const woken = (options: Partial<WakePhraseOptions> = {}) =>
  talking({ start: wakePhraseStart({ phrases: ['Hey, Computer!', 'réveille-toi'], ...options }) });

describe('wakePhraseStart', () => {
  it('ignores what is said until the bot is called, and takes the rest of that sentence along', async () => {
    const { say, wait, turns, ignored } = await woken();
    await say('what time is it');
    await wait(2000);
    await say('so hey computer what time is it');
    await wait(2000);
    expect(ignored()).toEqual([['what time is it', asleep]]);
    expect(turns()).toEqual(['so hey computer what time is it']);
  });

  it.each(['HEY COMPUTER', 'hey, computer.', 'Hey – Computer?', 'Reveille toi', 'réveille-toi !'])(
    'is woken by “%s”',
    async (text) => {
      const { say, wait, turns } = await woken();
      await say(text);
      await wait(2000);
      expect(turns()).toEqual([text]);
    },
  );

  it.each(['hey computers', 'they computer', 'hey my computer', 'computer hey'])('is not woken by “%s”', async (text) => {
    const { say, wait, turns } = await woken();
    await say(text);
    await wait(2000);
    expect(turns()).toEqual([]);
  });

  it('finds a phrase that is spread over results, and over a breath', async () => {
    const { say, wait, at, turns } = await woken();
    await say('hey computer hello');
    expect(at('user-started-speaking')).toEqual([400]);
    await wait(20_000);
    await say('hey');
    await wait(300);
    await say('computer hello again');
    await wait(2000);
    expect(turns()).toEqual(['hey computer hello', 'computer hello again']);
  });

  it('stays awake while the conversation goes on, a long reply included, and sleeps afterwards', async () => {
    const { say, wait, botSpeaks, turns, ignored } = await woken({ awakeMs: 3000 });
    await say('hey computer');
    await wait(1500);
    await botSpeaks(8000);
    await wait(10_000);
    await say('and tomorrow');
    await wait(9000);
    await say('anybody there');
    await wait(2000);
    expect(turns()).toEqual(['hey computer', 'and tomorrow']);
    expect(ignored()).toEqual([['anybody there', asleep]]);
  });

  it('begins a turn with the first sound while it is awake', async () => {
    const { say, wait, at } = await woken();
    await say('hey computer');
    await wait(4500);
    await say('and now');
    expect(at('user-started-speaking')).toEqual([400, 5000]);
  });

  it('sleeps after each turn if it is to', async () => {
    const { say, wait, turns, ignored } = await woken({ once: true });
    await say('hey computer');
    await wait(2000);
    await say('and now');
    await wait(2000);
    await say('hey computer again');
    await wait(2000);
    expect(turns()).toEqual(['hey computer', 'hey computer again']);
    expect(ignored()).toEqual([['and now', asleep]]);
  });

  it('answers what is typed, and is not woken by it', async () => {
    const { say, type, wait, turns } = await woken();
    type('hey computer');
    await wait(2000);
    await say('what time is it');
    await wait(2000);
    expect(turns()).toEqual(['hey computer']);
  });

  it('sleeps and wakes in each session by itself', async () => {
    const start = wakePhraseStart({ phrases: ['hey computer'] });
    const [one, two] = [await talking({ start }), await talking({ start })];
    await one.say('hey computer');
    await one.wait(1000);
    await two.say('what time is it');
    await two.wait(1000);
    expect([one.turns(), two.turns()]).toEqual([['hey computer'], []]);
  });

  it('refuses to wait for nothing', () => {
    expect(() => wakePhraseStart({ phrases: [] })).toThrow(TypeError);
    expect(() => wakePhraseStart({ phrases: ['…'] })).toThrow('each needs a word');
    expect(() => wakePhraseStart({ phrases: ['hey'], awakeMs: -1 })).toThrow(RangeError);
  });
});
