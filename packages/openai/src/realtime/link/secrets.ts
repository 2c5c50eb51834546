import type { RealtimeTarget } from './realtime-socket.js';

const longestDetail = 160;
const keyLike = /\b(?:sk|ek)[-_][\w*-]{4,}/g;

/** Where a target is, without the query, which may hold a key. */
export function placeOf(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'the Realtime service';
  }
}

/** What must never be shown: whatever a header or subprotocol carries that proves who we are. */
function secretsOf({ headers, protocols, url }: RealtimeTarget): string[] {
  const shown = Object.entries(headers).flatMap(([name, value]) =>
    /^(?:authorization|api-key|cookie|proxy-authorization)$|key|token|secret/i.test(name) ? [value.replace(/^\w+ +/, '')] : [],
  );
  const offered = protocols.flatMap((protocol) => (/api-key\./.test(protocol) ? [protocol.replace(/^.*?api-key\./, '')] : []));
  const asked = URL.canParse(url)
    ? [...new URL(url).searchParams].flatMap(([name, value]) => (/key|token/i.test(name) ? [value] : []))
    : [];
  return [...shown, ...offered, ...asked].filter((secret) => secret !== '');
}

/** The words of a server in brackets: one line, short, without the key, which some servers say back. Empty when there are none. */
export function detailText(words: unknown, target: RealtimeTarget): string {
  if (typeof words !== 'string') return '';
  // Before it is shortened, lest half a key be left over.
  let line = words.slice(0, 4096);
  for (const secret of secretsOf(target)) line = line.replaceAll(secret, '…');
  line = line.replace(keyLike, '…').replace(/\s+/g, ' ').trim();
  const short = line.length > longestDetail ? `${line.slice(0, longestDetail)}…` : line.replace(/[.!]+$/, '');
  return short === '' ? '' : ` (${short})`;
}
