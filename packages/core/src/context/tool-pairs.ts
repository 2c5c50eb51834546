import type { ChatMessage } from './chat-message.js';

/**
 * Providers refuse a call without its results, and results without their call. Throws when the messages hold one: each
 * message with calls must be followed at once by one result for each of them, and by nothing else before they are complete.
 */
export function checkToolPairs(messages: readonly ChatMessage[]): void {
  let open: string[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      const index = open.indexOf(message.tool_call_id);
      if (index === -1) {
        throw new TypeError(
          `The result of tool call "${message.tool_call_id}" does not follow that call; a call and its results belong together.`,
        );
      }
      open.splice(index, 1);
      continue;
    }
    refuseOpen(open);
    open = message.role === 'assistant' ? (message.tool_calls ?? []).map((call) => call.id) : [];
  }
  refuseOpen(open);
}

function refuseOpen([first]: readonly string[]): void {
  if (first === undefined) return;
  throw new TypeError(`The tool call "${first}" has no result behind it; a call and its results belong together.`);
}

interface Entry {
  readonly message: ChatMessage;
}

/** The first place at or behind `index` where something may be put in without parting a call from its results. */
export function boundaryFrom(entries: readonly Entry[], index: number): number {
  let at = Math.min(Math.max(index, 0), entries.length);
  while (entries[at]?.message.role === 'tool') at++;
  return at;
}

/** Where the group of a call and its results that the entry at `index` belongs to begins and ends; of others, the entry alone. */
export function groupAround(entries: readonly Entry[], index: number): { readonly from: number; readonly to: number } {
  let from = index;
  while (from > 0 && entries[from]?.message.role === 'tool') from--;
  return { from, to: boundaryFrom(entries, index + 1) };
}
