import {
  type AudioFormat,
  type AudioSink,
  chain,
  contextPair,
  defineProcessor,
  type FrameProcessor,
  type InputPort,
  inputTransport,
  type LLMChunk,
  type LLMRequest,
  LLMService,
  outputTransport,
  type Session,
  type SessionContext,
  STTService,
  type TranscriptResult,
  type TTSChunk,
  TTSService,
  type UtteranceAudio,
} from '@voxrill/core';
import { type Observable, Subject } from 'rxjs';

export const sampleRate = 16_000;
/** 20 ms of silence. A fresh one each time, as a microphone gives it. */
export const silentChunk = (): Int16Array => new Int16Array(320);

export const transcript = 'I would like four hundred strawberries please';
const reply: readonly string[] = ['Four ', 'hundred ', 'it ', 'is. ', 'They ', 'will ', 'be ', 'ready ', 'at ', 'noon.'];

/** The three services without the framework: what they cost is the same with it and without. */
export async function* hear(chunks: AsyncIterable<Int16Array>): AsyncGenerator<TranscriptResult> {
  for await (const _ of chunks);
  yield { text: transcript, final: true };
}

export async function* answer(): AsyncGenerator<LLMChunk> {
  for (const text of reply) yield { type: 'text', text };
}

/** 40 ms a sentence: the sinks here do not wait for it to be heard. */
export async function* speak(): AsyncGenerator<TTSChunk> {
  yield { type: 'audio', samples: silentChunk(), sampleRate };
  yield { type: 'audio', samples: silentChunk(), sampleRate };
}

class InstantSTT extends STTService {
  readonly name = 'stt';
  readonly sampleRate = sampleRate;
  transcribe(audio: UtteranceAudio): AsyncIterable<TranscriptResult> {
    return hear(audio.chunks);
  }
}

class InstantLLM extends LLMService {
  readonly name = 'llm';
  generate(_request: LLMRequest): AsyncIterable<LLMChunk> {
    return answer();
  }
}

class InstantTTS extends TTSService {
  readonly name = 'tts';
  synthesize(): AsyncIterable<TTSChunk> {
    return speak();
  }
}

/** Plays what it is given in no time at all. */
export class InstantSink implements AudioSink {
  readonly format: AudioFormat;
  readonly played$: Observable<number>;
  readonly #played = new Subject<number>();
  readonly #onWrite: () => void;
  #position = 0;

  constructor(format: AudioFormat, onWrite: () => void) {
    this.format = format;
    this.played$ = this.#played;
    this.#onWrite = onWrite;
  }

  write(chunk: Int16Array): void {
    this.#onWrite();
    this.#position += chunk.length / this.format.channels;
    this.#played.next(this.#position);
  }

  clear(): number {
    return this.#position;
  }

  close(): void {
    this.#played.complete();
  }
}

/** A stage where a detector stands; the marks of speech come from the bench. */
const noVad = (): FrameProcessor =>
  defineProcessor('vad', {}, { fit: { emits: ['vad-user-started-speaking', 'vad-user-stopped-speaking'] } as const });

export interface CascadeParts {
  readonly openSink: (format: AudioFormat, session: SessionContext) => AudioSink;
  readonly vad?: FrameProcessor;
  /** Stands between the voice and the output. */
  readonly beforeOutput?: FrameProcessor;
  readonly onOpen?: (port: InputPort) => void;
}

/** A whole cascaded bot of services that answer at once. */
export function cascade({ openSink, vad = noVad(), beforeOutput, onOpen }: CascadeParts): FrameProcessor {
  const pair = contextPair({ system: 'You take orders for strawberries.' });
  const input = inputTransport({
    open: (port) => {
      onOpen?.(port);
      return undefined;
    },
  });
  const between = beforeOutput === undefined ? [] : [beforeOutput];
  return chain(
    'bot',
    ...[
      input,
      vad,
      new InstantSTT(),
      pair.user,
      new InstantLLM(),
      new InstantTTS(),
      ...between,
      outputTransport({ openSink }),
      pair.assistant,
    ],
  );
}

/** Marks that speech began just now. */
export function vadStarted(session: Session): void {
  const frame = session.frame('vad-user-started-speaking', { speechAtMs: 0 });
  session.send({ ...frame, speechAtMs: frame.at });
}

/** Marks that speech ended just now. */
export function vadStopped(session: Session): void {
  const frame = session.frame('vad-user-stopped-speaking', { speechAtMs: 0 });
  session.send({ ...frame, speechAtMs: frame.at });
}

export function hearChunk(session: Session, samples = silentChunk()): void {
  session.send(session.frame('input-audio', { samples, sampleRate, channels: 1 }));
}
