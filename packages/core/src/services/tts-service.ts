import type { Frame, FrameOf } from '../frames/frame.js';
import type { SpeechSettings, UtteranceTraits } from '../frames/frame-map.js';
import type { FramePorts, FrameProcessor } from '../processor/frame-processor.js';
import type { HandlerContext, StageScope } from '../processor/handler.js';
import { lookOn } from '../processor/look-on.js';
import { untilAborted } from '../rx/until-aborted.js';
import type { SessionContext } from '../session/session-context.js';
import { SentenceAggregator } from '../text/sentence-aggregator.js';
import { changedSettings } from './changed-settings.js';
import type { ServiceCall, TextToSpeech, TTSChunk } from './contracts.js';
import { connectService, patience, timeToFirst } from './service-stage.js';

const ttsFit = {
  needs: [['llm-text', 'tts-speak']],
  emits: ['tts-started', 'tts-words', 'tts-audio', 'tts-stopped', 'metrics'],
} as const;

/** What is known of the text that is to be said: the response it is a part of, or what is special about it. */
type Origin = { readonly response?: string } & UtteranceTraits;

/** What is to be said, beside its text. */
type Order = Origin & { readonly settings: SpeechSettings };

/** How the base class treats its voice. */
export interface TTSTuning {
  /** How long the first audio of a sentence may take. @defaultValue 10_000 */
  readonly firstMs?: number;
  /** How long each further piece may take. @defaultValue 10_000 */
  readonly nextMs?: number;
}

/**
 * Base of text-to-speech services. A subclass speaks one sentence; this class gathers the model's words into sentences,
 * speaks each as soon as it is whole, and brackets its audio as one utterance.
 *
 * @example
 * ```ts
 * class Beep extends TTSService {
 *   readonly name = 'beep';
 *   async *synthesize(text: string): AsyncGenerator<TTSChunk> {
 *     yield { type: 'audio', samples: new Int16Array(160 * text.length), sampleRate: 16_000 };
 *   }
 * }
 * ```
 */
export abstract class TTSService implements TextToSpeech, FrameProcessor<typeof ttsFit> {
  abstract readonly name: string;
  readonly fit = ttsFit;
  readonly tuning: TTSTuning = {};
  /** What the provider calls it; for reports and prices. */
  readonly model?: string;

  /** Loads what is needed; called once a session. */
  prepare?(call: ServiceCall): Promise<void>;

  abstract synthesize(text: string, call: ServiceCall): AsyncIterable<TTSChunk>;

  connect(input: FramePorts, session: SessionContext): FramePorts {
    return connectService(this, 'tts', (stage) => this.#stage(stage), input, session);
  }

  #stage(stage: StageScope) {
    const { session } = stage;
    let sentences = new SentenceAggregator();
    let count = 0;
    let settings: SpeechSettings = {};
    session.onInterrupt(() => {
      sentences = new SentenceAggregator();
    });
    const speakAll = (
      first: Frame | undefined,
      texts: readonly string[],
      origin: Origin,
      context: HandlerContext,
      last?: Frame,
    ) => {
      if (texts.length === 0) return first === undefined ? last : first;
      return this.#speakAll(first, texts, { ...origin, settings }, context, () => `${this.name}-${++count}`, last);
    };
    return {
      down: {
        'service-settings': lookOn((frame: FrameOf<'service-settings'>) => {
          settings = changedSettings(settings, frame);
        }),
        'llm-text': (frame: FrameOf<'llm-text'>, context: HandlerContext) =>
          speakAll(frame, sentences.push(frame.text), { response: frame.response }, context),
        'llm-response-end': (frame: FrameOf<'llm-response-end'>, context: HandlerContext) => {
          const rest = sentences.flush();
          return speakAll(undefined, rest === undefined ? [] : [rest], { response: frame.response }, context, frame);
        },
        'tts-speak': (frame: FrameOf<'tts-speak'>, context: HandlerContext) =>
          speakAll(frame, [frame.text], traitsOf(frame), context),
      },
    };
  }

  async *#speakAll(
    first: Frame | undefined,
    texts: readonly string[],
    order: Order,
    context: HandlerContext,
    nextId: () => string,
    last: Frame | undefined,
  ): AsyncGenerator<Frame> {
    if (first !== undefined) yield first;
    try {
      for (const text of texts) yield* this.#speak(text, order, context, nextId());
    } finally {
      if (last !== undefined) yield last;
    }
  }

  async *#speak(text: string, { settings, ...origin }: Order, context: HandlerContext, utterance: string): AsyncGenerator<Frame> {
    const { clock } = context.session;
    const { firstMs = 10_000, nextMs = 10_000 } = this.tuning;
    const limit = patience(context, 'audio');
    const askedAt = clock.now();
    let first = true;
    yield context.frame('tts-started', { utterance, text, ...origin });
    try {
      limit.allow(firstMs);
      for await (const chunk of untilAborted(this.synthesize(text, { clock, signal: limit.signal, settings }), limit.signal)) {
        limit.allow(nextMs);
        if (chunk.type === 'words') yield context.frame('tts-words', { utterance, words: chunk.words });
        else {
          if (first) {
            first = false;
            const characters = { name: 'characters', value: text.length, unit: 'characters', processor: this.name } as const;
            context.broadcast(context.frame('metrics', { metrics: [timeToFirst(context, askedAt), characters] }));
          }
          yield context.frame('tts-audio', { utterance, samples: chunk.samples, sampleRate: chunk.sampleRate, channels: 1 });
        }
      }
      yield context.frame('tts-stopped', { utterance });
    } catch (error) {
      yield context.frame('tts-stopped', { utterance, broken: true });
      throw error;
    } finally {
      limit.clear();
    }
  }
}

function traitsOf({ interruptible, aside, response }: UtteranceTraits): UtteranceTraits {
  return {
    ...(response === undefined ? {} : { response }),
    ...(interruptible === undefined ? {} : { interruptible }),
    ...(aside === undefined ? {} : { aside }),
  };
}
