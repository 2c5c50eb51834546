export { type SessionTrace, type TraceOptions, traceSession } from './trace-session.js';
