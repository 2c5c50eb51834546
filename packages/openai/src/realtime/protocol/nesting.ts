import { endOfString } from './peek-names.js';

/** Whether lists and objects stand in one another more than so many times. Looks no deeper than that. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const member of Object.values(value)) if (isDeeperThan(member, levels - 1)) return true;
  return false;
}

/** The same of a text that is JSON, without reading it: a long one that is nothing but brackets takes seconds to read. */
export function isTextDeeperThan(text: string, levels: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case openList:
      case openObject:
        depth++;
        if (depth > levels) return true;
        break;
      case closeList:
      case closeObject:
        depth--;
        break;
      case quote: {
        const end = endOfString(text, at + 1);
        if (end === -1) return false;
        at = end;
      }
    }
  }
  return false;
}

const quote = 0x22;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;
