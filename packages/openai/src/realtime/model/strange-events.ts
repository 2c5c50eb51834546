import type { Logger } from '@voxrill/core';
import type { ParsedRealtimeEvent } from '../protocol/parse-event.js';
import type { RealtimeServerEvent } from '../protocol/schema/server-event-schema.js';

/** So many different ones are told of; all of them are counted. */
const maxTold = 32;

/** Tells the log what a service says that cannot be acted on: each kind once, by its name. */
export class StrangeEvents {
  readonly #log: Logger;
  readonly #told = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  note(parsed: Exclude<ParsedRealtimeEvent<RealtimeServerEvent>, { kind: 'event' }>): void {
    const { kind, type = 'without a type', eventId = 'without an id' } = parsed;
    const name = `${kind} ${type}`;
    if (this.#told.has(name) || this.#told.size >= maxTold) return;
    this.#told.add(name);
    if (kind === 'unknown') this.#log.debug(`The service sent "${type}" (${eventId}), which is not known here.`);
    else this.#log.warn(`The service sent "${type}" (${eventId}), which cannot be read: ${parsed.error.message}`);
  }
}
