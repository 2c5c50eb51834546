import { defineProcessor, type FrameOf, type FrameProcessor } from '@voxrill/core';
import type { Sabotage } from '@voxrill/testing';

/** Puts a processor behind the stage of that name. */
function behind(name: string, make: () => FrameProcessor): Sabotage {
  return (stages) => stages.flatMap((stage) => (stage.name === name ? [stage, make()] : [stage]));
}

/** Puts a processor before the stage of that name. */
function before(name: string, make: () => FrameProcessor): Sabotage {
  return (stages) => stages.flatMap((stage) => (stage.name === name ? [make(), stage] : [stage]));
}

interface BrokenBot {
  readonly what: string;
  /** The rule that it breaks. */
  readonly breaks: string;
  /** Another one that cannot stay whole. */
  readonly also?: string;
  readonly sabotage: Sabotage;
}

/** Bots that are broken on purpose, each by one small processor, and the rule that each of them breaks. */
export const brokenBots: readonly BrokenBot[] = [
  {
    what: 'a question that never reaches the model',
    breaks: 'every turn answered',
    sabotage: behind('context.user', () => defineProcessor('forgetful', { down: { 'llm-context': () => undefined } })),
  },
  {
    what: 'an output that plays what was made before the interruption',
    breaks: 'no dead audio',
    // What was heard in its place does not stand in the context either.
    also: 'bot side of the context',
    sabotage: before('transport.output', () =>
      defineProcessor('warmed up', () => {
        let before: FrameOf<'tts-audio'> | undefined;
        return {
          down: {
            'tts-audio': (frame) => {
              const old = before;
              before = frame;
              if (old === undefined || old.turn === frame.turn) return frame;
              return { ...frame, samples: old.samples };
            },
          },
        };
      }),
    ),
  },
  {
    what: 'a transcript that is lost on its way to the context',
    breaks: 'user side of the context',
    sabotage: (stages) =>
      stages.flatMap((stage) => {
        const deaf = (name: string): FrameProcessor =>
          defineProcessor(name, { down: { transcription: () => undefined }, up: { transcription: () => undefined } });
        return stage.name === 'context.user' ? [deaf('deaf'), stage, deaf('deaf too')] : [stage];
      }),
  },
  {
    what: 'an output that says that less was heard than was',
    breaks: 'bot side of the context',
    sabotage: (stages) =>
      stages.flatMap((stage) => {
        const modest = (name: string): FrameProcessor => {
          const firstWord = (frame: FrameOf<'bot-spoke'>): FrameOf<'bot-spoke'> => ({
            ...frame,
            text: frame.text.split(' ')[0] ?? '',
          });
          return defineProcessor(name, { down: { 'bot-spoke': firstWord }, up: { 'bot-spoke': firstWord } });
        };
        return stage.name === 'context.assistant' ? [modest('modest'), stage, modest('modest too')] : [stage];
      }),
  },
  {
    what: 'a tool whose result comes twice',
    breaks: 'every tool ends',
    sabotage: behind('context.user', () =>
      defineProcessor('echo', (stage) => ({
        down: {
          'tool-result': (frame) => {
            const { group, callId, name, outcome } = frame;
            return [frame, stage.frame('tool-result', { group, callId, name, outcome })];
          },
        },
      })),
    ),
  },
  {
    what: 'a processor that never lets go',
    breaks: 'every session ends',
    sabotage: behind('context.user', () =>
      defineProcessor('clinging', (stage) => ({
        down: {
          'user-stopped-speaking': (frame) => {
            stage.session.hold('clinging');
            return frame;
          },
        },
      })),
    ),
  },
  {
    what: 'a timer that nobody takes back',
    breaks: 'nothing is left',
    sabotage: behind('context.user', () =>
      defineProcessor('untidy', (stage) => ({
        down: {
          'user-stopped-speaking': (frame) => {
            stage.session.clock.setTimer(() => undefined, 24 * 3_600_000);
            return frame;
          },
        },
      })),
    ),
  },
  {
    what: 'a processor that gives its frames the ids of others',
    breaks: 'frames in order',
    sabotage: behind('context.user', () =>
      defineProcessor('copycat', (stage) => ({
        down: {
          'user-stopped-speaking': (frame) => [frame, { ...stage.frame('metrics', { metrics: [] }), id: frame.id }],
        },
      })),
    ),
  },
];
