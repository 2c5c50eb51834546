import type { ParsedRealtimeEvent } from './parse-event.js';
import { shortened } from './protocol-error.js';

/** More different names than this are not kept apart. */
const atMost = 256;

/** How much of what came was not known, or not right. */
export interface RealtimeEventCount {
  readonly events: number;
  readonly unknown: number;
  readonly invalid: number;
  /** How often each type came that is not known. */
  readonly unknownTypes: ReadonlyMap<string, number>;
  /** How often each member or word came that is not known. */
  readonly unfamiliar: ReadonlyMap<string, number>;
}

/**
 * Counts what a parser made of the events of one connection. Of the unknown, 256 different names are told apart.
 *
 * @example
 * ```ts
 * const counter = realtimeEventCounter();
 * counter.add(parseServerEvent('{"type":"session.danced"}', 'ga'));
 * console.log(counter.count().unknown); // 1
 * ```
 */
export function realtimeEventCounter(): {
  readonly add: (parsed: ParsedRealtimeEvent<unknown>) => void;
  readonly count: () => RealtimeEventCount;
} {
  const unknownTypes = new Map<string, number>();
  const unfamiliar = new Map<string, number>();
  let events = 0;
  let unknown = 0;
  let invalid = 0;
  const bump = (map: Map<string, number>, name: string): void => {
    const key = shortened(name);
    const kept = map.has(key) || map.size < atMost ? key : '…';
    map.set(kept, (map.get(kept) ?? 0) + 1);
  };
  return {
    add: (parsed) => {
      switch (parsed.kind) {
        case 'event':
          events++;
          for (const path of parsed.unfamiliar) bump(unfamiliar, path);
          return;
        case 'unknown':
          unknown++;
          bump(unknownTypes, parsed.type);
          return;
        case 'invalid':
          invalid++;
      }
    },
    count: () => ({ events, unknown, invalid, unknownTypes: new Map(unknownTypes), unfamiliar: new Map(unfamiliar) }),
  };
}
