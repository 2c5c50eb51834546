import type { ErrorCategory } from '@voxrill/core';

/** What is read of an error event, of a failed response, or of the body of a refused handshake. */
export interface RealtimeErrorWords {
  readonly type?: string | null | undefined;
  readonly code?: string | null | undefined;
  readonly message?: string | null | undefined;
}

/** What an error of the service means for a client. */
export interface RealtimeErrorKind {
  readonly category: ErrorCategory;
  /** No connection to this service with this key will do any better. */
  readonly fatal: boolean;
  /** A race that does no harm: what was to be stopped or cut was already over. */
  readonly benign: boolean;
  /** The session has reached its longest duration, and a new one can be had at once. */
  readonly expired: boolean;
}

/** Words of the service, by code first and by type afterwards. Patterns, because self-hosted servers vary them. */
const categories: readonly (readonly [RegExp, ErrorCategory])[] = [
  [/invalid_api_key|authentication|unauthori[sz]ed|invalid_client_secret|token_expired/, 'authentication'],
  [/account_deactivated|permission|forbidden|unsupported_country/, 'authorization'],
  [/quota|billing/, 'quota'],
  [/rate_limit|too_many_requests/, 'rate-limit'],
  [/overloaded|no_capacity/, 'overload'],
  [/session_expired/, 'connectivity'],
  [/beta_api_shape_disabled|invalid_|not_found|missing_|unknown_(?:parameter|event)|unsupported_/, 'invalid-request'],
  [/timeout|timed_out/, 'timeout'],
];

const benignCodes: ReadonlySet<string> = new Set([
  'response_cancel_not_active',
  'item_truncate_invalid_item_id',
  'item_delete_invalid_item_id',
  'item_retrieve_invalid_item_id',
]);

const fatalCategories: ReadonlySet<ErrorCategory> = new Set(['authentication', 'authorization', 'quota']);

const categoryOf = (words: string): ErrorCategory | undefined => categories.find(([pattern]) => pattern.test(words))?.[1];

/**
 * Says what an error of the service means. Never throws; what it does not know is trouble of the server, which may pass.
 *
 * @example
 * ```ts
 * console.log(realtimeError({ type: 'invalid_request_error', code: 'response_cancel_not_active' }).benign); // true
 * ```
 */
export function realtimeError({ type, code, message }: RealtimeErrorWords): RealtimeErrorKind {
  const words = (code ?? '').toLowerCase();
  const category = categoryOf(words) ?? categoryOf((type ?? '').toLowerCase()) ?? 'server';
  const benign = benignCodes.has(words) || /already shorter/i.test(message ?? '');
  return {
    category,
    fatal: !benign && (fatalCategories.has(category) || words.includes('beta_api_shape_disabled')),
    benign,
    expired: words === 'session_expired',
  };
}
