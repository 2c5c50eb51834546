import { type Deadline, deadline } from '../clock/deadline.js';
import type { FrameOf } from '../frames/frame.js';
import { defineProcessor, type ProcessorHandlers } from '../processor/define-processor.js';
import type { FramePorts } from '../processor/frame-processor.js';
import type { HandlerContext, StageScope } from '../processor/handler.js';
import type { SessionContext } from '../session/session-context.js';
import type { ServiceCall } from './contracts.js';
import { ServiceError } from './service-error.js';

interface Service {
  readonly name: string;
  readonly model?: string;
  /** Of a recogniser. */
  readonly finalP99Ms?: number | undefined;
  prepare?(call: ServiceCall): Promise<void>;
}

/**
 * Puts a service into a session: it is prepared while the session starts, says what it is, and works by the handlers that
 * are given.
 */
export function connectService(
  service: Service,
  kind: 'stt' | 'llm' | 'tts',
  handlers: (stage: StageScope) => ProcessorHandlers,
  input: FramePorts,
  session: SessionContext,
): FramePorts {
  if (service.prepare !== undefined) session.onStart(() => service.prepare?.({ signal: session.signal, clock: session.clock }));
  const { name, model, finalP99Ms } = service;
  const introduced = (stage: StageScope): ProcessorHandlers => {
    const { down, up } = handlers(stage);
    const start = (frame: FrameOf<'start'>) => {
      const known = { ...(model === undefined ? {} : { model }), ...(finalP99Ms === undefined ? {} : { finalMs: finalP99Ms }) };
      stage.broadcast(stage.frame('service-metadata', { processor: name, service: kind, ...known }));
      return frame;
    };
    return { down: { ...down, start }, ...(up === undefined ? {} : { up }) };
  };
  return defineProcessor(name, introduced).connect(input, session);
}

/** The time that a provider may take for its next piece; `what` says what it owes. */
export interface Patience extends Pick<Deadline, 'signal' | 'clear'> {
  allow(limitMs: number): void;
}

export function patience(context: HandlerContext, what: string): Patience {
  const { session, signal, name } = context;
  const limit = deadline(session.clock, signal, (error) => context.fail(error));
  return {
    signal: limit.signal,
    clear: () => limit.clear(),
    allow: (limitMs) => limit.set(limitMs, () => new ServiceError('timeout', `"${name}" gave no ${what} within ${limitMs} ms.`)),
  };
}

/** How long the first piece took. */
export function timeToFirst(context: HandlerContext, askedAt: number) {
  const value = context.session.clock.now() - askedAt;
  return { name: 'ttfb', value, unit: 'ms', processor: context.name } as const;
}
