import type { Frame, FrameKind } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { FrameHandler } from '../processor/handler.js';
import type { Kernel } from '../processor/kernel.js';
import type { AnySession } from '../session/any-session.js';
import { kernelOf } from './kernel-of.js';

/** Something that can happen in a session, over and over; whoever waits for it is told when it does. */
export interface Notifier {
  readonly name: string;
  /** It has happened: tells all who wait or listen now. It is not remembered for those who come later. */
  notify(session: AnySession): void;
  /**
   * Resolves with true when it next happens, with false when the session ends before. Rejects with the reason of `signal`
   * when that fires.
   */
  wait(session: AnySession, options?: { readonly signal?: AbortSignal }): Promise<boolean>;
  /** Calls back each time it happens, before `notify` returns, until the returned function is called. */
  listen(session: AnySession, heard: () => void): () => void;
  /**
   * Makes a processor that notifies when a frame of one of these kinds passes, in either direction, for which `when` is
   * true; the frame goes on untouched, before anybody is told.
   */
  notifyOn(kinds: readonly FrameKind[], when?: (frame: Frame) => boolean): FrameProcessor<{ readonly emits: readonly [] }>;
}

/**
 * Lets one branch wait for what happens in another: a gate that opens when a verdict has come, say. One notifier serves many
 * sessions, each for itself.
 *
 * @example
 * ```ts
 * const verdict = notifier('verdict');
 * const judged = parallel(
 *   verdict.notifyOn(['turn-verdict'], (frame) => frame.kind === 'turn-verdict' && frame.complete),
 *   gate('until-verdict', { holds: ['llm-text'], startsOpen: false, opens: verdict }),
 * );
 * ```
 */
export function notifier(name: string): Notifier {
  const bySession = new WeakMap<Kernel, Set<() => void>>();
  const listenersOf = (session: AnySession): Set<() => void> => {
    const kernel = kernelOf(session);
    if (kernel === undefined) throw new TypeError(`The notifier "${name}" was given something that is no session.`);
    const known = bySession.get(kernel);
    if (known !== undefined) return known;
    const fresh = new Set<() => void>();
    bySession.set(kernel, fresh);
    return fresh;
  };
  const notify = (session: AnySession): void => {
    // Who begins to listen because of it waits for the next time.
    for (const heard of [...listenersOf(session)]) heard();
  };
  return {
    name,
    notify,
    wait: async (session, { signal } = {}) => {
      const listeners = listenersOf(session);
      signal?.throwIfAborted();
      if (session.signal.aborted) return false;
      return new Promise<boolean>((resolve, reject) => {
        const settle = (how: () => void): void => {
          listeners.delete(heard);
          session.signal.removeEventListener('abort', over);
          signal?.removeEventListener('abort', aborted);
          how();
        };
        const heard = (): void => settle(() => resolve(true));
        const over = (): void => settle(() => resolve(false));
        const aborted = (): void => settle(() => reject(signal?.reason));
        listeners.add(heard);
        session.signal.addEventListener('abort', over, { once: true });
        signal?.addEventListener('abort', aborted, { once: true });
      });
    },
    listen: (session, heard) => {
      const listeners = listenersOf(session);
      // A function of its own, so that the same one may listen twice.
      const listener = (): void => heard();
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    notifyOn: (kinds, when = () => true) =>
      defineProcessor(
        `${name} notifier`,
        (stage) => {
          const pass =
            (push: (frame: Frame) => void): FrameHandler =>
            (frame) => {
              const happened = when(frame);
              push(frame);
              if (happened) notify(stage.session);
            };
          const table = (push: (frame: Frame) => void) => Object.fromEntries(kinds.map((kind) => [kind, pass(push)]));
          return { down: table((frame) => stage.pushDown(frame)), up: table((frame) => stage.pushUp(frame)) };
        },
        { fit: { emits: [] } as const },
      ),
  };
}
