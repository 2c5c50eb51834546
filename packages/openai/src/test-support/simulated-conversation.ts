import { textIn } from '@voxrill/testing';
import { pcmReader } from '../realtime/protocol/audio-base64.js';
import type { RealtimeConversationItem } from '../realtime/protocol/schema/item-schema.js';

/** An item of its conversation. */
export interface SimulatedItem {
  readonly id: string;
  readonly type: string;
  readonly role: string;
  text: string;
  readonly callId?: string;
  /** Of the assistant: what it has said, as far as it was not cut. */
  samples: Int16Array;
}

const samplesPerMs = 24;

/** The conversation of a simulated service. What cannot be done returns the code of the error by which it is refused. */
export class SimulatedConversation {
  items: SimulatedItem[] = [];

  add(item: SimulatedItem): void {
    this.items.push(item);
  }

  create(item: RealtimeConversationItem, id: string, after: string | null | undefined): string | undefined {
    const index = after === 'root' ? 0 : this.items.findIndex((one) => one.id === after) + 1;
    const placed = typeof after === 'string';
    if (this.items.some((one) => one.id === id)) return 'item_already_exists';
    if (placed && after !== 'root' && index === 0) return 'item_not_found';
    if (item.type === 'function_call_output' && !this.items.some(({ callId }) => callId === item.call_id))
      return 'invalid_tool_call_id';
    const added: SimulatedItem = {
      id,
      type: item.type,
      role: item.type === 'message' ? item.role : '',
      text: textOf(item),
      samples: new Int16Array(),
      ...(item.type === 'function_call' && typeof item.call_id === 'string' ? { callId: item.call_id } : {}),
    };
    this.items = this.items.toSpliced(placed ? index : this.items.length, 0, added);
    return undefined;
  }

  delete(itemId: string): string | undefined {
    if (!this.items.some(({ id }) => id === itemId)) return 'item_delete_invalid_item_id';
    this.items = this.items.filter(({ id }) => id !== itemId);
    return undefined;
  }

  truncate(itemId: string, endMs: number): string | undefined {
    const item = this.items.find(({ id }) => id === itemId);
    if (item === undefined) return 'item_truncate_invalid_item_id';
    if (item.role !== 'assistant' || item.samples.length === 0) return 'unsupported_content_type';
    if (item.samples.length / samplesPerMs < endMs) return 'invalid_value';
    item.samples = item.samples.subarray(0, endMs * samplesPerMs);
    item.text = textIn(item.samples);
    return undefined;
  }
}

function textOf(item: RealtimeConversationItem): string {
  if (item.type === 'function_call') return item.name;
  if (item.type === 'function_call_output') return item.output;
  if (item.type !== 'message') return '';
  return item.content
    .map((part) => {
      if (part.type === 'input_text' || part.type === 'output_text') return part.text;
      return part.type === 'input_audio' ? textIn(pcmReader()(part.audio ?? '')) : '';
    })
    .join(' ');
}
