import {
  atOnce,
  exceptBackchannels,
  minWordsStart,
  muteWhileBotSpeaks,
  neverInterrupt,
  pauseAndConfirm,
  phraseStop,
  type Session,
  silenceStop,
  type TurnOptions,
  turnPresets,
  vadStart,
  wakePhraseStart,
} from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeVad, type Script, type SimulationResult, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { framesOf } from './frames-of.js';

/** A call in which the script can say how turns are taken from now on. */
function changing(
  turn: TurnOptions,
  script: (script: Script & { use(options: TurnOptions): void }) => Promise<void>,
  llm = fakeLLM({ firstMs: 300 }),
): Promise<SimulationResult> {
  const bot = cascadeBot({ vad: fakeVad({ stopMs: 100 }), llm, context: { turn } });
  const use = (session: Session, options: TurnOptions): void => bot.context.turns(session).use(options);
  return simulate({ bot, script: (given) => script({ ...given, use: (options) => use(given.session, options) }) });
}

const silences = ({ report }: SimulationResult): (number | undefined)[] =>
  report.turns.map(({ decidedAtMs, userStoppedAtMs }) =>
    decidedAtMs === undefined || userStoppedAtMs === undefined ? undefined : decidedAtMs - userStoppedAtMs,
  );

describe('in the middle of a call can be changed', () => {
  it('when a turn ends', async () => {
    const result = await changing(turnPresets.patient, async ({ user, bot, use }) => {
      await user.says('Yes.');
      await bot.finishes();
      use(turnPresets.quick);
      await user.says('Yes.');
      await bot.finishes();
      use(turnPresets.default);
      await user.says('Yes.');
      await bot.finishes();
    });
    expect(silences(result)).toEqual([900, 200, 500]);
  });

  it('when it begins, also while somebody speaks', async () => {
    const { said } = await changing({ start: vadStart() }, async ({ user, bot, use }) => {
      await user.says('one');
      await bot.finishes();
      use({ start: wakePhraseStart({ phrases: ['computer'] }) });
      await user.says('two');
      await bot.staysSilentFor(3000);
      const saying = user.says('three is a crowd');
      await user.silentFor(300);
      use({ start: minWordsStart(3) });
      await saying;
      await bot.finishes();
    });
    expect(said.filter(({ who }) => who === 'user').map(({ text }) => text)).toEqual(['one', 'three is a crowd']);
  });

  it('who is muted', async () => {
    const { said } = await changing({}, async ({ user, bot, use, session }) => {
      use({ mute: muteWhileBotSpeaks() });
      session.say('Something that takes a while.');
      await user.says('hello');
      await user.silentFor(3000);
      use({ mute: [] });
      session.say('Something that takes a while.');
      await user.silentFor(500);
      await user.says('stop');
      await bot.says('You said: stop');
    });
    expect(said.filter(({ who }) => who === 'user').map(({ text }) => text)).toEqual(['stop']);
  });

  it('who is muted, while the strategy in force mutes', async () => {
    await changing({ mute: muteWhileBotSpeaks() }, async ({ user, bot, use, session }) => {
      session.say('Something that takes a while to say, and a while longer.');
      await user.silentFor(500);
      expect(session.muted).toBe(true);
      use({ mute: [] });
      expect(session.muted).toBe(false);
      await user.says('stop');
      await bot.says('You said: stop');
    });
  });

  it('whether the model is asked ahead', async () => {
    const llm = fakeLLM({ firstMs: 100 });
    await changing(
      { stop: silenceStop({ stopMs: 800 }) },
      async ({ user, bot, use, session }) => {
        const asked = framesOf(session, 'speculation');
        await user.says('one');
        await bot.finishes();
        expect(asked).toEqual([]);
        use({ speculate: 'text' });
        await user.says('two');
        await bot.finishes();
        expect(asked.map(({ state }) => state)).toEqual(['begun', 'confirmed']);
      },
      llm,
    );
    expect(llm.calls).toHaveLength(2);
  });
});

describe('in the middle of a pause', () => {
  it.each([
    ['shorter', { stop: silenceStop({ stopMs: 400 }) }, 400],
    ['shorter than what has passed', { stop: silenceStop({ stopMs: 150 }) }, 300],
    ['longer', { stop: silenceStop({ stopMs: 1500 }) }, 1500],
    ['a matter of words', { stop: phraseStop({ completeMs: 500 }) }, 500],
  ])('the silence becomes %s', async (_, options, silenceMs) => {
    const result = await changing({ stop: silenceStop({ stopMs: 900 }) }, async ({ user, bot, use }) => {
      await user.says('Yes.');
      await user.silentFor(300);
      use(options);
      await bot.finishes();
    });
    expect(silences(result)).toEqual([silenceMs]);
  });

  it('an answer that was asked for ahead stays what it is', async () => {
    const llm = fakeLLM({ firstMs: 100 });
    const { heard } = await changing(
      { ...turnPresets.patient, speculate: 'speech' },
      async ({ user, bot, use }) => {
        await user.says('one');
        await user.silentFor(300);
        use({ speculate: 'never', interruption: neverInterrupt() });
        await bot.finishes();
      },
      llm,
    );
    expect(heard.map(({ text }) => text)).toEqual(['You said: one.']);
    expect(llm.calls).toHaveLength(1);
  });
});

describe('while the bot speaks', () => {
  const long = 'This is something that takes the bot quite a while to say.';

  it.each<[string, TurnOptions, TurnOptions, boolean]>([
    ['it becomes possible to interrupt', { interruption: neverInterrupt() }, { interruption: atOnce() }, true],
    ['it becomes impossible', { interruption: atOnce() }, { interruption: neverInterrupt() }, false],
    ['a backchannel does not count any more', { interruption: atOnce() }, { interruption: exceptBackchannels(atOnce()) }, false],
  ])('%s', async (_, before, after, cut) => {
    const { heard } = await changing(before, async ({ user, session, use }) => {
      session.say(long);
      await user.silentFor(500);
      use(after);
      await user.says('okay');
      await user.silentFor(8000);
    });
    expect(heard[0]?.interrupted).toBe(cut);
  });

  it('words that are already being said are judged by the new rule', async () => {
    const { heard } = await changing({ interruption: neverInterrupt() }, async ({ user, session, use }) => {
      session.say(long);
      await user.silentFor(500);
      const saying = user.says('stop it right now');
      await user.silentFor(300);
      use({ interruption: atOnce() });
      await saying;
      await user.silentFor(3000);
    });
    expect(heard[0]?.interrupted).toBe(true);
    expect(heard[0]?.endMs).toBe(800);
  });

  it('and has been silenced for a moment, it goes on', async () => {
    const { heard } = await changing({ interruption: pauseAndConfirm() }, async ({ user, session, use }) => {
      session.say(long);
      await user.silentFor(500);
      const coughing = user.coughs(600);
      await user.silentFor(300);
      use({ interruption: neverInterrupt() });
      await coughing;
      await user.silentFor(8000);
    });
    expect(
      heard
        .map(({ text }) => text)
        .join('')
        .replaceAll(' ', ''),
    ).toBe(long.replaceAll(' ', ''));
    expect(heard.some(({ interrupted }) => interrupted)).toBe(false);
  });
});

describe('options that make no sense', () => {
  it('are refused, and what was stays in force', async () => {
    const result = await changing(turnPresets.patient, async ({ user, bot, use }) => {
      expect(() => use({ start: [] })).toThrow('turn.start is empty');
      expect(() => use({ watchdogMs: -1 })).toThrow(RangeError);
      await user.says('Yes.');
      await bot.finishes();
    });
    expect(silences(result)).toEqual([900]);
  });
});
