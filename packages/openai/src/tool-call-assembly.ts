import type { ChatMessage, ToolCallRequest } from '@voxrill/core';
import type { ToolCallDelta } from './chat-chunk.js';

interface OpenCall {
  readonly index: number | undefined;
  id: string | undefined;
  name: string;
  args: string;
}

function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

/**
 * Puts tool calls together from their pieces. Pieces belong together by `index`; servers that leave it out, or give the
 * same to all calls, are told apart by id, or by a new name after arguments that are complete.
 */
export class ToolCallAssembly {
  readonly #calls: OpenCall[] = [];

  add(delta: ToolCallDelta): void {
    let call = this.#openCall(delta);
    if (call === undefined) {
      call = { index: delta.index, id: delta.id, name: '', args: '' };
      this.#calls.push(call);
    }
    call.id ??= delta.id;
    // Some servers repeat the name in each piece.
    if (delta.name !== undefined && delta.name !== call.name) call.name += delta.name;
    call.args += delta.arguments ?? '';
  }

  /** The calls in their order. Each gets an id that no other call of the conversation has. */
  finished(messages: readonly ChatMessage[]): ToolCallRequest[] {
    const used = new Set(
      messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []).map((call) => call.id) : [])),
    );
    return this.#calls
      .filter((call) => call.name !== '')
      .map((call, index) => {
        const id = call.id === undefined || used.has(call.id) ? freshId(messages.length, index, used) : call.id;
        used.add(id);
        return { id, name: call.name, arguments: call.args.trim() === '' ? '{}' : call.args };
      });
  }

  #openCall({ index, id, name }: ToolCallDelta): OpenCall | undefined {
    const last = index === undefined ? this.#calls.at(-1) : this.#calls.findLast((call) => call.index === index);
    if (last === undefined) return undefined;
    if (id !== undefined && last.id !== undefined) return id === last.id ? last : undefined;
    const isAnother =
      name !== undefined && last.name !== '' && (index === undefined || name !== last.name) && isWhole(last.args || '{}');
    return isAnother ? undefined : last;
  }
}

function freshId(turn: number, index: number, used: ReadonlySet<string>): string {
  let id = `call_${turn}_${index}`;
  while (used.has(id)) id += '_';
  return id;
}
