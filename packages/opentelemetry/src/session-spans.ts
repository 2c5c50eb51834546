import type { FrameKind, FrameOf, TappedFrame, TurnLatency } from '@voxrill/core';
import { own } from './attribute-names.js';
import { cut } from './message-attributes.js';
import { failed, OpenSpans } from './open-spans.js';
import { ServiceSpans } from './service-spans.js';
import { type SpanMaker, SpanTree } from './span-tree.js';
import { ToolSpans } from './tool-spans.js';
import type { TraceOptions } from './trace-options.js';

const kinds: readonly FrameKind[] = [
  'end',
  'cancel',
  'interruption',
  'speculation',
  'error',
  'metrics',
  'service-metadata',
  'user-started-speaking',
  'user-stopped-speaking',
  'bot-started-speaking',
  'bot-stopped-speaking',
  'bot-spoke',
  'transcription',
  'llm-context',
  'llm-response-start',
  'llm-response-end',
  'tts-started',
  'tts-text',
  'tts-stopped',
  'tool-calls',
  'tool-result',
];

/** Turns the frames of one session into spans below that of the conversation. */
export class SessionSpans {
  readonly kinds: ReadonlySet<FrameKind>;
  readonly #tree: SpanTree;
  readonly #open: OpenSpans;
  readonly #services: ServiceSpans;
  readonly #tools: ToolSpans;
  readonly #recordText: boolean;

  constructor(make: SpanMaker, { recordText = false, providers = {} }: TraceOptions) {
    this.kinds = new Set(recordText ? [...kinds, 'llm-text'] : kinds);
    this.#recordText = recordText;
    this.#tree = new SpanTree(make);
    this.#open = new OpenSpans(make.time);
    this.#services = new ServiceSpans(this.#tree, this.#open, recordText, providers);
    this.#tools = new ToolSpans(this.#tree, this.#open, recordText);
  }

  see(tapped: TappedFrame): void {
    const tree = this.#tree;
    tree.time.sync(tapped);
    this.#open.settle(tapped.at);
    const { frame, from } = tapped;
    switch (frame.kind) {
      case 'user-started-speaking':
        tree.beginTurn(frame.turn, frame.speechAtMs, 'user');
        return;
      case 'user-stopped-speaking':
        this.#decided(frame);
        return;
      case 'interruption':
        this.#open.endAll(frame.at, { [own.interrupted]: true }, (key) => !ToolSpans.isTool(key));
        this.#services.forget();
        return;
      case 'speculation':
        if (frame.state === 'discarded') this.#services.forget();
        return;
      case 'bot-stopped-speaking':
        if (frame.interrupted) tree.turn?.setAttribute(own.interrupted, true);
        tree.touch(frame.at);
        return;
      case 'bot-started-speaking':
      case 'bot-spoke':
        tree.touch(frame.at);
        return;
      case 'end':
      case 'cancel':
        tree.conversation.setAttribute(own.endReason, frame.kind === 'end' ? 'ended' : 'cancelled');
        return;
      case 'error':
        this.#error(frame);
        return;
      case 'tool-calls':
        this.#tools.called(frame);
        return;
      case 'tool-result':
        this.#tools.answered(frame);
        return;
      default:
        this.#services.see(frame, from);
    }
  }

  latency(turn: TurnLatency): void {
    this.#tree.latency(turn);
  }

  /** The session is over: nothing stays open. */
  close(): void {
    this.#open.endAll(this.#tree.time.now, { [own.unfinished]: true });
    this.#services.forget();
    this.#tree.end();
  }

  #decided({ at, speechAtMs, text, turn }: FrameOf<'user-stopped-speaking'>): void {
    if (this.#tree.turn === undefined) this.#tree.beginTurn(turn, speechAtMs, 'user');
    this.#tree.touch(at);
    this.#tree.turn?.setAttributes({
      [own.endOfTurnMs]: at - speechAtMs,
      ...(this.#recordText ? { [own.userText]: cut(text) } : {}),
    });
  }

  #error({ at, category, message, processor }: FrameOf<'error'>): void {
    const span = this.#open.of(processor)?.span ?? this.#tree.turn ?? this.#tree.conversation;
    failed(span, category, { name: category, message }, this.#tree.time.of(at));
    span.setAttribute(own.processor, processor);
  }
}
