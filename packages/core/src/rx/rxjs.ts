// What the core needs of RxJS when it runs, taken from the files that hold it: the package's front door loads two hundred
// others, which was half of the core's import time (docs/decisions/0002-rxjs-imports.md). These are the same classes.
export { BehaviorSubject } from 'rxjs/internal/BehaviorSubject';
export { Observable } from 'rxjs/internal/Observable';
export { merge } from 'rxjs/internal/observable/merge';
export { filter } from 'rxjs/internal/operators/filter';
export { Subscriber } from 'rxjs/internal/Subscriber';
export { Subscription } from 'rxjs/internal/Subscription';
export { isObservable } from 'rxjs/internal/util/isObservable';
