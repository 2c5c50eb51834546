import {
  deadline,
  type Frame,
  type FrameKind,
  type FrameOf,
  type FramePayload,
  type HandlerContext,
  type LLMRequest,
  type MetricData,
  type ProcessorHandlers,
  ServiceError,
  type StageScope,
  type ToolCallRequest,
  type UtteranceTraits,
  usageMetrics,
} from '@voxrill/core';
import type { FakeLLM } from './fake-llm.js';
import type { FakeRealtimeOptions } from './fake-realtime-options.js';
import { vadHandlers } from './fake-vad.js';
import { HeardTurns } from './heard-turns.js';
import { heardOn, spokenText, voiceIn } from './spoken-text.js';

/** What is being said, until it is known whether it is a turn. */
interface Speech {
  readonly startMs: number | undefined;
  readonly text: string;
  readonly voiced: boolean;
}

/** How long a voice must last before it is held to be one, for a model that finds turns by itself. */
const onsetMs = 20;
const silence: Speech = { startMs: undefined, text: '', voiced: false };

/** A scripted end-to-end model in one session. */
export class FakeRealtimeStage {
  readonly #stage: StageScope;
  readonly #mind: FakeLLM;
  readonly #options: FakeRealtimeOptions;
  readonly #turns = new HeardTurns();
  #speech = silence;
  #known: LLMRequest = { messages: [], tools: [] };
  /** Transcripts that are still to come. */
  readonly #outstanding = new Set<() => void>();
  #heard = 0;
  #said = 0;
  #answers = 0;

  constructor(stage: StageScope, mind: FakeLLM, options: FakeRealtimeOptions) {
    this.#stage = stage;
    this.#mind = mind;
    this.#options = options;
    stage.session.onReplaced(() => this.#forget());
    stage.session.onClose(() => {
      for (const cancel of this.#outstanding) cancel();
    });
  }

  get handlers(): ProcessorHandlers {
    const { turns = 'own', stopMs = 500 } = this.#options;
    const ears = turns === 'own' ? undefined : vadHandlers(this.#stage, onsetMs, stopMs);
    return {
      up: { ...ears?.up },
      down: {
        ...ears?.down,
        start: (frame: FrameOf<'start'>) => {
          const { model } = this.#options;
          const known = model === undefined ? {} : { model };
          const metadata = { processor: this.#stage.name, service: 'realtime', ...known } as const;
          this.#stage.broadcast(this.#stage.frame('service-metadata', metadata));
          return frame;
        },
        'input-audio': (frame: FrameOf<'input-audio'>) => {
          if (voiceIn(frame.samples) !== undefined)
            this.#speech = { ...this.#speech, text: heardOn(this.#speech.text, frame.samples), voiced: true };
          if (ears === undefined) return frame;
          ears.down['input-audio'](frame);
          return undefined;
        },
        'vad-user-started-speaking': (frame: FrameOf<'vad-user-started-speaking'>) => this.#began(frame),
        'user-started-speaking': (frame: FrameOf<'user-started-speaking'>) => this.#began(frame),
        'user-stopped-speaking': (frame: FrameOf<'user-stopped-speaking'>) => {
          this.#commit(frame.speechAtMs);
          return frame;
        },
        'user-speech-ignored': (frame: FrameOf<'user-speech-ignored'>) => {
          this.#forget();
          return frame;
        },
        'llm-context-changed': ({ messages, tools }: FrameOf<'llm-context-changed'>) => {
          this.#known = { messages, tools };
        },
        'llm-context': (frame: FrameOf<'llm-context'>, context: HandlerContext) => {
          // Who hears the user cannot be asked what it would say if no more came.
          if (frame.speculative !== undefined) return undefined;
          const { messages, tools, settings } = frame;
          this.#known = { messages, tools, ...(settings === undefined ? {} : { settings }) };
          return this.#answer(context, this.#turns.among(messages));
        },
        'tts-speak': ({ kind: _kind, id: _id, at: _at, turn: _turn, text, ...traits }: FrameOf<'tts-speak'>) => {
          const utterance = this.#newUtterance();
          return [...this.#opened(utterance, traits), ...this.#spoken(utterance, text), ...this.#closed(utterance, false)];
        },
      },
    };
  }

  #began<F extends FrameOf<'vad-user-started-speaking' | 'user-started-speaking'>>(frame: F): F {
    this.#speech = { ...this.#speech, startMs: this.#speech.startMs ?? frame.speechAtMs };
    return frame;
  }

  #forget(): void {
    this.#speech = silence;
  }

  /** The turn is over. It may have been typed; then nothing was heard. */
  #commit(endMs: number): void {
    const { startMs = endMs, text: spoken, voiced } = this.#speech;
    this.#forget();
    if (!voiced) return;
    const item = `${this.#stage.name}-heard-${++this.#heard}`;
    const text = spoken.trim();
    this.#turns.add(item, text);
    const { transcriptMs, writes = (said) => said } = this.#options;
    if (transcriptMs === undefined) return;
    const { session } = this.#stage;
    const transcript = { text: writes(text), utterance: item, item, startMs, endMs };
    const { turn } = session;
    const release = session.hold(`${this.#stage.name}, writing down what was said`);
    const cancel = session.clock.setTimer(() => {
      this.#outstanding.delete(cancel);
      session.guard(this.#stage.name, () => this.#stage.broadcast(this.#stage.frame('transcription', transcript, turn)));
      release();
    }, transcriptMs);
    this.#outstanding.add(cancel);
  }

  async *#answer(context: HandlerContext, messages: LLMRequest['messages']): AsyncGenerator<Frame> {
    const { name, session } = this.#stage;
    const { nextMs = 30_000 } = this.#options;
    const { clock } = session;
    const response = `${name}-response-${++this.#answers}`;
    const limit = deadline(clock, context.signal, (error) => context.fail(error));
    const alive = (): void =>
      limit.set(nextMs, () => new ServiceError('timeout', `"${name}" gave no sign of an answer for ${nextMs} ms.`));
    const tell = (metrics: readonly MetricData[]): void => context.broadcast(context.frame('metrics', { metrics }));
    const askedAt = clock.now();
    const calls: ToolCallRequest[] = [];
    let utterance: string | undefined;
    let first = true;
    let continues = false;
    let whole = false;
    yield context.frame('llm-response-start', { response });
    try {
      alive();
      for await (const chunk of this.#mind.generate({ ...this.#known, messages }, { clock, signal: limit.signal })) {
        alive();
        if (chunk.type === 'usage') {
          tell(usageMetrics(name, chunk.usage));
          continue;
        }
        if (first) tell([{ name: 'ttfb', value: clock.now() - askedAt, unit: 'ms', processor: name }]);
        first = false;
        if (chunk.type === 'tool-call') {
          calls.push(chunk.call);
          continue;
        }
        if (utterance === undefined) {
          utterance = this.#newUtterance();
          yield* this.#opened(utterance, { response });
        }
        const [text, ...audio] = this.#spoken(utterance, chunk.text, continues);
        continues = true;
        if (text !== undefined) yield text;
        yield context.frame('llm-text', { text: chunk.text, response });
        yield* audio;
      }
      whole = true;
    } finally {
      limit.clear();
      if (utterance !== undefined) yield* this.#closed(utterance, !whole);
      if (whole && calls.length > 0) {
        // Both ways: who runs the tools stands before the model, who speaks of them behind it.
        const asked = context.frame('tool-calls', { group: response, calls });
        context.pushUp(asked);
        yield asked;
      }
      yield context.frame('llm-response-end', { response });
    }
  }

  #newUtterance(): string {
    return `${this.#stage.name}-said-${++this.#said}`;
  }

  #opened(utterance: string, traits: UtteranceTraits): readonly Frame[] {
    return [this.#frame('tts-started', { utterance, text: '', ...traits })];
  }

  /** The words first, and then how they sound. */
  #spoken(utterance: string, text: string, continues = false): readonly Frame[] {
    const { sampleRate = 16_000, charMs = 60, chunkMs = 100 } = this.#options;
    const lastsMs = text.length * charMs;
    const samples = text === '' ? new Int16Array(0) : spokenText(text, { lastsMs, sampleRate, continues });
    const size = Math.max(1, Math.round((chunkMs * sampleRate) / 1000));
    const chunks = Array.from({ length: Math.ceil(samples.length / size) }, (_, i) => samples.slice(i * size, (i + 1) * size));
    return [
      this.#frame('tts-text', { utterance, text }),
      ...chunks.map((chunk) => this.#frame('tts-audio', { utterance, samples: chunk, sampleRate, channels: 1 })),
    ];
  }

  #closed(utterance: string, broken: boolean): readonly Frame[] {
    return [this.#frame('tts-stopped', { utterance, ...(broken ? { broken } : {}) })];
  }

  #frame<K extends FrameKind>(kind: K, payload: FramePayload<K>): FrameOf<K> {
    return this.#stage.frame(kind, payload);
  }
}
