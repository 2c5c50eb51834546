import type { Frame, FrameKind } from '../frames/frame.js';

/** What is posted of a frame, as JSON. */
export interface WebhookEvent {
  /** Tells this event from all others; the same at each attempt, and the `Idempotency-Key` of the request. */
  readonly id: string;
  /** Of the session. */
  readonly session: string;
  readonly kind: FrameKind;
  /** Session milliseconds. */
  readonly atMs: number;
  /** On the wall, ISO 8601. */
  readonly time: string;
  /** The turn epoch. */
  readonly turn: number;
  /** The payload of the frame, without what has no form in JSON. */
  readonly data: unknown;
}

const headerKeys: ReadonlySet<string> = new Set(['kind', 'id', 'at', 'turn']);

/** Characters of JSON; of a longer event the data is left out. */
const maxLength = 262_144;

/** Writes an event as JSON. Throws what cannot be written, like an object that holds itself. */
export function webhookBody(event: Omit<WebhookEvent, 'data'>, data: unknown): string {
  const body = JSON.stringify({ ...event, data }, writable);
  return body.length <= maxLength ? body : JSON.stringify({ ...event, data: { omitted: `${body.length} characters` } });
}

/** The payload of a frame. */
export function payloadOf(frame: Frame): Record<string, unknown> {
  return Object.fromEntries(Object.entries(frame).filter(([key]) => !headerKeys.has(key)));
}

/** What was thrown is told by the message beside it; bytes are none of an endpoint's business. */
function writable(_key: string, value: unknown): unknown {
  if (value instanceof Error || ArrayBuffer.isView(value)) return undefined;
  return typeof value === 'bigint' ? String(value) : value;
}
