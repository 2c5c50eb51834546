import { context, trace } from '@opentelemetry/api';
import { eachFrameOnce, observeLatency, type Session } from '@voxrill/core';
import { genAI } from './attribute-names.js';
import { SessionSpans } from './session-spans.js';
import { SessionTime } from './session-time.js';
import type { TraceOptions } from './trace-options.js';

/** A trace that is being written. */
export interface SessionTrace {
  /** Ends all spans now. A session that ends ends its trace by itself. */
  end(): void;
}

/**
 * Writes a session as spans of OpenTelemetry: the conversation, in it each turn, in that the calls of recogniser, model, voice
 * and tools, named as the conventions for generative AI say. A turn carries its voice-to-voice time and the parts of it. Call
 * it before `start()`, so that it hears which models the services use.
 *
 * It uses `@opentelemetry/api` only. Without an SDK, or if the conversation is not sampled, it does not even listen. Times are
 * the session's, put on the time of day once. Every span ends, whatever becomes of the session, and its memory does not grow.
 *
 * Errors become exceptions and the status of the span in which they happened, with the category as `error.type`. The message
 * of an error is written also without `recordText`; a provider's own message may be a part of it.
 *
 * @example
 * ```ts
 * import { createSession, defineProcessor, pipeline } from '@voxrill/core';
 *
 * const session = createSession(pipeline(defineProcessor('nothing', {})));
 * traceSession(session, { attributes: { 'app.tenant': 'strawberries' }, providers: { llm: 'openai' } });
 * await session.start();
 * ```
 */
export function traceSession(session: Session, options: TraceOptions = {}): SessionTrace {
  const { tracer = trace.getTracer('voxrill'), attributes = {} } = options;
  const time = new SessionTime(session);
  const parent = context.active();
  const conversation = tracer.startSpan(
    'conversation',
    { startTime: time.of(time.now), attributes: { ...attributes, [genAI.conversation]: session.id } },
    parent,
  );
  if (!conversation.isRecording() || session.state === 'closed') {
    conversation.end();
    return { end: () => undefined };
  }
  const make = { tracer, time, id: session.id, conversation, context: trace.setSpan(parent, conversation) };
  const spans = new SessionSpans(make, options);
  let ended = false;
  const close = (): void => {
    if (ended) return;
    ended = true;
    spans.close();
  };
  const stopFrames = eachFrameOnce(session, { kinds: spans.kinds, see: (tapped) => spans.see(tapped), closed: close });
  const stopLatency = observeLatency(session, (turn) => spans.latency(turn));
  return {
    end: () => {
      stopFrames();
      stopLatency();
      close();
    },
  };
}
