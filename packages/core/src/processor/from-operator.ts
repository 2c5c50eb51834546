import type { OperatorFunction } from 'rxjs';
import type { Frame } from '../frames/frame.js';
import { completed } from '../pipeline/series.js';
import { Port } from '../rx/port.js';
import { merge, Observable } from '../rx/rxjs.js';
import type { Fit, FrameProcessor } from './frame-processor.js';
import { kernelKey } from './kernel.js';

/** Where an operator stands, and whether it is shown control frames too. */
export interface OperatorOptions<F extends Fit = Fit> {
  /** @defaultValue 'down' */
  readonly direction?: 'down' | 'up';
  /**
   * Control frames pass beside the operator unless this is true, so that no filter can make a session deaf to its own end.
   * @defaultValue false
   */
  readonly control?: boolean;
  readonly fit?: F;
}

/**
 * Makes a processor of any RxJS operator. An operator that throws costs one error frame; it is then subscribed afresh.
 * One that completes hands nothing on any more, which an error frame tells.
 *
 * @example
 * ```ts
 * import { filter } from 'rxjs';
 *
 * const onlyLongWords = fromOperator('only-long-words', filter((frame) => frame.kind !== 'llm-text' || frame.text.length > 3));
 * ```
 */
export function fromOperator<const F extends Fit = Fit>(
  name: string,
  operator: OperatorFunction<Frame, Frame>,
  options: OperatorOptions<F> = {},
): FrameProcessor<F> {
  const { direction = 'down', control = false, fit } = options;
  return {
    name,
    ...(fit === undefined ? {} : { fit }),
    connect(input, session) {
      const { kinds } = session[kernelKey];
      const through = (source$: Observable<Frame>): Observable<Frame> => {
        if (control) return source$.pipe(operator);
        const beside$ = new Port<Frame>();
        const into$ = new Port<Frame>();
        source$.subscribe((frame) => (kinds.lane(frame.kind) === 'control' ? beside$ : into$).emit(frame));
        const operated$ = into$.pipe(operator);
        // Merged with what passes beside, its end would not show.
        const told$ = new Observable<Frame>((subscriber) =>
          operated$.subscribe({
            next: (frame) => subscriber.next(frame),
            error: (error: unknown) => subscriber.error(error),
            complete: () => session.fail(name, completed(name)),
          }),
        );
        return merge(beside$, told$);
      };
      return direction === 'down'
        ? { down$: through(input.down$), up$: input.up$ }
        : { down$: input.down$, up$: through(input.up$) };
    },
  };
}
