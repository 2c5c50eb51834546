import type { Observable, Subscription } from 'rxjs';
import type { Frame } from '../frames/frame.js';
import { isObservable } from '../rx/rxjs.js';
import type { HandlerResult } from './handler.js';

type Made = void | undefined | Frame | Iterable<Frame>;

/** The asynchronous ones among the results of a handler. */
export type AsyncResult = Promise<Made> | AsyncIterable<Frame> | Observable<Frame>;

export function isAsync(result: Exclude<HandlerResult, void | undefined>): result is AsyncResult {
  return 'then' in result || Symbol.asyncIterator in result || isObservable(result);
}

/** For work that is not wanted any more before it was begun: only a promise runs without being asked, and may fail. */
export function swallow(result: AsyncResult): void {
  if ('then' in result) result.then(ignore, ignore);
}

interface AsyncWorkEvents {
  readonly emit: (frame: Frame) => void;
  readonly fail: (error: unknown) => void;
  /** It has run to its end, well or badly. Not called after an abort. */
  readonly ended: () => void;
  readonly aborted: (reason: Error) => void;
}

/**
 * Asynchronous work that a handler began. Once aborted it is deaf: what it still yields is not handed on, what it still
 * throws is swallowed, and an iterator is told to return. So nothing late can do harm, and no rejection is left unhandled.
 */
export class AsyncWork {
  readonly diesWithTurn: boolean;
  readonly #events: AsyncWorkEvents;
  #state: 'running' | 'over' = 'running';
  #subscription: Subscription | undefined;
  #iterator: AsyncIterator<Frame> | undefined;

  constructor(diesWithTurn: boolean, events: AsyncWorkEvents) {
    this.diesWithTurn = diesWithTurn;
    this.#events = events;
  }

  start(result: AsyncResult): void {
    // A foreign iterable, thenable or observable may throw at once instead of failing later.
    try {
      this.#begin(result);
    } catch (error) {
      this.#fail(error);
    }
  }

  #begin(result: AsyncResult): void {
    if (isObservable(result)) {
      this.#subscription = result.subscribe({
        next: (frame) => this.#emit(frame),
        error: (error: unknown) => this.#fail(error),
        complete: () => this.#end(),
      });
      if (this.#state === 'over') this.#subscription.unsubscribe();
    } else if (Symbol.asyncIterator in result) {
      this.#iterator = result[Symbol.asyncIterator]();
      this.#iterate(this.#iterator);
    } else {
      result.then(
        (made) => {
          if (this.#state === 'over') return;
          try {
            if (made !== undefined && made !== null) this.#emitAll(made);
            this.#end();
          } catch (error) {
            this.#fail(error);
          }
        },
        (error: unknown) => this.#fail(error),
      );
    }
  }

  abort(reason: Error): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#events.aborted(reason);
    this.#guarded(() => this.#subscription?.unsubscribe());
    this.#guarded(() => this.#iterator?.return?.().then(ignore, ignore));
  }

  #iterate(iterator: AsyncIterator<Frame>): void {
    iterator.next().then(
      (step) => {
        if (this.#state === 'over') return;
        try {
          if (step.done === true) {
            this.#end();
            return;
          }
          this.#emit(step.value);
          if (this.#isRunning()) this.#iterate(iterator);
        } catch (error) {
          this.#fail(error);
        }
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #isRunning(): boolean {
    return this.#state === 'running';
  }

  #emitAll(made: Frame | Iterable<Frame>): void {
    if ('kind' in made) this.#emit(made);
    else for (const frame of made) this.#emit(frame);
  }

  #emit(frame: Frame): void {
    if (this.#state === 'over') return;
    this.#guarded(() => this.#events.emit(frame));
  }

  #fail(error: unknown): void {
    if (this.#state === 'over') return;
    this.#guarded(() => this.#events.fail(error));
    this.#end();
  }

  #end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#guarded(() => this.#events.ended());
  }

  /** Called from promise jobs, where an exception would have no one to go to. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#events.fail(error);
    }
  }
}

const ignore = (): void => undefined;
