import type { Random } from '@voxrill/testing';
import { clientEvents } from './hostile-client-events.js';
import type { Wire } from './hostile-parts.js';
import { serverEvents } from './hostile-server-events.js';

/** Whose events are imitated. */
export type HostileRole = 'client' | 'server';

/** Text that no honest peer would send, mixed with what one would. */
export interface HostileEvents {
  next(): string;
  /** Reads the names in what the other side has said, so that some events are about things that exist. */
  learn(text: string): void;
}

/** Stands for a number that JSON can write and JavaScript cannot hold. */
const hugeNumber = '<huge number>';
const deep = (open: string, close: string, levels: number): string => open.repeat(levels) + close.repeat(levels);
const polluting: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
const nested: unknown = JSON.parse(deep('[', ']', 2_000));
const longId = 'x'.repeat(100_000);
const nasty: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, -1e308, 2 ** 53, 1e308, hugeNumber, '', '\ud800', '\u0000', 'inf', 'root', '__proto__', longId],
  ...[[], {}, [null], [[]], ['x'], { type: 'x' }, polluting, nested],
];
const strangeTexts = ['', ' ', 'null', '[]', '7', '"text"', '{}', '\u0000', '\ufeff{}', '{"type":"__proto__"}', '{"type":{}}'];

/** Imitates one side of the protocol, badly, and the same way for the same random numbers. */
export function hostileEvents(role: HostileRole, random: Random): HostileEvents {
  const names: string[] = ['item_1', 'resp_1', 'call_1', 'root'];
  const past: string[] = [];
  let count = 0;
  const name = (): string => (random.chance(0.1) ? `made_${random.between(0, 50)}` : random.pick(names));
  const make = role === 'client' ? clientEvents : serverEvents;
  const harmed = (event: Wire): string => {
    const members = Object.keys(event);
    switch (random.between(0, 9)) {
      case 0:
        return written({ ...event, [random.pick(members)]: random.pick(nasty) });
      case 1:
        return written(harmedWithin(event, random));
      case 2: {
        const gone = random.pick(members);
        return written(Object.fromEntries(Object.entries(event).filter(([member]) => member !== gone)));
      }
      case 3:
        return written({ ...event, ...(polluting as object), event_id: random.pick(nasty) });
      case 4: {
        const text = written(event);
        return text.slice(0, random.between(0, text.length));
      }
      case 5:
        return written(event).repeat(2);
      case 6:
        return written({ ...event, type: `${String(event.type)}${random.pick(['s', '.done', '\u0000', ' '])}` });
      case 7:
        return `${written(event).slice(0, -1)},"more":${deep('[', ']', 5_000)}}`;
      case 8:
        return random.pick(strangeTexts);
      default:
        return random.chance(0.1) ? deep('[', '', 50_000) : written(event).replace(/[{}":,]/u, () => '\ufffd');
    }
  };
  return {
    next() {
      const again = past.length > 0 && random.chance(0.05);
      const event = random.pick(make)({ random, name, fresh: () => `new_${++count}` });
      const text = again ? random.pick(past) : random.chance(0.4) ? written(event) : harmed(event);
      past[past.length < 64 ? past.length : random.between(0, 63)] = text;
      return text;
    },
    learn(text) {
      for (const [, found] of text.slice(0, 4_096).matchAll(/"(?:id|item_id|response_id|call_id)":"([^"]{1,64})"/gu)) {
        if (found !== undefined) names[names.length < 48 ? names.length : random.between(4, 47)] = found;
      }
    },
  };
}

/** Makes ids that are the same every time. */
export function numberedIds(): (prefix: string) => string {
  let count = 0;
  return (prefix) => `${prefix}_${++count}`;
}

const written = (event: unknown): string => JSON.stringify(event).replaceAll(`"${hugeNumber}"`, '1e999');

/** Puts something nasty somewhere below the members. */
function harmedWithin(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return random.pick(nasty);
  if (Array.isArray(value)) {
    const at = random.between(0, Math.max(0, value.length - 1));
    return value.map((each, index) => (index === at ? harmedWithin(each, random) : each));
  }
  const members = Object.entries(value);
  if (members.length === 0) return polluting;
  const [at] = random.pick(members);
  return Object.fromEntries(members.map(([member, each]) => [member, member === at ? harmedWithin(each, random) : each]));
}
