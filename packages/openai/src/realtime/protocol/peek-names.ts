/** More marks than this are not looked at; a string counts as one, however long it is. */
const maxSteps = 65536;
const longestName = 512;

/**
 * Finds the type and the id of an event whose text cannot be read as a whole: too long, or broken off. Only what stands in the
 * outermost object counts, for items and sessions may hold members of the same names.
 */
export function peekNames(text: string): { readonly type?: string; readonly eventId?: string } {
  const found: { type?: string; eventId?: string } = {};
  let depth = 0;
  let member: string | undefined;
  for (let at = 0, steps = 0; at < text.length && steps < maxSteps; at++, steps++) {
    switch (text[at]) {
      case '{':
      case '[':
        depth++;
        break;
      case '}':
      case ']':
        depth--;
        break;
      case ',':
        if (depth === 1) member = undefined;
        break;
      case '"': {
        const end = endOfString(text, at + 1);
        if (end === -1) return found;
        if (depth === 1) {
          const word = end - at <= longestName + 1 ? text.slice(at + 1, end) : '';
          if (member === undefined) member = word;
          else if (member === 'type') found.type ??= word;
          else if (member === 'event_id' && !word.includes('\\')) found.eventId ??= word;
        }
        at = end;
      }
    }
  }
  return found;
}

/** Where the string ends whose first character is at `from`; -1 if it does not. */
export function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}
