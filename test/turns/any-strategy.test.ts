import {
  atOnce,
  dynamicStop,
  exceptBackchannels,
  type InterruptionStrategy,
  interruptAfter,
  isBackchannel,
  judgeStop,
  type MuteStrategy,
  minDurationStart,
  minWordsStart,
  muteFirstSpeech,
  muteWhileBotSpeaks,
  neverInterrupt,
  pauseAndConfirm,
  phraseStop,
  type StartStrategy,
  type StopStrategy,
  silenceStop,
  type TurnOptions,
  transcriptStart,
  vadStart,
  verdictStop,
  wakePhraseStart,
} from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, fakeTTS, fakeVad, simulate } from '@voxrill/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesOf } from './frames-of.js';

const starts = fc.constantFrom<readonly StartStrategy[]>(
  [vadStart(), transcriptStart()],
  [transcriptStart({ interims: true })],
  [minWordsStart(2)],
  [minDurationStart(400)],
  [wakePhraseStart({ phrases: ['w1', 'w4'], awakeMs: 2000 })],
);
const judge = fakeLLM({ name: 'judge', firstMs: 250, replies: ({ said }) => (said.length % 2 === 0 ? 'YES' : 'NO') });
const stops = fc.constantFrom<readonly StopStrategy[]>(
  [silenceStop()],
  [silenceStop({ stopMs: 900 })],
  [phraseStop()],
  [verdictStop()],
  [dynamicStop()],
  [judgeStop({ model: judge, incompleteMs: 1200 })],
  [],
);
const interruptions = fc.constantFrom<InterruptionStrategy>(
  atOnce(),
  neverInterrupt(),
  interruptAfter({ words: 2 }),
  interruptAfter({ durationMs: 300 }),
  exceptBackchannels(atOnce()),
  exceptBackchannels(neverInterrupt()),
  pauseAndConfirm(),
  pauseAndConfirm({ words: 2, unless: isBackchannel, resumeMs: 300 }),
);
const mutes = fc.constantFrom<readonly MuteStrategy[]>([], [], [muteFirstSpeech()], [muteWhileBotSpeaks()]);
const options: fc.Arbitrary<TurnOptions> = fc.record({
  start: starts,
  stop: stops,
  interruption: interruptions,
  mute: mutes,
  speculate: fc.constantFrom('never', 'text', 'speech'),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('says'), words: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('backchannel') }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('coughs'), ms: fc.integer({ min: 20, max: 900 }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('types') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('forces') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('protects') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('changes'), options }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('interrupts') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('mutes'), ms: fc.constant(700) }) },
);
const call = fc.record({
  options,
  steps: fc.array(fc.tuple(step, fc.integer({ min: 350, max: 2500 })), { minLength: 1, maxLength: 10 }),
  finalMs: fc.integer({ min: 0, max: 600 }),
  stopMs: fc.integer({ min: 60, max: 500 }),
  llmMs: fc.integer({ min: 0, max: 900 }),
});

describe('with any strategies, changed at any moment', () => {
  it('every turn ends, every word is answered or dropped with a reason, and nothing goes wrong', () =>
    fc.assert(
      fc.asyncProperty(call, async ({ options: turn, steps, finalMs, stopMs, llmMs }) => {
        let typed: string[] = [];
        let transcripts: readonly { readonly text: string }[] = [];
        let ignored: readonly { readonly text: string; readonly reason: string }[] = [];
        let turns: readonly { readonly kind: string; readonly text?: string }[] = [];
        let count = 0;
        const bot = cascadeBot({
          vad: fakeVad({ stopMs }),
          stt: fakeSTT({ finalMs }),
          llm: fakeLLM({ firstMs: llmMs, replies: ({ said }) => `Well, you said ${said.length} letters.` }),
          tts: fakeTTS({ firstMs: 100 }),
          context: { turn },
        });
        const word = (): string => `w${++count}.`;
        const { report, context, staleMs, timeline } = await simulate({
          bot,
          script: async ({ user, session }) => {
            transcripts = framesOf(session, 'transcription');
            ignored = framesOf(session, 'user-speech-ignored');
            turns = framesOf(session, 'user-started-speaking', 'user-stopped-speaking');
            for (const [one, pauseMs] of steps) {
              if ('words' in one)
                await user.says(Array.from({ length: one.words }, word).join(' '), { lastsMs: one.words * 300 });
              else if (one.does === 'mutes') {
                session.mute();
                await user.says('nobody hears this');
                session.unmute();
              } else if ('ms' in one) await user.coughs(one.ms);
              else if ('options' in one) bot.context.turns(session).use(one.options);
              else if (one.does === 'backchannel') await user.says('uh-huh');
              else if (one.does === 'forces') session.forceReply();
              else if (one.does === 'protects') session.say('This cannot be cut off.', { interruptible: false });
              else if (one.does === 'interrupts') session.interrupt();
              else {
                const text = word();
                typed = [...typed, text];
                await user.types(text);
              }
              await user.silentFor(pauseMs);
            }
            await user.silentFor(30_000);
          },
        });
        const written = context.filter(({ role }) => role === 'user').map(({ content }) => String(content));
        const dropped = ignored.map(({ text }) => text);
        const places = (text: string) => [...written, ...dropped].filter((all) => all.split(' ').includes(text)).length;
        const all = [...typed, ...transcripts.flatMap(({ text }) => text.split(' '))].filter((text) => /^w\d+\.$/u.test(text));
        const wrong = all.filter((text) => places(text) !== 1);
        expect(wrong, timeline).toEqual([]);
        // A turn that was given up without a word is closed once more when its words come.
        const marks = turns.filter(
          (mark, i) => !(mark.kind === 'user-stopped-speaking' && mark.text === '' && turns[i + 1]?.kind === mark.kind),
        );
        expect(
          marks.map(({ kind }) => kind),
          timeline,
        ).toEqual(marks.map((_, i) => (i % 2 === 0 ? 'user-started-speaking' : 'user-stopped-speaking')));
        expect(ignored.every(({ reason }) => reason !== '')).toBe(true);
        // Who interrupts in the name of the application wants no answer.
        if (!steps.some(([{ does }]) => does === 'interrupts')) expect(report.unansweredTurns, timeline).toBe(0);
        expect([staleMs, report.totalErrors, report.reason]).toEqual([0, 0, 'ended']);
      }),
      { numRuns: 200 },
    ));
});
