import type { ParsedRealtimeEvent } from '@voxrill/openai';
import type { RelayScope } from './relay-scope.js';

/** Sends an event that a hook made or changed. What cannot be sent is an error in the log, and ends nothing. */
export function sendMade<Event>(
  { call, options }: RelayScope,
  to: 'client' | 'provider',
  made: ParsedRealtimeEvent<Event>,
  send: (event: Event) => void,
): void {
  const refuse = (problem: string): void =>
    options.logger.error(`A hook made an event that cannot be sent to the ${to}.`, { call: call.info.id, problem });
  if (made.kind !== 'event') {
    refuse(made.kind === 'invalid' ? made.error.message : `There is no event ${made.type}.`);
    return;
  }
  try {
    send(made.event);
  } catch (error) {
    // A number that JSON has no word for, say, in a member that no schema looks at.
    refuse(error instanceof Error ? error.message : String(error));
  }
}
