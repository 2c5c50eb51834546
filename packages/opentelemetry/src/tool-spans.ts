import { SpanKind } from '@opentelemetry/api';
import type { FrameOf, ToolCallRequest, ToolOutcome } from '@voxrill/core';
import { genAI, own } from './attribute-names.js';
import { cut, json } from './message-attributes.js';
import { failed, type OpenSpans } from './open-spans.js';
import type { SpanTree } from './span-tree.js';

/** The spans of tool calls. They go on through an interruption, as the calls may. */
export class ToolSpans {
  readonly #tree: SpanTree;
  readonly #open: OpenSpans;
  readonly #recordText: boolean;

  constructor(tree: SpanTree, open: OpenSpans, recordText: boolean) {
    this.#tree = tree;
    this.#open = open;
    this.#recordText = recordText;
  }

  static isTool(key: string): boolean {
    return key.startsWith('tool ');
  }

  called(frame: FrameOf<'tool-calls'>): void {
    for (const call of frame.calls) this.#begin(frame, call);
  }

  answered({ at, group, callId, outcome }: FrameOf<'tool-result'>): void {
    const key = keyOf(group, callId);
    const open = this.#open.get(key);
    if (open === undefined) return;
    const { span } = open;
    span.setAttribute(own.toolStatus, outcome.status);
    if (outcome.status === 'result') {
      if (this.#recordText) span.setAttribute(genAI.toolResult, json(outcome.value));
    } else if (outcome.status !== 'cancelled') {
      failed(span, outcome.status === 'timed-out' ? 'timeout' : outcome.status, this.#said(outcome), this.#tree.time.of(at));
    }
    this.#open.finish(key, at);
    this.#tree.touch(at);
  }

  #begin({ at, group, turn }: FrameOf<'tool-calls'>, call: ToolCallRequest): void {
    const key = keyOf(group, call.id);
    if (this.#open.full || this.#open.get(key) !== undefined) return;
    const span = this.#tree.child(`execute_tool ${call.name}`, at, turn, SpanKind.INTERNAL, {
      [genAI.operation]: 'execute_tool',
      [genAI.conversation]: this.#tree.id,
      [genAI.toolName]: call.name,
      [genAI.toolCallId]: call.id,
      [genAI.toolType]: 'function',
      ...(this.#recordText ? { [genAI.toolArguments]: cut(call.arguments) } : {}),
    });
    this.#open.add(key, span, key, at);
  }

  /** What a tool says of its failure may quote what it was given. */
  #said(outcome: ToolOutcome): string {
    return outcome.status === 'error' && this.#recordText ? outcome.message : `The tool ended as ${outcome.status}.`;
  }
}

function keyOf(group: string, callId: string): string {
  return `tool ${group} ${callId}`;
}
