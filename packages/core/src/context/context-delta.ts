import type { ContextEntry, ContextVersion } from './llm-context.js';

/** What a provider that keeps the conversation itself has to be told. */
export interface ContextDelta {
  /** What it is to forget. */
  readonly deleted: readonly ContextEntry[];
  /** What it is to add, in order, each behind another entry, or before everything where there is none. */
  readonly created: readonly { readonly entry: ContextEntry; readonly after: ContextEntry | undefined }[];
}

/**
 * Tells two versions of a conversation apart, so that only what is new has to be sent. An entry that was changed is deleted
 * and created; when messages were only appended, `deleted` is empty.
 *
 * @example
 * ```ts
 * const context = new LLMContext([{ role: 'user', content: 'Hello.' }]);
 * const before = context.version;
 * context.append({ role: 'assistant', content: 'Good morning.' }, 1);
 * console.log(contextDelta(before, context.version).created.length); // 1
 * ```
 */
export function contextDelta(previous: ContextVersion, next: ContextVersion): ContextDelta {
  const places = new Map(previous.entries.map((entry, index) => [entry, index]));
  const kept = new Set<ContextEntry>();
  const created: { entry: ContextEntry; after: ContextEntry | undefined }[] = [];
  let last = -1;
  for (const [index, entry] of next.entries.entries()) {
    const place = places.get(entry);
    // What has changed its place is as good as new.
    if (place !== undefined && place > last) {
      kept.add(entry);
      last = place;
    } else created.push({ entry, after: next.entries[index - 1] });
  }
  return { deleted: previous.entries.filter((entry) => !kept.has(entry)), created };
}
