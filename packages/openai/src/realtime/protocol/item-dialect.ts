import { isObject, type WireObject } from './wire-object.js';

const ofAssistant: Readonly<Record<string, string>> = { text: 'output_text', audio: 'output_audio' };
const ofUser: Readonly<Record<string, string>> = { text: 'input_text', audio: 'input_audio' };
const inBeta: Readonly<Record<string, string>> = { output_text: 'text', output_audio: 'audio' };
const inPart: Readonly<Record<string, string>> = { output_text: 'text', output_audio: 'audio' };

/** An item of any dialect in our words. `lenient`: a message of a server that has no content yet may leave it out. */
export function itemFromWire(item: unknown, lenient: boolean): unknown {
  if (!isObject(item) || item.type !== 'message') return item;
  if (item.content === undefined || item.content === null) return lenient ? { ...item, content: [] } : item;
  return withParts(item, item.role === 'assistant' ? ofAssistant : ofUser);
}

/** An item in the words of the beta. */
export const itemToBeta = (item: unknown): unknown =>
  isObject(item) && item.type === 'message' && item.role === 'assistant' ? withParts(item, inBeta) : item;

/** The part of `response.content_part.*` is called `text` or `audio` in every dialect, except by a few servers. */
export const partFromWire = (part: unknown): unknown => (isObject(part) ? renamedPart(part, inPart) : part);

/** Items that the beta has no word for. */
export const isMcpItem = (item: unknown): boolean =>
  isObject(item) && typeof item.type === 'string' && item.type.startsWith('mcp_');

function withParts(item: WireObject, names: Readonly<Record<string, string>>): WireObject {
  const { content } = item;
  if (!Array.isArray(content) || !content.some((part) => isObject(part) && renamedPart(part, names) !== part)) return item;
  return { ...item, content: content.map((part) => (isObject(part) ? renamedPart(part, names) : part)) };
}

function renamedPart(part: WireObject, names: Readonly<Record<string, string>>): WireObject {
  const name = typeof part.type === 'string' && Object.hasOwn(names, part.type) ? names[part.type] : undefined;
  return name === undefined ? part : { ...part, type: name };
}
