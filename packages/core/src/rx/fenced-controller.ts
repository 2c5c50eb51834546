import type { ReportThrown } from './fenced.js';

type Listener = (event: Event) => unknown;
type ListenerLike = Listener | { handleEvent(event: Event): unknown };

/**
 * An abort controller whose signal's listeners may throw, or fail later: Node would make an uncaught exception of that and
 * end the process, with every other session in it. A signal made from this one by `AbortSignal.any` is not guarded.
 */
export function fencedController(report: ReportThrown): AbortController {
  const controller = new AbortController();
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  // One fence for each listener, so that a listener added twice runs once and can be taken away.
  const fences = new WeakMap<ListenerLike, (event: Event) => void>();
  const fenced = (listener: ListenerLike): ((event: Event) => void) => {
    const known = fences.get(listener);
    if (known !== undefined) return known;
    const fence = (event: Event): void => {
      try {
        const result = typeof listener === 'function' ? listener.call(signal, event) : listener.handleEvent(event);
        if (result instanceof Promise) result.catch(report);
      } catch (error) {
        report(error);
      }
    };
    fences.set(listener, fence);
    return fence;
  };
  let onabort: Listener | null = null;
  Object.defineProperties(signal, {
    addEventListener: {
      value: (type: string, listener: ListenerLike | null, options?: Parameters<typeof add>[2]): void => {
        if (listener !== null) add(type, fenced(listener), options);
      },
    },
    removeEventListener: {
      value: (type: string, listener: ListenerLike | null, options?: Parameters<typeof remove>[2]): void => {
        if (listener !== null) remove(type, fences.get(listener) ?? fenced(listener), options);
      },
    },
    onabort: {
      get: () => onabort,
      set: (listener: Listener | null) => {
        if (onabort !== null) remove('abort', fenced(onabort));
        onabort = typeof listener === 'function' ? listener : null;
        if (onabort !== null) add('abort', fenced(onabort));
      },
    },
  });
  return controller;
}
