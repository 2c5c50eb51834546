import type { z } from 'zod';

/** What an error event says, in the documented shape; also what a parser finds wrong with an event. */
export interface RealtimeErrorDetail {
  /** `invalid_request_error`, `server_error` … */
  readonly type: string;
  /** A word for programs, such as `missing_required_parameter`. */
  readonly code: string | null;
  /** A sentence for people. */
  readonly message: string;
  /** The member that is to blame, by its place in the event as it was sent: `session.tools[0].name`. */
  readonly param: string | null;
  /** The id that the client gave the event that is to blame. */
  readonly event_id: string | null;
}

/**
 * Makes the detail of an error that a client event is answered with.
 *
 * @example
 * ```ts
 * const error = invalidRequest('response_cancel_not_active', 'Cancellation failed: no active response found');
 * console.log(error.type); // invalid_request_error
 * ```
 */
export const invalidRequest = (
  code: string | null,
  message: string,
  about: { readonly param?: string; readonly eventId?: string | undefined } = {},
): RealtimeErrorDetail => ({
  type: 'invalid_request_error',
  code,
  message,
  param: about.param ?? null,
  event_id: about.eventId ?? null,
});

/**
 * The answer to a client event whose type the server does not know.
 *
 * @example
 * ```ts
 * console.log(unknownEventError('session.dance').message); // Invalid value: 'session.dance'. …
 * ```
 */
export const unknownEventError = (type: string, eventId?: string): RealtimeErrorDetail =>
  invalidRequest('invalid_value', `Invalid value: '${shortened(type)}'. There is no such event.`, { param: 'type', eventId });

/**
 * The answer to a member that the server does not know, for a server that is as strict about them as OpenAI's.
 *
 * @example
 * ```ts
 * console.log(unknownParameterError('session.voice').code); // unknown_parameter
 * ```
 */
export const unknownParameterError = (param: string, eventId?: string): RealtimeErrorDetail =>
  invalidRequest('unknown_parameter', `Unknown parameter: '${param}'.`, { param, eventId });

/** Writes a path as the service does. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : `${text === '' ? '' : '.'}${shortened(String(step))}`;
  return text;
}

/** Turns the first complaint of a schema into the documented error. `words`: what the wire would take, if that is not what the schema says. */
export function errorOfIssue(
  issue: z.core.$ZodIssue,
  value: unknown,
  param: string,
  words: readonly string[] | undefined,
  eventId: string | undefined,
): RealtimeErrorDetail {
  const error = (code: string, message: string) => invalidRequest(code, message, { param, eventId });
  if (value === undefined) return error('missing_required_parameter', `Missing required parameter: '${param}'.`);
  const wrongType = (expected: string) =>
    error('invalid_type', `Invalid type for '${param}': expected ${expected}, but got ${typeText(value)} instead.`);
  const choices = words ?? choicesOf(issue);
  if (choices !== undefined) {
    if (typeof value !== 'string') return wrongType(`one of ${choices.map((word) => `'${word}'`).join(', ')}`);
    const supported = choices.map((word) => `'${word}'`).join(', ');
    return error('invalid_value', `Invalid value: '${shortened(value)}'. Supported values are: ${supported}.`);
  }
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(expectedText[issue.expected] ?? issue.expected);
    case 'too_small':
      return error(
        `${kindText(value)}_below_min_value`,
        `Invalid '${param}': ${kindText(value)} below minimum value. Expected a value >= ${issue.minimum}, but got ${String(value)} instead.`,
      );
    case 'too_big':
      if (typeof value === 'number') {
        return error(
          `${kindText(value)}_above_max_value`,
          `Invalid '${param}': ${kindText(value)} above maximum value. Expected a value <= ${issue.maximum}, but got ${value} instead.`,
        );
      }
      return error(
        `${typeof value === 'string' ? 'string' : 'array'}_above_max_length`,
        `Invalid '${param}': ${typeof value === 'string' ? 'string' : 'array'} too long. Expected a maximum length of ${issue.maximum}.`,
      );
    case 'custom':
      return typeof value === 'object' || typeof value === 'string'
        ? error('invalid_value', `Invalid value for '${param}'. ${issue.message}`)
        : wrongType('an object');
    default:
      return error('invalid_value', `Invalid value for '${param}'.`);
  }
}

function choicesOf(issue: z.core.$ZodIssue): readonly string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)
    ? issue.options.map(String)
    : undefined;
}

const expectedText: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'a boolean',
  object: 'an object',
  record: 'an object',
  array: 'an array',
};

function typeText(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const kindText = (value: unknown): string => (Number.isInteger(value) ? 'integer' : 'decimal');

/** Nobody is sent back a megabyte of his own. */
export const shortened = (text: string): string => (text.length <= 100 ? text : `${text.slice(0, 100)}…`);
