import { deadline } from '../clock/deadline.js';
import type { HandlerContext } from '../processor/handler.js';
import { ServiceError } from '../services/service-error.js';

/**
 * Asks the application something that may take its time or hang. An answer that is there at once is handed back at once, and
 * what is thrown at once is thrown. A promise is waited for until `limitMs` are over, which is a timeout, or until the signal
 * of the context fires.
 */
export function answerWithin<T>(
  context: Pick<HandlerContext, 'session' | 'signal' | 'name' | 'fail'>,
  limitMs: number,
  what: string,
  ask: (signal: AbortSignal) => T | Promise<T>,
): T | Promise<T> {
  const limit = deadline(context.session.clock, context.signal, (error) => context.fail(error));
  const { signal } = limit;
  let answer: T | Promise<T>;
  try {
    answer = ask(signal);
  } catch (error) {
    limit.clear();
    throw error;
  }
  if (!(answer instanceof Promise)) {
    limit.clear();
    return answer;
  }
  const asked = answer;
  limit.set(limitMs, () => new ServiceError('timeout', `"${context.name}" got no ${what} within ${limitMs} ms.`));
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    asked.then(resolve, reject);
  }).finally(() => limit.clear());
}
