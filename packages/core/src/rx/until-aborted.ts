/**
 * Iterates until the signal fires, and then ends with the signal's reason at once, even if the source never yields again.
 * The source is told to return, and what it still throws is swallowed.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let rejectStep: (reason: unknown) => void = ignore;
  const onAbort = (): void => rejectStep(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  let finished = false;
  try {
    for (;;) {
      const step = await new Promise<IteratorResult<T>>((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        rejectStep = reject;
        iterator.next().then(resolve, reject);
      });
      if (step.done === true) {
        finished = true;
        return;
      }
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a source that hangs would hang here again.
    if (!finished) letGo(iterator);
  }
}

function letGo(iterator: AsyncIterator<unknown>): void {
  try {
    iterator.return?.().then(ignore, ignore);
  } catch {
    // Nobody waits for it any more, so there is nobody to tell.
  }
}

const ignore = (): void => undefined;
