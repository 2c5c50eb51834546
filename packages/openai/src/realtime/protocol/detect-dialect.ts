import { dialects, type RealtimeDialectName } from './dialect.js';
import { isNestedSession } from './from-dialect.js';
import { isObject } from './wire-object.js';

/** What is known of a connection before it says anything. */
export interface RealtimeConnectRequest {
  /** Path and query, or the whole URL. */
  readonly url: string;
  /** By names in lower case, as Node gives them. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The subprotocols that the client offers. */
  readonly protocols?: readonly string[];
}

/**
 * Which dialect a connecting client will speak. Azure is told by its path; the beta by its header, its subprotocol, or the bare
 * path of the relay of 2024; everybody else speaks that of today. The first `session.update` may know better:
 * {@link dialectOfUpdate}.
 *
 * @example
 * ```ts
 * console.log(dialectOfConnection({ url: '/v1/realtime?model=x', protocols: ['realtime', 'openai-beta.realtime-v1'] })); // beta-2024-10
 * ```
 */
export function dialectOfConnection({ url, headers = {}, protocols = [] }: RealtimeConnectRequest): RealtimeDialectName {
  const { path, query } = partsOf(url);
  if (path.endsWith('/openai/v1/realtime')) return 'azure-ga';
  if (path.endsWith('/openai/realtime')) return query.has('api-version') ? 'azure-preview' : 'azure-ga';
  const beta = headers['openai-beta'];
  const asked = (typeof beta === 'string' ? [beta] : (beta ?? [])).some((value) => value.includes('realtime=v1'));
  if (asked || path === '' || protocols.some((protocol) => protocol.trim().startsWith('openai-beta.'))) return 'beta-2024-10';
  return 'ga';
}

const flatOnly = ['modalities', 'input_audio_format', 'output_audio_format'];

/**
 * Corrects the guess by an event, which should be the first `session.update` as it came: some clients of 2025 asked for the beta
 * and spoke the words of today.
 *
 * @example
 * ```ts
 * console.log(dialectOfUpdate({ type: 'session.update', session: { type: 'realtime' } }, 'beta-2024-10')); // ga
 * ```
 */
export function dialectOfUpdate(raw: unknown, guessed: RealtimeDialectName): RealtimeDialectName {
  if (!isObject(raw) || raw.type !== 'session.update' || !isObject(raw.session)) return guessed;
  const { session } = raw;
  const azure = guessed.startsWith('azure-');
  if (dialects[guessed].family === 'beta') {
    return isNestedSession(session) ? (azure ? 'azure-ga' : 'ga') : guessed;
  }
  const flat = session.type === undefined && flatOnly.some((member) => member in session);
  return flat ? (azure ? 'azure-preview' : 'beta-2024-10') : guessed;
}

function partsOf(url: string): { path: string; query: URLSearchParams } {
  const [before = '', query = ''] = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').split('?', 2);
  return { path: before.replace(/\/+$/, ''), query: new URLSearchParams(query) };
}
