import { silenceStop, type TurnOptions, verdictStop } from '@voxrill/core';
import { cascadeBot, fakeSTT, fakeVad, type SimulationResult, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

const decided = ({ report }: SimulationResult): (number | undefined)[] => report.turns.map(({ decidedAtMs }) => decidedAtMs);

const call = (turn: TurnOptions, hears: Parameters<typeof fakeSTT>[0] = {}, lastsMs = 1000, waitMs = 20_000) =>
  simulate({
    bot: cascadeBot({ vad: fakeVad({ stopMs: 200 }), stt: fakeSTT(hears), context: { turn } }),
    script: async ({ user }) => {
      await user.says('where is my order', { lastsMs });
      await user.silentFor(waitMs);
    },
  });

describe('no turn stays open', () => {
  it('when no strategy ends it: the watchdog does, after so much silence', async () => {
    expect(decided(await call({ stop: [] }))).toEqual([1000 + 200 + 5000]);
    expect(decided(await call({ stop: [], watchdogMs: 700 }))).toEqual([1000 + 200 + 700]);
    expect(decided(await call({ stop: verdictStop({ limitMs: 3_600_000 }) }))).toEqual([6200]);
  });

  it('when a transcript never comes', async () => {
    const result = await call({ stop: silenceStop({ stopMs: 500 }) }, { hears: [{ interims: ['where is'], hang: true }] });
    expect(decided(result)).toEqual([1500 + 3000]);
  });

  it('when a voice never ends: it is closed after so long, and answered', async () => {
    const result = await call({ maxTurnMs: 4000 }, {}, 12_000);
    // The detector needs 20 ms to know the voice for one, and the transcript is waited for.
    expect(decided(result)).toEqual([4020 + 3000]);
    expect(result.report.unansweredTurns).toBe(0);
  });
});
