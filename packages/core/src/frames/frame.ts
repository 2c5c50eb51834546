import type { FrameMap } from './frame-map.js';

/** How a frame travels: `media` may be dropped under overload, `control` is never queued, `data` keeps its order. */
export type Lane = 'media' | 'control' | 'data';

/** Every kind of frame known to the program, including those that plug-ins added to {@link FrameMap}. */
export type FrameKind = keyof FrameMap & string;

/** What every frame carries, whatever its kind. */
export interface FrameHeader {
  /** Counts up within one session. A changed copy of a frame keeps the id of its origin. */
  readonly id: number;
  /** When the frame was made: milliseconds since the session began to run. */
  readonly at: number;
  /** The turn epoch that the frame belongs to. */
  readonly turn: number;
}

/**
 * A frame of one kind: an immutable, plain value, told apart by `kind`.
 *
 * @example
 * ```ts
 * const shout = (frame: FrameOf<'llm-text'>): FrameOf<'llm-text'> => ({ ...frame, text: frame.text.toUpperCase() });
 * ```
 */
export type FrameOf<K extends FrameKind> = K extends FrameKind ? Readonly<{ kind: K } & FrameHeader & FrameMap[K]> : never;

/** Any frame. Switch on `kind` to narrow it. */
export type Frame = FrameOf<FrameKind>;

/** The payload of a kind, without the header. */
export type FramePayload<K extends FrameKind> = FrameMap[K];
