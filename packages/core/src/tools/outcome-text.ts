import type { ToolOutcome } from '../frames/frame-map.js';

/** How a call ended, or that a long-running tool is still at work. */
export type ToolAnswer = ToolOutcome | { readonly status: 'running' };

/** What the model is told of an outcome: text, JSON where the value is not text already. */
export function outcomeText(outcome: ToolAnswer): string {
  switch (outcome.status) {
    case 'result':
      return typeof outcome.value === 'string' ? outcome.value : jsonText(outcome.value);
    case 'error':
      return JSON.stringify({ error: outcome.message });
    case 'cancelled':
      return JSON.stringify({ cancelled: outcome.reason });
    case 'timed-out':
      return JSON.stringify({ error: `The tool gave no result within ${outcome.afterMs} ms.` });
    case 'running':
      return JSON.stringify({ status: 'running' });
  }
}

/** A tool may return what JSON cannot hold: nothing, a function, a circle, a bigint. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return JSON.stringify({ error: 'The tool returned something that is not JSON.' });
  }
}
