import { parseClientEvent, type RealtimeDialectName } from '@voxrill/openai';
import type { AcceptorOptions } from './acceptor-options.js';
import {
  aFlag,
  aFunction,
  anObject,
  aText,
  atLeastZero,
  lookedAtElsewhere,
  type OptionRule,
  type OptionRules,
} from './check-options.js';
import type { DoorOptions } from './door-options.js';
import type { EngineEndpointOptions } from './engine-endpoint.js';

const dialects = Object.keys({
  'beta-2024-10': true,
  beta: true,
  'azure-preview': true,
  ga: true,
  'azure-ga': true,
} as const satisfies Record<RealtimeDialectName, true>);

/** The name of a dialect, or one of these words. */
export const aDialect = (...words: readonly string[]): OptionRule => {
  const names = [...words, ...dialects];
  return { is: (value) => typeof value === 'string' && names.includes(value), must: `one of ${names.join(', ')}` };
};

const aSession: OptionRule = {
  is: (session) => parseClientEvent({ type: 'session.update', session }, 'ga').kind === 'event',
  must: "settings of the protocol, such as { type: 'realtime', instructions: 'Be brief.' }",
};
const origins: OptionRule = {
  is: (value) => Array.isArray(value) || typeof value === 'function',
  must: 'a list of origins, or a function that knows them',
};
const deflate: OptionRule = { is: (value) => aFlag.is(value) || anObject.is(value), must: 'true, false, or an object' };

export const acceptorRules: OptionRules<AcceptorOptions> = {
  dialect: aDialect('auto'),
  startDelayMs: lookedAtElsewhere,
  idleMs: lookedAtElsewhere,
  maxWaitingBytes: lookedAtElsewhere,
  closeMs: lookedAtElsewhere,
  log: aFunction,
  onCall: aFunction,
  clock: anObject,
  wallClock: aFunction,
  logger: anObject,
};

export const engineEndpointRules: OptionRules<EngineEndpointOptions> = {
  ...acceptorRules,
  model: aText,
  session: aSession,
  refuseBeta: aFlag,
  sessionMs: atLeastZero,
  nextId: aFunction,
};

export const doorRules: OptionRules<DoorOptions> = {
  host: aText,
  port: lookedAtElsewhere,
  tls: anObject,
  keys: lookedAtElsewhere,
  origins,
  deflate,
  maxPayloadBytes: lookedAtElsewhere,
  maxSessions: lookedAtElsewhere,
  maxBufferedBytes: lookedAtElsewhere,
  handshakeMs: lookedAtElsewhere,
  pingMs: lookedAtElsewhere,
  closeSocketMs: lookedAtElsewhere,
  clock: anObject,
  wallClock: aFunction,
  logger: anObject,
};
