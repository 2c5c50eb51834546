import { afterEach, beforeEach, expect } from 'vitest';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { Session } from '../session/session.js';
import type { SessionOptions } from '../session/session-options.js';
import { watchedSession } from './watched-session.js';

/** Watches the process of a test file for what escapes a session; gives out running sessions that look for it when they close. */
export function fencedSessions() {
  const loose: unknown[] = [];
  const note = (error: unknown): void => {
    loose.push(error);
  };
  beforeEach(() => {
    loose.length = 0;
    process.on('unhandledRejection', note);
    process.on('uncaughtException', note);
  });
  afterEach(() => {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
  });
  return async (processors: readonly FrameProcessor[], options: SessionOptions = {}) => {
    const watched = watchedSession(options, ...processors);
    const { clock, session } = watched;
    await session.start();
    const close = async () => {
      session.cancel();
      await clock.advance(3000);
      const report = await session.done;
      // A throw from a timer of RxJS would come one macrotask later.
      await clock.advance(0);
      expect(loose).toEqual([]);
      expect(clock.pendingTimers).toBe(0);
      return report;
    };
    return { ...watched, close };
  };
}

/** Sends a piece of a reply through a session. */
export function say(session: Session, text = 'a'): void {
  session.send(session.frame('llm-text', { text, response: 'r' }));
}

/** A handler that throws. */
export function boom(): never {
  throw new Error('boom');
}
