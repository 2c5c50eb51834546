import {
  type ContextPairOptions,
  contextPair,
  createSession,
  defineProcessor,
  type Frame,
  type FrameKind,
  type FrameOf,
  type FrameProcessor,
  pipeline,
  silentLogger,
  VirtualClock,
} from '@voxrill/core';
import { memoryTransport } from '@voxrill/testing';
import { onTestFinished } from 'vitest';
import { openaiRealtime } from '../realtime/model/openai-realtime.js';
import type { OpenAIRealtimeOptions } from '../realtime/model/realtime-options.js';
import { SimulatedService, type SimulatedServiceOptions } from './simulated-service.js';

/** Options of {@link simulatedCall}. */
export interface SimulatedCallOptions {
  readonly model?: Partial<OpenAIRealtimeOptions>;
  readonly context?: ContextPairOptions;
  readonly service?: Partial<SimulatedServiceOptions>;
  /** Stands before the context: a detector of our own. */
  readonly detector?: FrameProcessor;
  /** Length of a chunk of the user's audio; longer ones make long calls shorter. @defaultValue 20 */
  readonly chunkMs?: number;
  /** Is told what is warned of. */
  readonly logger?: (message: string) => void;
  /** Whether the service can be reached just now. */
  readonly reachable?: () => boolean;
}

/** A call on the virtual clock whose service is simulated: it hears, answers, and refuses what the real one refuses. */
export async function simulatedCall(options: SimulatedCallOptions = {}) {
  const { reachable = () => true, chunkMs = 20 } = options;
  const clock = new VirtualClock();
  const services: SimulatedService[] = [];
  const frames: Frame[] = [];
  const transport = memoryTransport({ sampleRate: 24_000, silence: true, chunkMs });
  const context = contextPair(options.context);
  const model = openaiRealtime({
    model: 'm',
    baseURL: 'ws://127.0.0.1:1',
    open: (_target, events) => {
      const name = services.length === 0 ? '' : `${String.fromCharCode(97 + (services.length % 26))}${services.length}_`;
      const answer = (): { text: string } => ({ text: 'Yes.' });
      const service = new SimulatedService(events, { clock, name, answer, ...options.service });
      if (!reachable()) clock.setTimer(() => service.breaks(), 1);
      services.push(service);
      return service;
    },
    ...options.model,
  });
  const { input, output } = transport;
  const detector = options.detector ?? defineProcessor('no-detector', {});
  const session = createSession(pipeline(input, detector, context.user, model, context.assistant, output), {
    clock,
    logger: { ...silentLogger, warn: (message) => options.logger?.(message) },
  });
  const seen = new Set<Frame>();
  session.frames$.subscribe(({ frame }) => {
    if (seen.has(frame) || frame.kind === 'input-audio' || frame.kind === 'tts-audio') return;
    seen.add(frame);
    frames.push(frame);
  });
  onTestFinished(async () => {
    session.cancel('The test is over.');
    await session.done;
  });
  await clock.runUntil(session.start());
  return {
    clock,
    services,
    frames,
    session,
    model,
    context,
    line: transport.of(session),
    get service(): SimulatedService {
      const last = services.at(-1);
      if (last === undefined) throw new Error('Nobody has connected yet.');
      return last;
    },
    of: <K extends FrameKind>(kind: K): readonly FrameOf<K>[] =>
      frames.filter((frame): frame is FrameOf<K> => frame.kind === kind),
    /** Says something, and waits until it was answered or so long has passed. */
    async says(text: string, waitMs = 4_000): Promise<void> {
      void transport.of(session).say(text);
      await clock.advance(text.length * 60 + waitMs);
    },
    /** The conversation, as role and text. */
    get said(): readonly string[] {
      return context.of(session).messages.map((message) => {
        const cut = message.role === 'assistant' && message.interrupted === true ? ' (cut)' : '';
        return `${message.role}: ${String(message.content)}${cut}`;
      });
    },
    get heard(): readonly string[] {
      return transport.of(session).heard.map(({ text }) => text);
    },
  };
}
