import { type ErrorCategory, permanentCategories } from '../frames/error-category.js';

/** Thrown by a service to say what kind of trouble it has; anything else that is thrown counts as `application`. */
export class ServiceError extends Error {
  readonly category: ErrorCategory;
  /** False when the service will not work again in this session. */
  readonly usable: boolean;

  constructor(category: ErrorCategory, message: string, options: { readonly usable?: boolean; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ServiceError';
    this.category = category;
    this.usable = options.usable ?? !permanentCategories.has(category);
  }
}
