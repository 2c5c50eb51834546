/** An object of JSON, of which nothing is known yet. */
export type WireObject = Readonly<Record<string, unknown>>;

/** An event as it stands on the wire: its type, and members of whatever dialect. */
export type RealtimeWireEvent = WireObject & { readonly type: string };

export const isObject = (value: unknown): value is WireObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same object without some members; the very same when it has none of them. */
export function without(value: WireObject, members: readonly string[]): WireObject {
  if (!members.some((member) => member in value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([member]) => !members.includes(member)));
}
