import type { RealtimeDialectName } from '../protocol/dialect.js';
import type { RealtimeResponseParams } from '../protocol/schema/response-schema.js';

const dialectsOf2024: ReadonlySet<RealtimeDialectName> = new Set(['beta-2024-10', 'azure-preview']);

/** Whether a dialect is of October 2024: its responses have no metadata, and all of them are in the conversation. */
export const isOf2024 = (dialect: RealtimeDialectName): boolean => dialectsOf2024.has(dialect);

/** What of a request a service of October 2024 takes; it refuses the whole of it for a member that it does not know. */
export function responseParamsOf2024(params: RealtimeResponseParams): RealtimeResponseParams {
  const { metadata: _metadata, conversation: _conversation, input: _input, ...known } = params;
  return known;
}
