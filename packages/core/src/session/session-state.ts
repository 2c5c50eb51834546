/** The way of a session; it never goes back. */
export type SessionState = 'created' | 'starting' | 'running' | 'ending' | 'closed';
