import { describe, expect, it } from 'vitest';
import { talking } from '../../test-support/talking.js';
import { type DynamicStopOptions, dynamicStop } from './dynamic-stop.js';

async function learning(options?: DynamicStopOptions) {
  const on = await talking({ stop: dynamicStop(options) });
  /** Says something, and returns after how long a silence the turn was over. */
  const silence = async (): Promise<number> => {
    const before = on.at('user-stopped-speaking').length;
    await on.say('done');
    const endMs = on.clock.now() - 100;
    await on.wait(5000);
    return (on.at('user-stopped-speaking')[before] ?? 0) - endMs;
  };
  return { ...on, silence };
}

describe('dynamicStop', () => {
  it('begins with 500 ms', async () => {
    const { silence, warnings } = await learning();
    expect(await silence()).toBe(500);
    expect(warnings).toEqual([]);
  });

  it('learns from the pauses after which the speaker went on, as an exponential average', async () => {
    const { say, wait, silence } = await learning({ factor: 2, alpha: 0.5 });
    await say('one');
    await wait(200);
    await say('two');
    await wait(100);
    await say('three');
    await wait(5000);
    // Pauses of 300 and 200 ms: 0.5 × 200 + 0.5 × 300 = 250.
    expect(await silence()).toBe(500);
    await say('one');
    await wait(0);
    await say('two');
    await wait(5000);
    // A pause of 100 ms: 0.5 × 100 + 0.5 × 250 = 175.
    expect(await silence()).toBe(350);
  });

  it('learns that it was too quick when the user goes on within a second of the end of the turn', async () => {
    const { say, wait, silence } = await learning({ factor: 1.5, alpha: 1 });
    await say('my number is');
    await wait(800);
    await say('five five five');
    await wait(5000);
    expect(await silence()).toBe(1350);
  });

  it('does not take the time until the next turn for a pause', async () => {
    const { silence } = await learning();
    await silence();
    await silence();
    expect(await silence()).toBe(500);
  });

  it('stays within its bounds', async () => {
    const slow = await learning({ alpha: 1, factor: 10, maxMs: 1200 });
    await slow.say('one');
    await slow.wait(300);
    await slow.say('two');
    await slow.wait(5000);
    expect(await slow.silence()).toBe(1200);
    const fast = await learning({ alpha: 1, factor: 0, minMs: 250 });
    await fast.say('one');
    await fast.wait(100);
    await fast.say('two');
    await fast.wait(5000);
    expect(await fast.silence()).toBe(250);
  });

  it('learns each speaker by himself', async () => {
    const stop = dynamicStop({ alpha: 1, factor: 1 });
    const [slow, other] = [await talking({ stop }), await talking({ stop })];
    await slow.say('one');
    await slow.wait(300);
    await slow.say('two');
    await slow.wait(5000);
    await other.say('hello', { ms: 300 });
    await other.wait(5000);
    expect(other.at('user-stopped-speaking')).toEqual([800]);
    expect(slow.turns()).toEqual(['one two']);
  });

  it('refuses options that make no sense', () => {
    expect(() => dynamicStop({ minMs: -1 })).toThrow(RangeError);
    expect(() => dynamicStop({ minMs: 800, maxMs: 700 })).toThrow('dynamicStop: maxMs is 700; it must be a number, 800 or more.');
    expect(() => dynamicStop({ alpha: 0 })).toThrow('dynamicStop: alpha is 0; it must be over 0 and no more than 1.');
  });
});
