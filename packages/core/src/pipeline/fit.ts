import type { FrameKind } from '../frames/frame.js';
import type { FrameNeed, FrameProcessor } from '../processor/frame-processor.js';

/** The kinds that a stage makes; a stage that does not say so may make any. */
type Emits<P> =
  P extends FrameProcessor<infer F>
    ? F extends { readonly emits: readonly (infer K extends FrameKind)[] }
      ? K
      : FrameKind
    : never;
type Needs<P> =
  P extends FrameProcessor<infer F>
    ? F extends { readonly needs: infer N extends readonly FrameNeed[] }
      ? N
      : readonly []
    : readonly [];
type NeedsAnywhere<P> =
  P extends FrameProcessor<infer F>
    ? F extends { readonly needsAnywhere: infer N extends readonly FrameNeed[] }
      ? N
      : readonly []
    : readonly [];

type KindsOf<N> = N extends readonly (infer K extends FrameKind)[] ? K : N extends FrameKind ? N : never;

/** The needs among `N` of which no kind is in `Available`. */
type Unmet<N extends readonly FrameNeed[], Available extends FrameKind> = N extends readonly [
  infer First extends FrameNeed,
  ...infer Rest extends readonly FrameNeed[],
]
  ? [KindsOf<First> & Available] extends [never]
    ? KindsOf<First> | Unmet<Rest, Available>
    : Unmet<Rest, Available>
  : never;

type AllEmitted<S extends readonly unknown[]> = S extends readonly [infer First, ...infer Rest]
  ? Emits<First> | AllEmitted<Rest>
  : never;

type Checked<P, Before extends FrameKind, All extends FrameKind> = [Unmet<Needs<P>, Before>] extends [never]
  ? [Unmet<NeedsAnywhere<P>, All>] extends [never]
    ? P
    : `This stage needs ${Unmet<NeedsAnywhere<P>, All>} frames, and no stage of the pipeline makes them.`
  : `This stage needs ${Unmet<Needs<P>, Before>} frames, and no stage before it makes them.`;

/** The stages themselves; in place of one that does not fit stands the sentence that says why. */
export type Fitting<
  S extends readonly unknown[],
  Before extends FrameKind = never,
  All extends FrameKind = AllEmitted<S>,
> = S extends readonly [infer First, ...infer Rest]
  ? readonly [Checked<First, Before, All>, ...Fitting<Rest, Before | Emits<First>, All>]
  : readonly [];

/** What a chain of stages still asks of those before it. */
type OpenNeeds<S extends readonly unknown[], Before extends FrameKind = never> = S extends readonly [infer First, ...infer Rest]
  ? readonly [...UnmetList<Needs<First>, Before>, ...OpenNeeds<Rest, Before | Emits<First>>]
  : readonly [];
type UnmetList<N extends readonly FrameNeed[], Before extends FrameKind> = N extends readonly [
  infer First extends FrameNeed,
  ...infer Rest extends readonly FrameNeed[],
]
  ? [KindsOf<First> & Before] extends [never]
    ? readonly [First, ...UnmetList<Rest, Before>]
    : UnmetList<Rest, Before>
  : readonly [];

/** The fit of a chain, seen from outside. */
export type ChainFit<S extends readonly unknown[]> = { readonly needs: OpenNeeds<S>; readonly emits: readonly AllEmitted<S>[] };

/** The fit of branches that stand side by side. */
export type ParallelFit<B extends readonly unknown[]> = {
  readonly needs: AllNeeds<B>;
  readonly emits: readonly AllEmitted<B>[];
};
type AllNeeds<B extends readonly unknown[]> = B extends readonly [infer First, ...infer Rest]
  ? readonly [...Needs<First>, ...AllNeeds<Rest>]
  : readonly [];
