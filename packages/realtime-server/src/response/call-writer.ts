import type { ToolCallRequest } from '@voxrill/core';
import type { RealtimeServerItem } from '@voxrill/openai';
import { beginItem, closeItem, type ResponseScope } from './response-scope.js';

/** Writes a function call of a response, whole. What is no JSON is told as it is, and as incomplete: nobody should run it. */
export function writeCall(scope: ResponseScope, outputIndex: number, call: ToolCallRequest): RealtimeServerItem {
  const { conversation, say, send, id: responseId } = scope;
  const id = scope.nextId('item');
  const fresh = call.id !== '' && conversation?.hasCall(call.id) !== true;
  const callId = fresh ? call.id : scope.nextId('call');
  const text = call.arguments.trim() === '' ? '{}' : call.arguments;
  const begun = { id, type: 'function_call', call_id: callId, name: call.name } as const;
  const after = beginItem(scope, outputIndex, { item: { ...begun, status: 'in_progress', arguments: '' } });
  const item: RealtimeServerItem = { ...begun, status: isJson(text) ? 'completed' : 'incomplete', arguments: text };
  conversation?.update(id, (stored) => ({ ...stored, item }));
  const at = { response_id: responseId, item_id: id, output_index: outputIndex, call_id: callId };
  send(say.argumentsDelta(at, text));
  send(say.argumentsDone(at, call.name, text));
  closeItem(scope, outputIndex, item, after);
  return item;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
