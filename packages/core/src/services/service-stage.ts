import { type Deadline, deadline } from '../clock/deadline.js';
import { defineProcessor, type ProcessorHandlers } from '../processor/define-processor.js';
import type { FramePorts } from '../processor/frame-processor.js';
import type { HandlerContext, StageScope } from '../processor/handler.js';
import type { SessionContext } from '../session/session-context.js';
import type { ServiceCall } from './contracts.js';
import { ServiceError } from './service-error.js';

interface Service {
  readonly name: string;
  prepare?(call: ServiceCall): Promise<void>;
}

/** Puts a service into a session: it is prepared while the session starts, and works by the handlers that are given. */
export function connectService(
  service: Service,
  handlers: (stage: StageScope) => ProcessorHandlers,
  input: FramePorts,
  session: SessionContext,
): FramePorts {
  if (service.prepare !== undefined) session.onStart(() => service.prepare?.({ signal: session.signal, clock: session.clock }));
  return defineProcessor(service.name, handlers).connect(input, session);
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
