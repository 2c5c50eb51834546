import { z } from 'zod';
import { tokenLimit } from '../protocol/schema/field.js';
import { sessionSchema, toolChoice, transcription, turnDetection, voice } from '../protocol/schema/session-schema.js';
import type { OpenAIRealtimeOptions } from './realtime-options.js';

interface Rule {
  readonly schema: z.ZodType;
  /** What it must be. */
  readonly must: string;
}

const text: Rule = { schema: z.string(), must: 'a text' };
const call: Rule = { schema: z.custom((value) => typeof value === 'function'), must: 'a function' };
const positiveMs: Rule = { schema: z.number().positive(), must: 'a number of milliseconds above 0' };
const oneOf = (...values: [string, ...string[]]): Rule => ({
  schema: z.enum(values),
  must: values.map((value) => `'${value}'`).join(' or '),
});

const rules: { readonly [Name in keyof OpenAIRealtimeOptions]-?: Rule } = {
  // What these hold is looked at where the address is made of them.
  model: { schema: z.unknown(), must: 'the name of a model' },
  dialect: { schema: z.unknown(), must: 'the name of a dialect' },
  baseURL: text,
  apiKey: text,
  token: call,
  apiVersion: text,
  organization: text,
  project: text,
  headers: { schema: z.record(z.string(), z.string()), must: 'an object of texts' },
  protocols: { schema: z.array(z.string()), must: 'a list of texts' },
  deflate: { schema: z.boolean(), must: 'true or false' },
  name: { schema: z.string().min(1), must: 'a text that is not empty' },
  voice: { schema: voice, must: 'the name of a voice, or an object with its id' },
  instructions: text,
  turnDetection: {
    schema: turnDetection,
    must: "'own', or an object whose type is 'server_vad' or 'semantic_vad'",
  },
  transcription: { schema: transcription, must: "false, or an object such as { model: 'whisper-1' }" },
  noiseReduction: oneOf('near_field', 'far_field'),
  output: oneOf('audio', 'text'),
  audioFormat: oneOf('audio/pcm', 'audio/pcmu', 'audio/pcma'),
  speed: { schema: z.number().min(0.25).max(1.5), must: 'a number from 0.25 to 1.5' },
  toolChoice: { schema: toolChoice, must: "'auto', 'none', 'required', or an object that names a tool" },
  maxOutputTokens: { schema: tokenLimit, must: "a whole number above 0, or 'inf'" },
  session: { schema: z.looseObject({}), must: 'an object of settings of the protocol' },
  history: oneOf('items', 'packed'),
  sessionLimitMs: positiveMs,
  renewMs: { schema: z.number().min(0), must: 'a number of milliseconds, 0 or more' },
  connectMs: positiveMs,
  reconnectMs: positiveMs,
  answerMs: positiveMs,
  // What is kept is told to a new connection in one event, and four minutes are what the protocol takes in one.
  keepAudioMs: { schema: z.number().positive().max(240_000), must: 'a number of milliseconds above 0, up to 240000' },
  wallClock: call,
  random: call,
  open: call,
};

/** What an option may be besides what its rule says. */
const words: Readonly<Partial<Record<keyof OpenAIRealtimeOptions, unknown>>> = { turnDetection: 'own', transcription: false };

/**
 * Refuses options that do not exist, which a misspelt name would otherwise hide, and values that no service takes.
 *
 * @throws TypeError that names the option and what it may be.
 */
export function checkRealtimeOptions(options: OpenAIRealtimeOptions): void {
  if (typeof options !== 'object' || options === null)
    throw wrong("pass an object of options, such as { model: 'gpt-realtime' }");
  const known = Object.keys(rules);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw wrong(`there is no option "${unknown}"; use ${known.join(', ')}`);
  for (const [name, rule] of Object.entries(rules)) checkOption(name, rule, member(options, name), member(words, name));
  checkSession(options.session);
  const { sessionLimitMs = 3_600_000, renewMs } = options;
  if (renewMs !== undefined && renewMs >= sessionLimitMs)
    throw wrong(`renewMs must be less than sessionLimitMs, which is ${sessionLimitMs}`);
}

function checkOption(name: string, { schema, must }: Rule, value: unknown, word: unknown): void {
  if (value === undefined || (word !== undefined && value === word)) return;
  const issue = schema.safeParse(value).error?.issues[0];
  if (issue === undefined) return;
  // A member of it is wrong, and it is not that its kind is unknown.
  if (issue.path.length > 0 && issue.code !== 'invalid_union') throw wrongMember([name, ...issue.path], issue.message);
  throw wrong(`${name} must be ${must}`);
}

function checkSession(session: OpenAIRealtimeOptions['session']): void {
  if (session === undefined) return;
  const { error, data } = sessionSchema.safeParse({ type: 'realtime', ...session });
  const issue = error?.issues[0];
  if (issue !== undefined) throw wrongMember(['session', ...issue.path], issue.message);
  if (data?.type !== 'realtime') throw wrong("session.type must be 'realtime', or left out");
}

const wrongMember = (path: readonly PropertyKey[], why: string): TypeError =>
  wrong(`${path.map(String).join('.')} is nothing that the protocol takes (${why}); change it or leave it out`);

const wrong = (what: string): TypeError => new TypeError(`openaiRealtime: ${what}.`);

const member = (of: object, name: string): unknown => Object.getOwnPropertyDescriptor(of, name)?.value;
