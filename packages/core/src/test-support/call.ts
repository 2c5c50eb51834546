import { VirtualClock } from '../clock/virtual-clock.js';
import type { ChatMessage } from '../context/chat-message.js';
import { type ContextPairOptions, contextPair } from '../context/context-pair.js';
import type { Frame, FrameKind, FrameOf } from '../frames/frame.js';
import { chain } from '../pipeline/pipeline.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { LLMChunk, LLMRequest, ServiceCall, TranscriptResult, TTSChunk, UtteranceAudio } from '../services/contracts.js';
import { LLMService, type LLMTuning } from '../services/llm-service.js';
import { STTService, type STTTuning } from '../services/stt-service.js';
import { TTSService, type TTSTuning } from '../services/tts-service.js';
import { createSession } from '../session/session.js';
import type { SessionOptions } from '../session/session-options.js';
import { outputTransport } from '../transport/output-transport.js';
import { pacedSink } from '../transport/paced-sink.js';

export type Transcribe = (audio: UtteranceAudio, call: ServiceCall, count: number) => AsyncIterable<TranscriptResult>;
export type Generate = (request: LLMRequest, call: ServiceCall, count: number) => AsyncIterable<LLMChunk>;
type Synthesize = (text: string, call: ServiceCall) => AsyncIterable<TTSChunk>;

/** What the services of a test call do. */
export interface CallScript {
  /** By default hears "words 1", "words 2" … as soon as the speech ends. */
  readonly transcribe?: Transcribe;
  /** By default answers "Answer 1." and so on. */
  readonly generate?: Generate;
  /** By default speaks for 100 ms a character. */
  readonly synthesize?: Synthesize;
  readonly stt?: STTTuning;
  readonly llm?: LLMTuning;
  readonly tts?: TTSTuning;
  readonly context?: ContextPairOptions;
  readonly session?: SessionOptions;
  /** `usual`: the recogniser before the aggregator, the assistant's side last. `printed`: the other way round, as the seed article prints it. */
  readonly order?: 'usual' | 'printed';
}

const hearsAtOnce: Transcribe = async function* (audio, _call, count) {
  for await (const _ of audio.chunks);
  yield { text: `words ${count}`, final: true };
};
const answers: Generate = async function* (_request, _call, count) {
  yield { type: 'text', text: `Answer ${count}.` };
};
const speaks: Synthesize = async function* (text) {
  yield { type: 'audio', samples: new Int16Array(1600 * text.length), sampleRate: 16_000 };
};

/** A whole call on scripted services and a virtual clock. */
export async function call(script: CallScript = {}) {
  const { order = 'usual', transcribe = hearsAtOnce, generate = answers, synthesize = speaks } = script;
  const clock = new VirtualClock();
  const requests: LLMRequest[] = [];
  const frames: Frame[] = [];
  let utterances = 0;
  class Stt extends STTService {
    readonly name = 'stt';
    readonly sampleRate = 16_000;
    override readonly tuning = script.stt ?? {};
    transcribe(audio: UtteranceAudio, serviceCall: ServiceCall): AsyncIterable<TranscriptResult> {
      return transcribe(audio, serviceCall, ++utterances);
    }
  }
  class Llm extends LLMService {
    readonly name = 'llm';
    override readonly tuning = script.llm ?? {};
    generate(request: LLMRequest, serviceCall: ServiceCall): AsyncIterable<LLMChunk> {
      requests.push(request);
      return generate(request, serviceCall, requests.length);
    }
  }
  class Tts extends TTSService {
    readonly name = 'tts';
    override readonly tuning = script.tts ?? {};
    synthesize(text: string, serviceCall: ServiceCall): AsyncIterable<TTSChunk> {
      return synthesize(text, serviceCall);
    }
  }
  const context = contextPair({ system: 'Be brief.', ...script.context });
  const output = outputTransport({ openSink: (format, session) => pacedSink({ play: () => undefined }, format, session) });
  const [stt, llm, tts] = [new Stt(), new Llm(), new Tts()];
  const watch: FrameProcessor = {
    name: 'watch',
    connect(input) {
      input.down$.subscribe((frame) => frames.push(frame));
      return input;
    },
  };
  const top: Frame[] = [];
  const watchTop: FrameProcessor = {
    name: 'top',
    connect(input) {
      input.up$.subscribe((frame) => top.push(frame));
      return input;
    },
  };
  const row: readonly FrameProcessor[] =
    order === 'usual'
      ? [stt, context.user, llm, tts, output, context.assistant]
      : [context.user, stt, llm, tts, context.assistant, output];
  const head = defineProcessor(
    'head',
    {},
    { fit: { emits: ['input-audio', 'vad-user-started-speaking', 'vad-user-stopped-speaking'] } as const },
  );
  const session = createSession(chain('call', watchTop, head, ...row, watch, defineProcessor('end', {})), {
    clock,
    onUnusable: 'report',
    ...script.session,
  });
  await session.start();

  const audio = (value = 0): void =>
    session.send(session.frame('input-audio', { samples: new Int16Array(320).fill(value), sampleRate: 16_000, channels: 1 }));
  const startSpeaking = (): void => session.send(session.frame('vad-user-started-speaking', { speechAtMs: clock.now() }));
  const stopSpeaking = (): void => session.send(session.frame('vad-user-stopped-speaking', { speechAtMs: clock.now() }));
  return {
    clock,
    session,
    requests,
    frames,
    top,
    audio,
    conversation: () => context.of(session),
    messages: (): readonly ChatMessage[] => context.of(session).messages.slice(1),
    texts: (): string[] =>
      context
        .of(session)
        .messages.slice(1)
        .map(({ role, content }) => `${role}: ${content}`),
    of: <K extends FrameKind>(kind: K): FrameOf<K>[] =>
      frames.filter((frame): frame is FrameOf<K> & Frame => frame.kind === kind),
    startSpeaking,
    stopSpeaking,
    /** The user speaks for so long, with audio in between. */
    async speak(ms = 200): Promise<void> {
      startSpeaking();
      for (let t = 0; t < ms; t += 20) {
        audio(1);
        await clock.advance(20);
      }
      stopSpeaking();
      await clock.advance(0);
    },
    type: (text: string): void => session.send(session.frame('input-text', { text })),
    async finish() {
      session.cancel();
      await clock.advance(3000);
      const report = await session.done;
      return { report, pendingTimers: clock.pendingTimers };
    },
  };
}
