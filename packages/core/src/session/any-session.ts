import type { SessionContext } from './session-context.js';

/** A session, seen from outside or, as a processor's `SessionContext`, from inside: names it where something is kept for each. */
export type AnySession = Pick<SessionContext, 'id' | 'turn' | 'signal'>;
