import type { FrameKind } from '../frames/frame.js';
import type { Session } from '../session/session.js';
import type { TappedFrame } from '../session/tapped-frame.js';

/** What an observer of a session needs of it. */
export type ObservedSession = Pick<Session, 'frames$' | 'state$' | 'turn'>;

/** What is done with the frames that are seen. */
export interface FrameObserver {
  /** All others are not looked at. */
  readonly kinds: ReadonlySet<FrameKind>;
  see(tapped: TappedFrame): void;
  /** The session is over; nothing more will be seen. */
  closed?(): void;
}

/** A frame passes a handful of joints within a few others. */
const maxRemembered = 1024;

/** Shows an observer the first sighting of each frame, until the session is over or the returned function is called. */
export function eachFrameOnce(session: ObservedSession, observer: FrameObserver): () => void {
  const seen = new Set<number>();
  const frames = session.frames$.subscribe((tapped) => {
    const { kind, id } = tapped.frame;
    if (!observer.kinds.has(kind) || seen.has(id)) return;
    seen.add(id);
    if (seen.size > maxRemembered) {
      for (const oldest of seen) {
        seen.delete(oldest);
        break;
      }
    }
    observer.see(tapped);
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
