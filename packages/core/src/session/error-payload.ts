import type { FramePayload } from '../frames/frame.js';
import { ServiceError } from '../services/service-error.js';

/** What was thrown, as the payload of an error frame. */
export function errorPayload(processor: string, error: unknown): FramePayload<'error'> {
  if (error instanceof ServiceError) {
    return { category: error.category, message: error.message, processor, usable: error.usable, cause: error };
  }
  const message = error instanceof Error ? error.message : textOf(error);
  return { category: 'application', message, processor, usable: true, cause: error };
}

/** Anything may be thrown, also what has no text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'Something was thrown that has no text.';
  }
}
