import { type Attributes, type Context, type Span, type SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { TurnLatency } from '@voxrill/core';
import { genAI, own } from './attribute-names.js';
import type { SessionTime } from './session-time.js';

/** What all spans of a conversation are made with. */
export interface SpanMaker {
  readonly tracer: Tracer;
  readonly time: SessionTime;
  readonly id: string;
  readonly conversation: Span;
  readonly context: Context;
}

/** The conversation, its present turn, and what is put below it. */
export class SpanTree {
  readonly #make: SpanMaker;
  #turn: { readonly span: Span; readonly context: Context } | undefined;
  /** The last thing that happened in the turn: it lasted until then. */
  #lastAt = 0;
  #turns = 0;

  constructor(make: SpanMaker) {
    this.#make = make;
  }

  get time(): SessionTime {
    return this.#make.time;
  }

  get id(): string {
    return this.#make.id;
  }

  get conversation(): Span {
    return this.#make.conversation;
  }

  get turn(): Span | undefined {
    return this.#turn?.span;
  }

  /** Ends the turn before it. */
  beginTurn(turn: number, beganAt: number, initiator: 'user' | 'bot'): Context {
    this.#endTurn();
    const { tracer, time, context, id } = this.#make;
    const attributes = { [genAI.conversation]: id, [own.turn]: turn, [own.initiator]: initiator };
    const span = tracer.startSpan('turn', { startTime: time.of(beganAt), attributes }, context);
    this.#turn = { span, context: trace.setSpan(context, span) };
    this.#lastAt = beganAt;
    this.#turns++;
    return this.#turn.context;
  }

  /** Something of the present turn happened. */
  touch(at: number): void {
    this.#lastAt = Math.max(this.#lastAt, at);
  }

  /** A span below the present turn. If there is none yet, it is the bot who speaks first. */
  child(name: string, at: number, turn: number, kind: SpanKind, attributes: Attributes): Span {
    const parent = this.#turn?.context ?? this.beginTurn(turn, at, 'bot');
    this.touch(at);
    return this.#make.tracer.startSpan(name, { startTime: this.time.of(at), kind, attributes }, parent);
  }

  latency(turn: TurnLatency): void {
    this.turn?.setAttributes({
      [turn.input === 'voice' ? own.voiceToVoiceMs : own.textToVoiceMs]: turn.voiceToVoiceMs,
      ...Object.fromEntries(Object.entries(turn.parts).map(([part, ms]) => [`${own.latencyPrefix}${part}_ms`, ms])),
    });
  }

  end(): void {
    this.#endTurn();
    this.conversation.setAttribute(own.turns, this.#turns);
    this.conversation.end(this.time.of(this.time.now));
  }

  #endTurn(): void {
    this.#turn?.span.end(this.time.of(this.#lastAt));
    this.#turn = undefined;
  }
}
