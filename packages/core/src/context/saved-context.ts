import type { ChatMessage } from './chat-message.js';

/** A conversation as plain data. */
export interface SavedContext {
  /** Of this format. */
  readonly version: 1;
  readonly entries: readonly SavedEntry[];
}

/** A message, and whether it is a memory or a summary. */
export interface SavedEntry {
  readonly message: ChatMessage;
  readonly kind?: 'memory' | 'summary';
}

/** What is written of a conversation. */
export function savedContext(entries: readonly SavedEntry[]): SavedContext {
  return {
    version: 1,
    entries: entries.map((entry) => ({
      message: entry.message,
      ...(entry.kind === undefined ? {} : { kind: entry.kind }),
    })),
  };
}

/**
 * Checks what was read. Throws a TypeError that names the place. By hand, since a schema library would double the time that
 * importing this package takes, for a format that is our own.
 */
export function readSavedContext(value: unknown): SavedContext {
  assertSaved(value);
  return value;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown, at: string) => void;

function assertSaved(value: unknown): asserts value is SavedContext {
  const saved = fields(value, '');
  oneOf(1)(saved.version, 'version');
  each(saved.entries, 'entries', (one, at) => {
    const entry = fields(one, at);
    optional(entry.kind, `${at}.kind`, oneOf('memory', 'summary'));
    message(entry.message, `${at}.message`);
  });
}

function message(value: unknown, at: string): void {
  const { role, content, interrupted, tool_calls, tool_call_id } = fields(value, at);
  oneOf('system', 'developer', 'user', 'assistant', 'tool')(role, `${at}.role`);
  if (role === 'user' && Array.isArray(content)) each(content, `${at}.content`, part);
  else if (role !== 'assistant' || content !== null) text(content, `${at}.content`);
  if (role === 'tool') text(tool_call_id, `${at}.tool_call_id`);
  if (role !== 'assistant') return;
  optional(interrupted, `${at}.interrupted`, oneOf(true));
  optional(tool_calls, `${at}.tool_calls`, (calls, where) => each(calls, where, toolCall));
}

function toolCall(value: unknown, at: string): void {
  const call = fields(value, at);
  text(call.id, `${at}.id`);
  oneOf('function')(call.type, `${at}.type`);
  const called = fields(call.function, `${at}.function`);
  text(called.name, `${at}.function.name`);
  text(called.arguments, `${at}.function.arguments`);
}

function part(value: unknown, at: string): void {
  const { type, text: said, input_audio, transcript, image_url } = fields(value, at);
  oneOf('text', 'input_audio', 'image_url')(type, `${at}.type`);
  if (type === 'text') text(said, `${at}.text`);
  if (type === 'input_audio') {
    const audio = fields(input_audio, `${at}.input_audio`);
    text(audio.data, `${at}.input_audio.data`);
    oneOf('wav', 'mp3')(audio.format, `${at}.input_audio.format`);
    optional(transcript, `${at}.transcript`, text);
  }
  if (type === 'image_url') {
    const image = fields(image_url, `${at}.image_url`);
    text(image.url, `${at}.image_url.url`);
    optional(image.detail, `${at}.image_url.detail`, oneOf('auto', 'low', 'high'));
  }
}

function fields(value: unknown, at: string): Fields {
  if (!isFields(value)) wrong(at, 'an object is expected');
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function each(value: unknown, at: string, check: Check): void {
  if (!Array.isArray(value)) wrong(at, 'a list is expected');
  value.forEach((one: unknown, i) => {
    check(one, `${at}.${i}`);
  });
}

function text(value: unknown, at: string): void {
  if (typeof value !== 'string') wrong(at, 'a text is expected');
}

function oneOf(...allowed: readonly unknown[]): Check {
  return (value, at) => {
    if (!allowed.includes(value)) wrong(at, `expected is ${allowed.map((one) => JSON.stringify(one)).join(' or ')}`);
  };
}

function optional(value: unknown, at: string, check: Check): void {
  if (value !== undefined) check(value, at);
}

function wrong(at: string, why: string): never {
  const where = at === '' ? 'it' : `"${at}"`;
  throw new TypeError(`This is not a saved conversation of version 1; ${where} is wrong: ${why}.`);
}
