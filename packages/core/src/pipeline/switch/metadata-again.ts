import type { FrameOf } from '../../frames/frame.js';
import type { SessionContext } from '../../session/session-context.js';

/** The same said again, as a frame of now: what a service has said of itself while its branch was not active. */
export function metadataAgain(session: SessionContext, frame: FrameOf<'service-metadata'>): FrameOf<'service-metadata'> {
  const { kind, id: _id, at: _at, turn: _turn, ...said } = frame;
  return session.frame(kind, said);
}
