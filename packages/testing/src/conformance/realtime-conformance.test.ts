import {
  chain,
  defineProcessor,
  type FrameProcessor,
  type ProcessorHandlers,
  type StageScope,
  VirtualClock,
} from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { fakeRealtime } from '../fakes/fake-realtime.js';
import { spokenText } from '../fakes/spoken-text.js';
import { type RealtimeConformanceOptions, realtimeConformance } from './realtime-conformance.js';
import { realtimeScene } from './realtime-scene.js';

const clock = () => new VirtualClock();
const { replies } = realtimeScene;
const transcriptMs = { none: {}, soon: { transcriptMs: 0 }, late: { transcriptMs: 2_500 } } as const;

/** The titles of the cases that fail for a good model with something wrong around it. */
async function broken(
  around: (model: FrameProcessor) => FrameProcessor,
  options: RealtimeConformanceOptions = {},
): Promise<string[]> {
  const cases = realtimeConformance(
    ({ transcripts }) => ({ model: around(fakeRealtime({ firstMs: 100, replies, ...transcriptMs[transcripts] })) }),
    { clock, ...options },
  );
  const failed: string[] = [];
  for (const { title, run } of cases) await run().catch(() => failed.push(title));
  return failed;
}

type Defect = ProcessorHandlers | ((stage: StageScope) => ProcessorHandlers);

const before = (defect: Defect) => (model: FrameProcessor) => chain('broken', defineProcessor('defect', defect), model);
const behind = (defect: Defect) => (model: FrameProcessor) => chain('broken', model, defineProcessor('defect', defect));

describe('the kit for end-to-end models finds one that', () => {
  it('is not there at all', async () => {
    expect(await broken((model) => model)).toEqual([]);
  });

  it('does not say what it is', async () => {
    const titles = await broken(before({ up: { 'service-metadata': () => undefined } }));
    expect(titles).toContain('it says that it is an end-to-end model, and is told the conversation');
  });

  it('answers what it is told', async () => {
    const titles = await broken(
      before((stage) => ({
        down: { 'llm-context-changed': ({ messages, tools }) => stage.frame('llm-context', { messages, tools }) },
      })),
    );
    expect(titles).toContain('what it is told it does not answer');
  });

  it('forgets what was said', async () => {
    const titles = await broken(
      before({ down: { 'llm-context': (frame) => ({ ...frame, messages: frame.messages.slice(-1) }) } }),
    );
    expect(titles).toContain('it knows what was said before the call');
  });

  it('answers each turn twice', async () => {
    const titles = await broken(
      before((stage) => ({
        down: { 'llm-context': (frame) => [frame, stage.frame('llm-context', { messages: frame.messages, tools: frame.tools })] },
      })),
    );
    expect(titles).toContain('a spoken turn is answered once, when nobody writes down what was said');
    expect(titles).toContain('what was typed is answered once');
  });

  it('answers again when what was said is written down', async () => {
    const titles = await broken(
      before((stage) => ({
        up: {
          transcription: (frame) => {
            stage.pushDown(stage.frame('llm-context', { messages: [{ role: 'user', content: frame.text }], tools: [] }));
            return frame;
          },
        },
      })),
    );
    expect(titles).toContain('a spoken turn is answered once, when what was said is written down late');
    expect(titles).not.toContain('a spoken turn is answered once, when nobody writes down what was said');
  });

  it('calls every stretch of speech the same', async () => {
    const titles = await broken(before({ up: { transcription: (frame) => ({ ...frame, item: 'one', turn: 0 }) } }));
    expect(titles).toContain('a graceful end waits for the answer, when what was said is written down late');
  });

  it('goes on after an interruption', async () => {
    const titles = await broken(
      behind((stage) => {
        let count = 0;
        return {
          down: {
            'tts-audio': (frame) => {
              count++;
              return frame;
            },
            interruption: (frame) => {
              if (count === 0) return frame;
              const utterance = `rest-${count}`;
              return [
                frame,
                stage.frame('tts-started', { utterance, text: 'and so on' }),
                stage.frame('tts-audio', { utterance, samples: spokenText('and so on'), sampleRate: 16_000, channels: 1 }),
                stage.frame('tts-stopped', { utterance }),
              ];
            },
          },
        };
      }),
    );
    expect(titles).toContain('the user who cuts in silences it at once, and the conversation holds what was heard');
    expect(titles).toContain('the application that interrupts silences it at once, and it is silent until the user speaks');
  });

  it('speaks before it has words for it, or without an end', async () => {
    const wordless = await broken(behind({ down: { 'tts-text': () => undefined } }));
    expect(wordless).toContain('its voice and its words come between brackets, the words not behind their sound');
    const endless = await broken(behind({ down: { 'llm-response-end': () => undefined } }));
    expect(endless).toContain('its voice and its words come between brackets, the words not behind their sound');
  });

  it('calls tools one by one', async () => {
    const titles = await broken(
      before((stage) => ({
        up: {
          'tool-calls': ({ group, calls }) =>
            calls.map((call, index) => stage.frame('tool-calls', { group: `${group}-${index}`, calls: [call] })),
        },
      })),
    );
    expect(titles).toEqual(['tools are called as one group, and answered about once, when all have answered']);
  });

  it('answers what is asked on speculation', async () => {
    const titles = await broken(
      before((stage) => ({
        down: { 'llm-context': ({ messages, tools }) => stage.frame('llm-context', { messages, tools }) },
      })),
    );
    expect(titles).toEqual(['what is asked on speculation is not answered']);
  });

  it('passes off as its own what it was told to say, or says nothing of it', async () => {
    const own = await broken(behind({ down: { 'tts-started': (frame) => ({ ...frame, response: 'own' }) } }));
    expect(own).toContain('what the application says is heard word for word, and is no answer');
    const silent = await broken(before({ down: { 'tts-speak': () => undefined } }));
    expect(silent).toEqual(['what the application says is heard word for word, and is no answer']);
  });

  it('shares a conversation between calls', async () => {
    let first: readonly { readonly role: 'user'; readonly content: string }[] | undefined;
    const titles = await broken(
      behind({
        down: {
          'tts-text': (frame) => {
            first ??= [{ role: 'user', content: frame.text }];
            return { ...frame, text: first.map(({ content }) => content).join('') };
          },
        },
      }),
    );
    expect(titles).toContain('two calls at once are not mixed');
  });

  it('does not let a call end', async () => {
    const titles = await broken(
      behind((stage) => {
        stage.session.hold('something that is never done');
        return {};
      }),
    );
    expect(titles).toContain('a graceful end waits for the answer, when nobody writes down what was said');
  });

  it('fails otherwise than it says, or more often than once', async () => {
    const failing = (category: 'server' | 'rate-limit', around: (model: FrameProcessor) => FrameProcessor = (model) => model) =>
      broken((model) => model, {
        transcripts: ['none'],
        failing: [{ category, make: () => ({ model: around(fakeRealtime({ replies: [['Well, ', { error: 'server' }]] })) }) }],
      });
    expect(await failing('server')).toEqual([]);
    expect(await failing('rate-limit')).toEqual([
      'trouble of the kind rate-limit is one error frame of that category, and nothing hangs',
    ]);
    const twice = before((stage) => ({
      up: {
        error: (frame) => [
          frame,
          stage.frame('error', { category: frame.category, message: 'Once more.', processor: 'defect', usable: true }),
        ],
      },
    }));
    expect(await failing('server', twice)).toEqual([
      'trouble of the kind server is one error frame of that category, and nothing hangs',
    ]);
  });
});
