import type { Observer, Operator, TeardownLogic } from 'rxjs';
import { liftFenced, type ReportThrown } from './fenced.js';
import { Observable, Subscriber, Subscription } from './rxjs.js';

type Listener<T> = (value: T) => void;

/**
 * A hot stream that hands each value straight to its listeners. Unlike a Subject it calls them without a guard of its own:
 * the joint that feeds it is the fence, and an RxJS guard inside would turn a throwing listener into an uncaught exception.
 */
export class Port<T> extends Observable<T> {
  /** Replaced, never changed, so that a listener may leave while values are handed out. */
  #listeners: readonly Listener<T>[] = [];
  #only: Listener<T> | undefined;
  readonly #report: ReportThrown | undefined;

  /** `report` takes what is thrown by listeners of streams that are piped from this one, where no joint stands guard. */
  constructor(report?: ReportThrown) {
    super();
    this.#report = report;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    return this.#report === undefined ? super.lift(operator) : liftFenced(this, this.#report, operator);
  }

  emit(value: T): void {
    if (this.#only !== undefined) this.#only(value);
    else for (const listener of this.#listeners) listener(value);
  }

  get observed(): boolean {
    return this.#listeners.length > 0;
  }

  override subscribe(observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null): Subscription {
    if (observerOrNext instanceof Subscriber) {
      observerOrNext.add(this.#listen((value) => observerOrNext.next(value)));
      return observerOrNext;
    }
    if (typeof observerOrNext === 'function') return new Subscription(this.#listen(observerOrNext));
    const observer = observerOrNext ?? {};
    return new Subscription(this.#listen((value) => observer.next?.(value)));
  }

  #listen(listener: Listener<T>): TeardownLogic & (() => void) {
    this.#set([...this.#listeners, listener]);
    return () => this.#set(this.#listeners.filter((other) => other !== listener));
  }

  #set(listeners: readonly Listener<T>[]): void {
    this.#listeners = listeners;
    this.#only = listeners.length === 1 ? listeners[0] : undefined;
  }
}
