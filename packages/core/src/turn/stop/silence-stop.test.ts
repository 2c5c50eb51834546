import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { talking } from '../../test-support/talking.js';
import { releaseStop } from './release-stop.js';
import { silenceStop } from './silence-stop.js';

describe('silenceStop', () => {
  it('counts from the last voiced sample: what the detector has waited is a part of it (S001-20)', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 1500 }), async (detectorMs, stopMs) => {
        const { say, wait, at, finish } = await talking({ stop: silenceStop({ stopMs }) });
        await say('hello', { ms: 300, stopMs: detectorMs });
        await wait(3000);
        expect(at('user-stopped-speaking')).toEqual([300 + Math.max(detectorMs, stopMs)]);
        expect((await finish()).pendingTimers).toBe(0);
      }),
      { numRuns: 40 },
    ));

  it('waits for the transcript no longer than the recogniser has announced that it takes, if something was understood', async () => {
    for (const [finalMs, silenceMs] of [
      [undefined, 500 + 3000],
      [900, 900],
      [300, 500],
    ] as const) {
      const { session, say, wait, at, turns } = await talking({ stop: silenceStop({ stopMs: 500 }) });
      const says = { processor: 'stt', service: 'stt', ...(finalMs === undefined ? {} : { finalMs }) } as const;
      session.send(session.frame('service-metadata', says));
      await say('hello', { ms: 300, finalMs: 60_000 });
      await wait(10_000);
      expect(turns()).toEqual(['hello']);
      expect(at('user-stopped-speaking')).toEqual([300 + silenceMs]);
    }
  });

  it('goes on with the turn when the user does', async () => {
    const { say, wait, turns } = await talking({ stop: silenceStop({ stopMs: 900 }) });
    await say('one');
    await wait(700);
    await say('two');
    await wait(3000);
    expect(turns()).toEqual(['one two']);
  });

  it.each([
    ['less than 500 ms', 300, 1],
    ['500 ms', 500, 0],
    ['more', 900, 0],
  ])('with %s there are so many warnings in a call: %d ms', async (_, stopMs, count) => {
    const { say, wait, warnings } = await talking({ stop: silenceStop({ stopMs }) });
    for (const text of ['one', 'two', 'three']) {
      await say(text);
      await wait(3000);
    }
    expect(warnings).toHaveLength(count);
  });

  it('warns of the detector that is too quick, and says what to do (S001-21)', async () => {
    const { say, wait, warnings } = await talking({});
    await say('hello', { stopMs: 200 });
    await wait(1000);
    expect(warnings).toEqual([
      'Turns end after 200 ms of silence, which cuts people off in mid-sentence; wait 500 ms, or add a stop strategy that looks at what was said.',
    ]);
  });

  it('does not warn beside a strategy that knows more, nor of a turn that is typed or forced', async () => {
    const informed = await talking({ stop: [silenceStop(), { ...releaseStop(), attach: () => () => undefined }] });
    await informed.say('hello');
    const typed = await talking({});
    typed.type('hello');
    typed.session.forceReply();
    await typed.wait(1000);
    expect([informed.warnings, typed.warnings]).toEqual([[], []]);
    expect([informed.turns(), typed.turns()]).toEqual([['hello'], ['hello']]);
  });

  it('refuses a negative silence', () => {
    expect(() => silenceStop({ stopMs: -1 })).toThrow(RangeError);
  });
});

describe('releaseStop', () => {
  it('ends the turn with the voice, at once, without a warning', async () => {
    const { say, at, warnings } = await talking({ stop: releaseStop() });
    await say('hello', { ms: 300, stopMs: 0 });
    expect(at('user-stopped-speaking')).toEqual([300]);
    expect(warnings).toEqual([]);
  });
});
