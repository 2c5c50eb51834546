import { type ErrorCategory, ServiceError } from '@voxrill/core';
import { must } from './conformance-case.js';

/** A service that is in trouble, and what trouble that is. */
export interface FailingService<T> {
  readonly make: () => T | Promise<T>;
  readonly category: ErrorCategory;
}

/** Fails unless `work` rejects with a `ServiceError` of that category, in one sentence. */
export async function mustFailAs(category: ErrorCategory, work: Promise<unknown>): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  must(error !== undefined, `It should have failed with ${category}, and ended well.`);
  must(error instanceof ServiceError, `It should have thrown a ServiceError, and threw ${String(error)}.`);
  must(error.category === category, `The error should be of the category ${category}, and is ${error.category}.`);
  must(error.message.trim() !== '' && !error.message.includes('\n'), 'The message of the error should be one sentence.');
}
