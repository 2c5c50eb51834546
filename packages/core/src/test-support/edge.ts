import type { Frame } from '../frames/frame.js';
import type { StageSpec } from './stage-spec.js';

/** A frame seen on an edge. */
export interface Seen {
  readonly frame: Frame;
  /** The epoch at that moment. */
  readonly epoch: number;
}

/** The edge between two stages: what passed it, in either direction. */
export interface Edge {
  readonly down: Seen[];
  readonly up: Seen[];
}

/** A stage and the edges around it. */
export interface Placed {
  readonly name: string;
  readonly spec: StageSpec;
  readonly above: Edge;
  readonly below: Edge;
}

/** An exception that a handler or operator let out. */
export interface Thrown {
  readonly message: string;
  readonly processor: string;
  /** Asynchronous work may be told to stop before its failure is noticed. */
  readonly signal: AbortSignal | undefined;
}

export const emptyEdge = (): Edge => ({ down: [], up: [] });
