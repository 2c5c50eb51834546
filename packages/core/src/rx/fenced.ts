import type { Observer, Operator, Subscription, TeardownLogic } from 'rxjs';
import { Observable, Subscriber } from './rxjs.js';

/** Takes what a listener throws. */
export type ReportThrown = (error: unknown) => void;

/**
 * A stream whose listeners may throw: RxJS would make an uncaught exception of that and end the process, with every other
 * session in it. What is piped from this stream is fenced too.
 */
export class Fenced<T> extends Observable<T> {
  readonly #report: ReportThrown;

  constructor(report: ReportThrown, subscribe?: (this: Observable<T>, subscriber: Subscriber<T>) => TeardownLogic) {
    super(subscribe);
    this.#report = report;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    return liftFenced(this, this.#report, operator);
  }

  override subscribe(observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null): Subscription {
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    const observer = typeof observerOrNext === 'function' ? { next: observerOrNext } : (observerOrNext ?? {});
    return super.subscribe({
      next: (value) => this.#guard(() => observer.next?.(value)),
      error: (error: unknown) =>
        this.#guard(() => {
          if (observer.error === undefined) throw error;
          observer.error(error);
        }),
      complete: () => this.#guard(() => observer.complete?.()),
    });
  }

  #guard(run: () => unknown): void {
    try {
      const result: unknown = run();
      if (result instanceof Promise) result.catch(this.#report);
    } catch (error) {
      this.#report(error);
    }
  }
}

/** What `Observable.lift` does, with the fence around its result. */
export function liftFenced<T, R>(source: Observable<T>, report: ReportThrown, operator?: Operator<T, R>): Observable<R> {
  const lifted = new Fenced<R>(report);
  lifted.source = source;
  lifted.operator = operator;
  return lifted;
}
