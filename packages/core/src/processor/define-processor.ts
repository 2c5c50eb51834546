import type { Observable } from 'rxjs';
import type { Frame, FrameKind } from '../frames/frame.js';
import type { FrameKindDefinition } from '../frames/frame-kinds.js';
import type { Fit, FrameNeed, FrameProcessor } from './frame-processor.js';
import type { HandlerTable, StageScope } from './handler.js';
import { Stage, type StageBounds } from './stage.js';

/** The handlers of a processor, by direction and kind, and what it does beside frames. */
export interface ProcessorHandlers {
  readonly down?: HandlerTable;
  readonly up?: HandlerTable;
}

/** What may be said of a processor beside its handlers. */
export interface ProcessorOptions<F extends Fit = Fit> {
  readonly fit?: F;
  readonly kinds?: readonly FrameKindDefinition[];
  readonly bounds?: StageBounds;
}

type MadeBy<Result> =
  Result extends Promise<infer R>
    ? MadeBy<R>
    : Result extends { readonly kind: infer K extends FrameKind }
      ? K
      : Result extends Observable<infer R> | AsyncIterable<infer R> | Iterable<infer R>
        ? MadeBy<R>
        : never;

type MadeByTable<T> = { [K in keyof T]: T[K] extends (...parameters: never[]) => infer R ? MadeBy<R> : never }[keyof T];

/** The kinds that the return types of the handlers name. */
type EmittedBy<H> =
  | (H extends { readonly down: infer D } ? MadeByTable<D> : never)
  | (H extends { readonly up: infer U } ? MadeByTable<U> : never);

type FitOf<H, Needs extends readonly FrameNeed[]> = {
  readonly needs: Needs;
  readonly emits: readonly (EmittedBy<H> & FrameKind)[];
};

/**
 * Makes a processor of a table of handlers: the shortest way to write one. What the table does not name passes through
 * untouched. A processor with state of its own gives a function instead of a table; it is called once for each session.
 *
 * @example
 * ```ts
 * const censor = defineProcessor('censor', {
 *   down: { transcription: (frame) => ({ ...frame, text: frame.text.replaceAll('darn', '****') }) },
 * });
 *
 * const counter = defineProcessor('counter', (stage) => {
 *   let heard = 0;
 *   return { down: { transcription: (frame) => { heard++; stage.session.log.info(`${heard} heard`); return frame; } } };
 * });
 * ```
 */
export function defineProcessor<const F extends Fit & { readonly emits: readonly FrameKind[] }>(
  name: string,
  handlers: ProcessorHandlers | ((stage: StageScope) => ProcessorHandlers),
  options: ProcessorOptions<F> & { readonly fit: F },
): FrameProcessor<F>;
export function defineProcessor<const H extends ProcessorHandlers, const Needs extends readonly FrameNeed[] = readonly []>(
  name: string,
  handlers: H | ((stage: StageScope) => H),
  // Without the `never` the compiler would prefer this signature also when `emits` is declared.
  options?: ProcessorOptions<{ readonly needs: Needs; readonly emits?: never }>,
): FrameProcessor<FitOf<H, Needs>>;
export function defineProcessor(
  name: string,
  handlers: ProcessorHandlers | ((stage: StageScope) => ProcessorHandlers),
  options: ProcessorOptions = {},
): FrameProcessor {
  const { fit, kinds, bounds } = options;
  return {
    name,
    ...(fit === undefined ? {} : { fit }),
    ...(kinds === undefined ? {} : { kinds }),
    connect(input, session) {
      const stage = new Stage(name, session, bounds);
      const { down, up } = typeof handlers === 'function' ? handlers(stage) : handlers;
      stage.handle(down, up);
      input.down$.subscribe(stage.receiveDown);
      input.up$.subscribe(stage.receiveUp);
      return { down$: stage.down$, up$: stage.up$ };
    },
  };
}

/** A frame of one of the kinds named, and nothing else. */
export function isKind<K extends FrameKind>(
  ...kinds: readonly K[]
): (frame: Frame) => frame is Extract<Frame, { readonly kind: K }> {
  const wanted: ReadonlySet<string> = new Set(kinds);
  return (frame): frame is Extract<Frame, { readonly kind: K }> => wanted.has(frame.kind);
}
