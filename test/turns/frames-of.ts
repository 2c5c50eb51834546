import type { FrameKind, FrameOf, Session } from '@voxrill/core';

/** Gathers the frames of these kinds, each once, in the order in which they are first seen. */
export function framesOf<K extends FrameKind>(
  session: Session,
  ...kinds: readonly K[]
): readonly (FrameOf<K> & { readonly seenAt: number })[] {
  const found: (FrameOf<K> & { readonly seenAt: number })[] = [];
  const seen = new Set<number>();
  session.frames$.subscribe(({ frame, at }) => {
    if (!isOneOf(frame, kinds) || seen.has(frame.id)) return;
    seen.add(frame.id);
    found.push({ ...frame, seenAt: at });
  });
  return found;
}

function isOneOf<K extends FrameKind>(frame: { readonly kind: FrameKind }, kinds: readonly K[]): frame is FrameOf<K> {
  return kinds.some((kind) => kind === frame.kind);
}
