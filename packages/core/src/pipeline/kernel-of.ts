import { type Kernel, kernelKey } from '../processor/kernel.js';
import type { AnySession } from '../session/any-session.js';

/** The kernel of a session, by which state that several processors share is kept; undefined for what is no session. */
export function kernelOf(session: AnySession): Kernel | undefined {
  const kernel = kernelKey in session ? session[kernelKey] : undefined;
  return isKernel(kernel) ? kernel : undefined;
}

function isKernel(value: unknown): value is Kernel {
  return typeof value === 'object' && value !== null && 'epoch' in value && 'stages' in value;
}
