import { describe, expect, it } from 'vitest';
import { talking } from '../../test-support/talking.js';
import { verdictStop } from './verdict-stop.js';

async function judged(options?: Parameters<typeof verdictStop>[0]) {
  const on = await talking({ stop: verdictStop(options) });
  const verdict = (complete: boolean): void =>
    on.session.send(on.session.frame('turn-verdict', { complete, probability: complete ? 0.9 : 0.1 }));
  return { ...on, verdict };
}

describe('verdictStop', () => {
  it('ends the turn when the model says that it is complete (S001-24)', async () => {
    const { say, wait, verdict, at, warnings } = await judged();
    await say('hello', { ms: 300 });
    await wait(60);
    verdict(true);
    expect(at('user-stopped-speaking')).toEqual([460]);
    expect(warnings).toEqual([]);
  });

  it('waits longer when the model says that there is more to come', async () => {
    const { say, wait, verdict, at } = await judged();
    await say('hello', { ms: 300 });
    verdict(false);
    await wait(5000);
    expect(at('user-stopped-speaking')).toEqual([2300]);
  });

  it('lets the last verdict of a pause count', async () => {
    const { say, wait, verdict, at } = await judged();
    await say('hello', { ms: 300 });
    verdict(false);
    await wait(500);
    verdict(true);
    expect(at('user-stopped-speaking')).toEqual([900]);
  });

  it('waits for a verdict no longer than its limit', async () => {
    const { say, wait, at } = await judged({ limitMs: 600 });
    await say('hello', { ms: 300 });
    await wait(5000);
    expect(at('user-stopped-speaking')).toEqual([900]);
  });

  it('does not heed a verdict while the user speaks, nor let one of an earlier pause end a later one early', async () => {
    const { say, wait, verdict, turns, vad, clock } = await judged();
    await say('one', { ms: 300 });
    verdict(false);
    await wait(500);
    vad('vad-user-started-speaking', clock.now());
    verdict(true);
    await wait(100);
    expect(turns()).toEqual([]);
    vad('vad-user-stopped-speaking', clock.now());
    await wait(700);
    expect(turns()).toEqual([]);
    await wait(5000);
    expect(turns()).toEqual(['one']);
  });

  it('refuses negative times', () => {
    expect(() => verdictStop({ limitMs: -1 })).toThrow(RangeError);
    expect(() => verdictStop({ incompleteMs: -1 })).toThrow(RangeError);
  });
});
