import type { RealtimeLogLine } from '@voxrill/realtime-server';
import { complaints } from '../../realtime-schemas/published-schema.js';

/** What the published shapes and the order of events have against a log, one sentence a fault. */
export function wireFaults(lines: readonly RealtimeLogLine[]): string[] {
  return lines.flatMap(({ dir, proto, event }) =>
    complaints(event, dir, proto).map((complaint) => `${dir} ${proto}: ${complaint}`),
  );
}
