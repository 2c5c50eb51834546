import {
  type ContextPair,
  type ContextPairOptions,
  contextPair,
  createSession,
  type Frame,
  type FrameKind,
  type FrameOf,
  pipeline,
  type Session,
  type SessionOptions,
  VirtualClock,
} from '@voxrill/core';
import { memoryTransport, spokenText } from '@voxrill/testing';
import { onTestFinished } from 'vitest';
import type { OpenRealtimeSocket } from '../realtime/link/realtime-socket.js';
import { openaiRealtime } from '../realtime/model/openai-realtime.js';
import type { OpenAIRealtimeOptions } from '../realtime/model/realtime-options.js';
import { encodeAudio } from '../realtime/protocol/audio-base64.js';
import { MemorySocket } from './memory-sockets.js';

/** What a client has sent, read. */
export interface SentEvent {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** The service at the other end of one connection: a test says what it says. */
export class ScriptedService {
  readonly socket: MemorySocket;
  #events = 0;
  #read = 0;

  constructor(socket: MemorySocket) {
    this.socket = socket;
  }

  says(type: string, members: object = {}): void {
    this.socket.says({ type, event_id: `event_${++this.#events}`, ...members });
  }

  /** All that was sent to it. */
  get sent(): readonly SentEvent[] {
    return this.socket.sent.map((text): SentEvent => JSON.parse(text));
  }

  /** What was sent since this was last asked, without audio. */
  fresh(): readonly SentEvent[] {
    const { sent } = this;
    const fresh = sent.slice(this.#read);
    this.#read = sent.length;
    return fresh.filter(({ type }) => type !== 'input_audio_buffer.append');
  }

  /** The types of {@link ScriptedService.fresh}. */
  freshTypes(): readonly string[] {
    return this.fresh().map(({ type }) => type);
  }

  begins(response: string, more: object = {}): void {
    this.says('response.created', {
      response: {
        id: response,
        object: 'realtime.response',
        status: 'in_progress',
        output: [],
        conversation_id: 'conv_1',
        ...more,
      },
    });
  }

  /** A response that echoes the name of the last request. */
  answers(response: string): void {
    const created = this.sent.findLast(({ type }) => type === 'response.create');
    const params = created?.response;
    const metadata = typeof params === 'object' && params !== null && 'metadata' in params ? params.metadata : null;
    this.begins(response, { metadata });
  }

  /** An item of speech begins, with words and audio that carries them; `ms` is how long it lasts. */
  speaks(response: string, item: string, text: string, ms = text.length * 60): void {
    const place = { response_id: response, item_id: item, output_index: 0, content_index: 0 };
    this.says('response.output_item.added', {
      response_id: response,
      output_index: 0,
      item: { id: item, type: 'message', role: 'assistant', status: 'in_progress', content: [] },
    });
    this.says('response.content_part.added', { ...place, part: { type: 'audio', transcript: '' } });
    this.says('response.output_audio_transcript.delta', { ...place, delta: text });
    this.says('response.output_audio.delta', {
      ...place,
      delta: encodeAudio(spokenText(text, { lastsMs: ms, sampleRate: 24_000 })),
    });
  }

  /** The item is whole. */
  spoke(response: string, item: string, text: string, status: 'completed' | 'incomplete' = 'completed'): void {
    const place = { response_id: response, item_id: item, output_index: 0, content_index: 0 };
    this.says('response.output_audio.done', place);
    this.says('response.output_audio_transcript.done', { ...place, transcript: text });
    this.says('response.content_part.done', { ...place, part: { type: 'audio', transcript: text } });
    this.says('response.output_item.done', {
      response_id: response,
      output_index: 0,
      item: { id: item, type: 'message', role: 'assistant', status, content: [{ type: 'output_audio', transcript: text }] },
    });
  }

  calls(response: string, item: string, callId: string, name: string, args: string): void {
    const call = { id: item, type: 'function_call', call_id: callId, name };
    this.says('response.output_item.added', { response_id: response, output_index: 0, item: { ...call, arguments: '' } });
    this.says('response.function_call_arguments.done', {
      response_id: response,
      item_id: item,
      output_index: 0,
      call_id: callId,
      name,
      arguments: args,
    });
    this.says('response.output_item.done', {
      response_id: response,
      output_index: 0,
      item: { ...call, arguments: args, status: 'completed' },
    });
  }

  done(response: string, more: object = {}): void {
    this.says('response.done', {
      response: {
        id: response,
        object: 'realtime.response',
        status: 'completed',
        output: [],
        conversation_id: 'conv_1',
        ...more,
      },
    });
  }

  /** A whole answer. */
  replies(response: string, item: string, text: string): void {
    this.answers(response);
    this.speaks(response, item, text);
    this.spoke(response, item, text);
    this.done(response);
  }

  /** The user speaks, by the positions of what was sent. */
  hears(item: string, startMs: number): void {
    this.says('input_audio_buffer.speech_started', { item_id: item, audio_start_ms: startMs });
  }

  heard(item: string, endMs: number, transcript?: string): void {
    this.says('input_audio_buffer.speech_stopped', { item_id: item, audio_end_ms: endMs });
    this.says('input_audio_buffer.committed', { item_id: item, previous_item_id: null });
    if (transcript !== undefined) this.understands(item, transcript);
  }

  understands(item: string, transcript: string): void {
    this.says('conversation.item.input_audio_transcription.completed', {
      item_id: item,
      content_index: 0,
      transcript,
      usage: { type: 'duration', seconds: 1 },
    });
  }
}

/** Options of {@link realtimeCall}. */
export interface RealtimeCallOptions {
  readonly model?: Partial<OpenAIRealtimeOptions>;
  readonly context?: ContextPairOptions;
  /** What `session.created` tells. */
  readonly session?: object;
  /** Whether each connection is greeted at once, or the first only. @defaultValue true */
  readonly greets?: boolean | 'first';
}

/** A call on the virtual clock whose model is a scripted service. */
export class RealtimeCallUnderTest {
  readonly clock = new VirtualClock();
  readonly services: ScriptedService[] = [];
  readonly frames: Frame[] = [];
  readonly transport = memoryTransport({ sampleRate: 24_000, silence: true });
  readonly context: ContextPair;
  readonly model: ReturnType<typeof openaiRealtime>;
  readonly session: Session;

  constructor(options: RealtimeCallOptions, session: Partial<SessionOptions> = {}) {
    const { greets = true } = options;
    const open: OpenRealtimeSocket = (_target, events) => {
      const service = new ScriptedService(new MemorySocket(events));
      this.services.push(service);
      if (greets === true || (greets === 'first' && this.services.length === 1))
        this.clock.setTimer(() => service.socket.greets(options.session), 0);
      return service.socket;
    };
    this.context = contextPair(options.context);
    this.model = openaiRealtime({ model: 'm', baseURL: 'ws://127.0.0.1:1', open, ...options.model });
    const { input, output } = this.transport;
    const bot = pipeline(input, this.context.user, this.model, this.context.assistant, output);
    this.session = createSession(bot, { clock: this.clock, ...session });
    const seen = new Set<Frame>();
    this.session.frames$.subscribe(({ frame }) => {
      if (!seen.has(frame)) this.frames.push(frame);
      seen.add(frame);
    });
  }

  async start(): Promise<void> {
    await this.clock.runUntil(this.session.start());
  }

  /** The service of the last connection. */
  get service(): ScriptedService {
    const last = this.services.at(-1);
    if (last === undefined) throw new Error('Nobody has connected yet.');
    return last;
  }

  of<K extends FrameKind>(kind: K): readonly FrameOf<K>[] {
    return this.frames.filter((frame): frame is FrameOf<K> => frame.kind === kind);
  }

  /** The conversation, as role and text. */
  get said(): readonly string[] {
    return this.context.of(this.session).messages.map((message) => {
      const cut = message.role === 'assistant' && message.interrupted === true ? ' (cut)' : '';
      return `${message.role}: ${String(message.content)}${cut}`;
    });
  }
}

/** Starts a call; it is cancelled when its test is over. */
export async function realtimeCall(
  options: RealtimeCallOptions = {},
  session: Partial<SessionOptions> = {},
): Promise<RealtimeCallUnderTest> {
  const call = new RealtimeCallUnderTest(options, session);
  onTestFinished(async () => {
    call.session.cancel('The test is over.');
    await call.session.done;
  });
  await call.start();
  return call;
}
