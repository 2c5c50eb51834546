export type { TraceOptions } from './trace-options.js';
export { type SessionTrace, traceSession } from './trace-session.js';
