import type { Observable } from 'rxjs';
import type { Frame, FrameKind } from '../frames/frame.js';
import type { FrameKindDefinition } from '../frames/frame-kinds.js';
import type { SessionContext } from '../session/session-context.js';

/** The two directions in which frames pass a processor: `down` from the user's input towards the output, `up` the other way. */
export interface FramePorts {
  readonly down$: Observable<Frame>;
  readonly up$: Observable<Frame>;
}

/** One need: a kind, or several of which any one will do. */
export type FrameNeed = FrameKind | readonly FrameKind[];

/** What a processor asks of the pipeline it stands in, and what it adds to it. */
export interface Fit {
  /** Kinds that a stage before this one must make. */
  readonly needs?: readonly FrameNeed[];
  /** Kinds that some stage must make, before or behind this one. */
  readonly needsAnywhere?: readonly FrameNeed[];
  /** Kinds that this processor makes. Left out: it may make any, and the check trusts it. */
  readonly emits?: readonly FrameKind[];
}

/** What a composite consists of; the fit check and pictures of a pipeline read it. */
export interface Composition {
  readonly kind: 'series' | 'parallel';
  readonly parts: readonly FrameProcessor[];
}

/**
 * A small thing with a name that turns streams of frames into streams of frames, in both directions. It describes; all
 * state of a conversation is made in `connect`, so one processor can serve many sessions at once.
 *
 * Mostly you will want `defineProcessor`, `fromOperator` or a service base class instead of writing one by hand.
 *
 * @example
 * ```ts
 * const passThrough: FrameProcessor = { name: 'pass-through', connect: (input) => input };
 * ```
 */
export interface FrameProcessor<F extends Fit = Fit> {
  readonly name: string;
  readonly fit?: F;
  /** Frame kinds that this processor adds to those of the core. */
  readonly kinds?: readonly FrameKindDefinition[];
  readonly composition?: Composition;
  connect(input: FramePorts, session: SessionContext): FramePorts;
}
