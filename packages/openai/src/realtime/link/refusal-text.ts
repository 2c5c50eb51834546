import type { IncomingMessage } from 'node:http';
import type { Clock } from '@voxrill/core';

const maxBytes = 16_384;
/** A server that keeps the connection open after it has refused is not waited for: its status says enough. */
const patienceMs = 1_000;

/**
 * The text with which a server refuses a WebSocket: its first 16 KiB, as far as they come within a second. Never rejects.
 *
 * @example
 * ```ts
 * import type { IncomingMessage } from 'node:http';
 * import { realClock } from '@voxrill/core';
 *
 * const onUnexpectedResponse = async (response: IncomingMessage) => console.log(await refusalText(response, realClock()));
 * ```
 */
export function refusalText(response: IncomingMessage, clock: Clock): Promise<string> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const cancelTimer = clock.setTimer(() => response.destroy(), patienceMs);
    response.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size >= maxBytes) response.destroy();
    });
    response.once('error', () => undefined);
    response.once('close', () => {
      cancelTimer();
      resolve(Buffer.concat(parts).subarray(0, maxBytes).toString());
    });
  });
}
