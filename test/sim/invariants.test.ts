import { epochBroken, invariants, runRandomCalls } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { brokenBots } from './broken-bots.js';

const indices = Array.from({ length: 40 }, (_, index) => index);

/** The names of the rules that were broken in some conversation. */
async function broken(options: Omit<Parameters<typeof runRandomCalls>[0], 'seed' | 'indices'> = {}): Promise<string[]> {
  const calls = await runRandomCalls({ seed: 11, indices, ...options });
  return [...new Set(calls.flatMap(({ violations }) => violations.map(({ invariant }) => invariant)))].sort();
}

describe('random conversations', () => {
  it('break no rule', async () => {
    expect(await broken()).toEqual([]);
  });

  it('come out the same again, in whatever company they are held', async () => {
    const together = await runRandomCalls({ seed: 11, indices: [3, 4, 5] });
    const [alone] = await runRandomCalls({ seed: 11, indices: [4] });
    expect(alone?.turns).toBeGreaterThan(0);
    expect(alone?.timeline).toBe(together[1]?.timeline);
    expect(alone?.bot).toEqual(together[1]?.bot);
  });

  it('differ from seed to seed', async () => {
    const [one] = await runRandomCalls({ seed: 11, indices: [0] });
    const [other] = await runRandomCalls({ seed: 12, indices: [0] });
    expect(one?.timeline).not.toBe(other?.timeline);
  });

  it('break more than one rule where work of a dead turn may go on', async () => {
    const names = await broken({ sabotage: epochBroken });
    expect(names).toContain('no dead audio');
    expect(names).toContain('frames in order');
  });
});

describe('every rule', () => {
  it('has a bot that breaks it', () => {
    expect(brokenBots.map(({ breaks }) => breaks).sort()).toEqual(invariants.map(({ name }) => name).sort());
  });

  it.each(brokenBots)('is able to fail: $breaks, by $what', async ({ breaks, also, sabotage }) => {
    expect(await broken({ sabotage })).toEqual([also, breaks].filter((name) => name !== undefined));
  });
});
