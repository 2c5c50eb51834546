/** What went wrong, coarse enough to act upon. */
export type ErrorCategory =
  | 'authentication'
  | 'authorization'
  | 'invalid-request'
  | 'rate-limit'
  | 'quota'
  | 'connectivity'
  | 'timeout'
  | 'server'
  | 'overload'
  | 'application';

/** Categories after which trying the same service again is pointless. */
export const permanentCategories: ReadonlySet<ErrorCategory> = new Set([
  'authentication',
  'authorization',
  'invalid-request',
  'quota',
]);
