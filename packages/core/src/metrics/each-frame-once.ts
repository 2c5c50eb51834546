import type { FrameKind } from '../frames/frame.js';
import { RecentlySeen } from '../observe/recently-seen.js';
import type { Session } from '../session/session.js';
import type { TappedFrame } from '../session/tapped-frame.js';

/** What an observer of a session needs of it. */
export type ObservedSession = Pick<Session, 'frames$' | 'state$' | 'turn'>;

/** What {@link eachFrameOnce} shows frames to. */
export interface FrameObserver {
  /** All others are not looked at. */
  readonly kinds: ReadonlySet<FrameKind>;
  see(tapped: TappedFrame): void;
  /** The session is over; nothing more will be seen. */
  closed?(): void;
}

/** Mostly a frame passes all its joints at once. One that waits longer in a queue than so many others is shown again. */
const maxRemembered = 1024;

/**
 * Shows an observer the first sighting of each frame at `frames$`, where a frame is seen at every joint that it passes, until
 * the session is over or the returned function is called. What the observer throws is reported as an error of the session.
 *
 * @example
 * ```ts
 * const session = createSession(pipeline(defineProcessor('nothing', {})));
 * const stop = eachFrameOnce(session, {
 *   kinds: new Set(['transcription']),
 *   see: ({ frame }) => console.log(frame.kind === 'transcription' ? frame.text : ''),
 * });
 * stop();
 * ```
 */
export function eachFrameOnce(session: ObservedSession, observer: FrameObserver): () => void {
  const seen = new RecentlySeen<number>(maxRemembered);
  const frames = session.frames$.subscribe((tapped) => {
    const { kind, id } = tapped.frame;
    if (observer.kinds.has(kind) && seen.first(id)) observer.see(tapped);
  });
  const states = session.state$.subscribe((state) => {
    if (state !== 'closed') return;
    frames.unsubscribe();
    observer.closed?.();
  });
  return () => {
    frames.unsubscribe();
    states.unsubscribe();
  };
}
