import { describe, expect, it } from 'vitest';
import { talking } from '../../test-support/talking.js';
import { minDurationStart } from './min-duration-start.js';

describe('minDurationStart', () => {
  it('begins a turn when it is certain that the voice has lasted: so much later than it did as the detector waits', async () => {
    const { say, wait, at, turns } = await talking({ start: minDurationStart(300) });
    await say('this takes a while to say', { ms: 1200 });
    await wait(3000);
    await say('and this too', { ms: 1200 });
    await wait(3000);
    expect(turns()).toEqual(['this takes a while to say', 'and this too']);
    // 500 is assumed of a detector that has not shown that it waits 100.
    expect(at('user-started-speaking')).toEqual([800, 4300 + 300 + 100]);
  });

  it('begins as soon as the detector has said where a voice ended that was long enough', async () => {
    const { say, at } = await talking({ start: minDurationStart(300) });
    await say('just enough', { ms: 300 });
    expect(at('user-started-speaking')).toEqual([400]);
  });

  it('ignores a shorter sound, however long the detector waits', async () => {
    const { say, wait, ignored, at } = await talking({ start: minDurationStart(300) });
    await say('hm', { ms: 200, stopMs: 500 });
    await wait(5000);
    expect(at('user-started-speaking')).toEqual([]);
    expect(ignored()).toEqual([['hm', 'the voice lasted less than 300 ms']]);
  });

  it('refuses a duration that makes no sense', () => {
    expect(() => minDurationStart(Number.NaN)).toThrow(RangeError);
  });
});
