import {
  type ChatMessage,
  defineProcessor,
  type FrameOf,
  type FrameProcessor,
  type LLMUsage,
  type PcmAudio,
  type SpeechSettings,
  type StageScope,
  type TimedWord,
  type ToolCallRequest,
  type ToolDefinition,
  usageOf,
} from '@voxrill/core';
import { conversationEmits, conversationNeeds, outputNeeds } from '../call/call-parts.js';

/** What a model is asked for one response. */
export interface ReplyRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
  readonly settings: FrameOf<'llm-context'>['settings'];
  /** The answer is written, not spoken. */
  readonly silent: boolean;
  /** How it is to sound. */
  readonly style: SpeechSettings;
  /** Exactly this is to be said; the model is not asked. */
  readonly say: string | undefined;
}

/** Who is told what becomes of a request, in order. After `finished` or `failed` it is told nothing more. */
export interface ReplyListener {
  text(text: string): void;
  /** A sentence begins to be spoken. */
  speaks(text: string): void;
  /** More of the text of the present sentence. */
  moreText(text: string): void;
  words(words: readonly TimedWord[]): void;
  audio(audio: PcmAudio): void;
  /** The present sentence is over. */
  spoken(): void;
  calls(calls: readonly ToolCallRequest[]): void;
  usage(usage: LLMUsage): void;
  failed(message: string): void;
  finished(): void;
}

/** Whom a path tells of what nobody has asked it for. */
export interface ReplyPathEvents {
  readonly onTranscript: (frame: FrameOf<'transcription' | 'interim-transcription'>) => void;
  /** The pipeline speaks of its own accord, a greeting say: who listens to it, if anybody does. */
  readonly onUnasked: () => ReplyListener | undefined;
}

/** The part of a pipeline in which replies are made, one at a time: from the question to the model to what is said. */
export class ReplyPath {
  readonly conversation: FrameProcessor<{ readonly needs: typeof conversationNeeds; readonly emits: typeof conversationEmits }>;
  readonly output: FrameProcessor<{ readonly needs: typeof outputNeeds; readonly emits: readonly [] }>;
  #stage: StageScope | undefined;
  #listener: ReplyListener | undefined;
  #silent = false;
  #style: SpeechSettings = {};
  #said = 0;
  /** Sentences that have begun and not ended. */
  #speaking = 0;
  /** What the model calls its answer; undefined until it has begun. */
  #response: string | undefined;
  /** The model has nothing more to say. */
  #ended = false;
  #cancelTimer: (() => void) | undefined;

  constructor(name: string, { onTranscript, onUnasked }: ReplyPathEvents) {
    this.conversation = defineProcessor(
      `${name}.conversation`,
      (stage) => {
        this.#stage = stage;
        stage.session.onClose(() => this.#leave());
        return {
          down: {
            // It ends here: behind the conversation nobody needs it, and it would wait in the model's lane.
            'input-audio': () => undefined,
            transcription: (frame: FrameOf<'transcription'>) => onTranscript(frame),
            'interim-transcription': (frame: FrameOf<'interim-transcription'>) => onTranscript(frame),
          },
          // The client runs the tools; what comes from below, behind what is said before it, is enough.
          up: { 'tool-calls': () => undefined },
        };
      },
      { fit: { needs: conversationNeeds, emits: conversationEmits } },
    );
    this.output = defineProcessor(`${name}.output`, () => ({ down: this.#heard(onUnasked) }), {
      fit: { needs: outputNeeds, emits: [] },
    });
  }

  /** Whether what is being made now is not to be spoken. */
  get silent(): boolean {
    return this.#silent;
  }

  /** The model has said all it wants to say. */
  get ending(): boolean {
    return this.#ended;
  }

  ask({ messages, tools, settings, silent, style, say }: ReplyRequest, listener: ReplyListener): void {
    this.#listener = listener;
    this.#silent = silent;
    this.#speaking = 0;
    this.#ended = false;
    this.#response = undefined;
    const stage = this.#stage;
    if (stage === undefined) {
      this.#leave();
      listener.failed('The pipeline has no place for call.conversation: put it before the model.');
      return;
    }
    if (stage.session.signal.aborted) {
      this.#leave();
      listener.failed(pathEnded);
      return;
    }
    if (style.voice !== this.#style.voice || style.language !== this.#style.language) {
      this.#style = style;
      stage.pushDown(stage.frame('service-settings', style));
    }
    if (say === undefined) {
      stage.pushDown(stage.frame('llm-context', { messages, tools, ...(settings === undefined ? {} : { settings }) }));
      return;
    }
    const response = `said-${++this.#said}`;
    stage.pushDown(stage.frame('llm-response-start', { response }));
    stage.pushDown(stage.frame('tts-speak', { text: say, response }));
    stage.pushDown(stage.frame('llm-response-end', { response }));
  }

  /** Kills what is being made before it returns. */
  stop(reason: string): void {
    if (this.#listener === undefined) return;
    this.#leave();
    this.#stage?.session.interrupt(reason);
  }

  /** An error of a stage that has a part in replies. */
  fail(message: string): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    this.stop('The reply has failed.');
    listener.failed(message);
  }

  #leave(): void {
    this.#listener = undefined;
    this.#ended = false;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #heard(onUnasked: ReplyPathEvents['onUnasked']) {
    const endWhenSpoken = (): void => {
      const { session } = this.#stage ?? {};
      if (!this.#ended || this.#speaking > 0 || session === undefined) return;
      this.#cancelTimer?.();
      // A model that fails says so right behind the end of its answer, and the next sentence may begin as this one ends.
      this.#cancelTimer = session.clock.setTimer(() => {
        if (!this.#ended || this.#speaking > 0) return;
        const listener = this.#listener;
        this.#leave();
        session.guard('call.output', () => listener?.finished());
      }, 0);
    };
    return {
      'llm-response-start': (frame: FrameOf<'llm-response-start'>) => {
        this.#response = frame.response;
        this.#ended = false;
      },
      'llm-text': (frame: FrameOf<'llm-text'>) => this.#listener?.text(frame.text),
      'tts-started': (frame: FrameOf<'tts-started'>) => {
        if (this.#listener === undefined) {
          this.#listener = onUnasked();
          this.#silent = false;
          this.#speaking = 0;
          this.#ended = true;
        }
        this.#speaking++;
        const standsIn = frame.response !== undefined && frame.response !== this.#response;
        // Who answers in the model's place, a moderator say, may have kept it from being asked.
        if (standsIn && this.#response === undefined) this.#ended = true;
        if (standsIn && this.#silent) this.#listener?.text(frame.text);
        else this.#listener?.speaks(frame.text);
      },
      'tts-text': (frame: FrameOf<'tts-text'>) => this.#listener?.moreText(frame.text),
      'tts-words': (frame: FrameOf<'tts-words'>) => this.#listener?.words(frame.words),
      'tts-audio': (frame: FrameOf<'tts-audio'>) => this.#listener?.audio(frame),
      'tts-stopped': () => {
        this.#speaking = Math.max(0, this.#speaking - 1);
        this.#listener?.spoken();
        endWhenSpoken();
      },
      'tool-calls': (frame: FrameOf<'tool-calls'>) => this.#listener?.calls(frame.calls),
      'llm-response-end': () => {
        this.#ended = true;
        endWhenSpoken();
      },
      metrics: (frame: FrameOf<'metrics'>) => {
        const usage = usageOf(frame.metrics);
        if (usage !== undefined) this.#listener?.usage(usage);
        return frame;
      },
    };
  }
}

/** Why nothing comes of a request, or nothing more. */
export const pathEnded = 'The pipeline has ended before the response was whole: ask again.';
