import type { Frame } from '../frames/frame.js';
import type { FrameKinds } from '../frames/frame-kinds.js';
import type { TappedFrame } from '../session/tapped-frame.js';

/** The state of a session that every joint looks at for every frame. One object, owned by the session, of one fixed shape. */
export interface Kernel {
  readonly kinds: FrameKinds;
  epoch: number;
  closed: boolean;
  /** Set only while somebody listens. */
  tap: ((tapped: TappedFrame) => void) | undefined;
  /** Frames that were not handed on: of a dead turn, after the end, or beyond the bound of a queue. */
  dropped: { stale: number; closed: number; overload: number };
  readonly stages: Interruptible[];
  now(): number;
  /** Turns what was thrown into an error frame that `up` hands upstream. */
  fail(processor: string, error: unknown, up: (frame: Frame) => void): void;
  hold(what: string): () => void;
}

/** What an interruption does to a stage, in two steps so that no stage runs on while another still does dead work. */
export interface Interruptible {
  abortTurn(): void;
  resume(): void;
}

/** Under this key a session keeps its kernel: reachable for the stages of this package, out of sight for everybody else. */
export const kernelKey: unique symbol = Symbol('voxrill.kernel');
