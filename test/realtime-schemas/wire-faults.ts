import type { RealtimeLogLine } from '@voxrill/realtime-server';
import { EventOrder } from './event-order.js';
import { complaints } from './published-schema.js';

/**
 * What the published shapes and the rules of order have against a log, one sentence a fault. A client may send members that were
 * never published; our server may not.
 */
export function wireFaults(lines: readonly RealtimeLogLine[]): string[] {
  const faults: string[] = [];
  const connections = new Map<string, EventOrder>();
  let at = '';
  for (const [index, { dir, proto, conn, event }] of lines.entries()) {
    at = `${index + 1} ${dir} ${'type' in event ? event.type : ''}: `;
    faults.push(...complaints(event, dir, proto, { closed: dir === 'server' }).map((complaint) => `${at}${complaint}`));
    let order = connections.get(conn);
    if (order === undefined) {
      order = new EventOrder(proto, (sentence) => void faults.push(`${at}${sentence}`));
      connections.set(conn, order);
    }
    if (dir === 'client') order.fromClient(event);
    else order.fromServer(event);
  }
  at = 'at the end: ';
  for (const order of connections.values()) order.end();
  return faults;
}
