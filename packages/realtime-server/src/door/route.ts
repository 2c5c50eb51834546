/** What a path of the door leads to. */
export type RealtimeRoute = 'realtime' | 'client-secrets' | 'sessions';

const routes: ReadonlyMap<string, RealtimeRoute> = new Map([
  ['', 'realtime'],
  ['/realtime', 'realtime'],
  ['/v1/realtime', 'realtime'],
  ['/openai/realtime', 'realtime'],
  ['/openai/v1/realtime', 'realtime'],
  ['/v1/realtime/client_secrets', 'client-secrets'],
  ['/openai/v1/realtime/client_secrets', 'client-secrets'],
  ['/v1/realtime/sessions', 'sessions'],
]);

/** Where the path of a request leads; undefined for nowhere. Slashes at the end do not count. */
export const routeOf = (url: string): RealtimeRoute | undefined => routes.get(pathOf(url));

/** The parameters of a path with a query. */
export const queryOf = (url: string): URLSearchParams => new URLSearchParams(url.split('?', 2)[1] ?? '');

/** The model that a client asks for. Any text will do, as will none. */
export function modelOf(url: string): string | undefined {
  const query = queryOf(url);
  return query.get('model') || query.get('deployment') || undefined;
}

/** Path and query without the key that some clients write there. */
export function publicUrl(url: string): string {
  const query = queryOf(url);
  if (!query.has('api-key')) return url;
  query.delete('api-key');
  const left = query.toString();
  return `${url.split('?', 1)[0] ?? ''}${left === '' ? '' : `?${left}`}`;
}

/** Paths come from strangers: one pass from the end, whatever stands there. */
function pathOf(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}
