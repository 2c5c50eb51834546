import { type Attributes, type Context, type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { Frame, FrameKind, FrameOf, TappedFrame, TurnLatency } from '@voxrill/core';
import { genAI, own, usageAttributes } from './attribute-names.js';
import { cut, inputMessages, outputMessages } from './message-attributes.js';
import { failed, type OpenSpan, OpenSpans } from './open-spans.js';
import type { SessionTime } from './session-time.js';
import type { TraceOptions } from './trace-session.js';
import { TurnSpan } from './turn-span.js';

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
  'tts-stopped',
  'tool-calls',
  'tool-result',
];

/** More services than any pipeline has. */
const maxServices = 64;

/** What all spans of a conversation are made with. */
export interface SpanMaker {
  readonly tracer: Tracer;
  readonly time: SessionTime;
  readonly id: string;
  readonly conversation: Span;
  readonly context: Context;
}

/** Turns the frames of one session into spans below that of the conversation. */
export class SessionSpans {
  readonly kinds: ReadonlySet<FrameKind>;
  readonly #make: SpanMaker;
  readonly #options: TraceOptions;
  readonly #open: OpenSpans;
  readonly #models = new Map<string, string>();
  /** Measured of an answer that waits, on speculation, for the end of the turn: its span is yet to begin. */
  readonly #measuredAhead = new Map<string, Attributes>();
  #turn: TurnSpan | undefined;
  #turns = 0;
  #asked: FrameOf<'llm-context'> | undefined;
  /** Frames that wait in a queue may be seen again much later; those that begin something count up. */
  #lastBegun = 0;

  constructor(make: SpanMaker, options: TraceOptions) {
    this.#make = make;
    this.#options = options;
    this.#open = new OpenSpans(make.time);
    this.kinds = new Set(options.recordText === true ? [...kinds, 'llm-text'] : kinds);
  }

  see(tapped: TappedFrame): void {
    this.#make.time.sync(tapped);
    this.#open.settle(tapped.at);
    const { frame, from } = tapped;
    switch (frame.kind) {
      case 'service-metadata':
        if (frame.model !== undefined && this.#models.size < maxServices) this.#models.set(frame.processor, frame.model);
        return;
      case 'user-started-speaking':
        this.#turn?.end();
        this.#turn = this.#begin(frame, frame.speechAtMs, 'user');
        return;
      case 'user-stopped-speaking':
        this.#decided(frame);
        return;
      case 'interruption':
        this.#open.endAll(frame.at, { [own.interrupted]: true }, (key) => !key.startsWith('tool '));
        this.#measuredAhead.clear();
        return;
      case 'speculation':
        if (frame.state === 'discarded') this.#measuredAhead.clear();
        return;
      case 'bot-stopped-speaking':
        if (frame.interrupted) this.#turn?.span.setAttribute(own.interrupted, true);
        this.#turn?.touch(frame.at);
        return;
      case 'bot-started-speaking':
      case 'bot-spoke':
        this.#turn?.touch(frame.at);
        return;
      case 'end':
      case 'cancel':
        this.#make.conversation.setAttribute(own.endReason, frame.kind === 'end' ? 'ended' : 'cancelled');
        return;
      case 'error':
        this.#error(frame);
        return;
      case 'metrics':
        this.#measured(frame, from);
        return;
      default:
        this.#service(frame, from);
    }
  }

  latency(turn: TurnLatency): void {
    this.#turn?.latency(turn);
  }

  /** The session is over: nothing stays open. */
  close(): void {
    const { time, conversation } = this.#make;
    this.#open.endAll(time.now, { [own.unfinished]: true });
    this.#turn?.end();
    this.#turn = undefined;
    this.#asked = undefined;
    conversation.setAttribute(own.turns, this.#turns);
    conversation.end(time.of(time.now));
  }

  #service(frame: Frame, from: string): void {
    switch (frame.kind) {
      case 'transcription':
        this.#transcribed(frame, from);
        return;
      case 'llm-context':
        if (this.#options.recordText === true) this.#asked = frame;
        return;
      case 'llm-response-start':
        this.#respond(frame, from);
        return;
      case 'llm-text': {
        const open = this.#open.get(`llm ${frame.response}`);
        if (open === undefined || frame.id <= open.lastTextId) return;
        open.lastTextId = frame.id;
        open.text = cut(open.text + frame.text);
        open.span.setAttribute(genAI.outputMessages, outputMessages(open.text));
        return;
      }
      case 'llm-response-end':
        this.#finish(`llm ${frame.response}`, frame.at);
        return;
      case 'tts-started':
        this.#speak(frame, from);
        return;
      case 'tts-stopped':
        this.#finish(`tts ${frame.utterance}`, frame.at);
        return;
      case 'tool-calls':
        for (const call of frame.calls) this.#call(frame, call);
        return;
      case 'tool-result':
        this.#called(frame);
        return;
      default:
    }
  }

  #decided({ at, speechAtMs, text, turn }: FrameOf<'user-stopped-speaking'>): void {
    this.#turn ??= this.#begin({ at, turn }, speechAtMs, 'user');
    this.#turn.touch(at);
    this.#turn.span.setAttribute(own.endOfTurnMs, at - speechAtMs);
    if (this.#options.recordText === true) this.#turn.span.setAttribute(own.userText, cut(text));
  }

  #transcribed({ at, startMs, endMs, text, language, utterance }: FrameOf<'transcription'>, from: string): void {
    const span = this.#child(`stt ${this.#models.get(from) ?? from}`, startMs, SpanKind.CLIENT, {
      ...this.#serviceAttributes(from, 'speech_to_text'),
      [own.utterance]: utterance,
      [own.audioMs]: endMs - startMs,
      [own.finalMs]: at - endMs,
      ...(language === undefined ? {} : { [own.language]: language }),
      ...(this.#options.recordText === true ? { [own.transcript]: cut(text) } : {}),
    });
    span.end(this.#make.time.of(Math.max(startMs, at)));
    this.#turn?.touch(at);
  }

  #respond(frame: FrameOf<'llm-response-start'>, from: string): void {
    if (!this.#begins(frame)) return;
    const asked = this.#asked;
    this.#asked = undefined;
    const ahead = this.#measuredAhead.get(from);
    this.#measuredAhead.delete(from);
    const span = this.#child(`chat ${this.#models.get(from) ?? from}`, frame.at, SpanKind.CLIENT, {
      ...this.#serviceAttributes(from, 'chat'),
      [genAI.responseId]: frame.response,
      ...ahead,
      ...(asked === undefined ? {} : { [genAI.inputMessages]: inputMessages(asked.messages) }),
    });
    this.#open.add(`llm ${frame.response}`, span, from, frame.at);
  }

  #speak(frame: FrameOf<'tts-started'>, from: string): void {
    if (!this.#begins(frame)) return;
    const span = this.#child(`tts ${this.#models.get(from) ?? from}`, frame.at, SpanKind.CLIENT, {
      ...this.#serviceAttributes(from, 'text_to_speech'),
      [genAI.outputType]: 'speech',
      [own.utterance]: frame.utterance,
      [own.characters]: frame.text.length,
      ...(this.#options.recordText === true ? { [own.ttsText]: cut(frame.text) } : {}),
    });
    this.#open.add(`tts ${frame.utterance}`, span, from, frame.at);
  }

  #call({ at, group }: FrameOf<'tool-calls'>, call: FrameOf<'tool-calls'>['calls'][number]): void {
    const key = `tool ${group} ${call.id}`;
    if (this.#open.full || this.#open.get(key) !== undefined) return;
    const span = this.#child(`execute_tool ${call.name}`, at, SpanKind.INTERNAL, {
      [genAI.operation]: 'execute_tool',
      [genAI.conversation]: this.#make.id,
      [genAI.toolName]: call.name,
      [genAI.toolCallId]: call.id,
      [genAI.toolType]: 'function',
      ...(this.#options.recordText === true ? { [genAI.toolArguments]: cut(call.arguments) } : {}),
    });
    this.#open.add(key, span, key, at);
  }

  #called({ at, group, callId, outcome }: FrameOf<'tool-result'>): void {
    const key = `tool ${group} ${callId}`;
    const open = this.#open.get(key);
    if (open === undefined) return;
    const { span } = open;
    const recordText = this.#options.recordText === true;
    span.setAttribute(own.toolStatus, outcome.status);
    if (outcome.status === 'result') {
      if (recordText) span.setAttribute(genAI.toolResult, cut(JSON.stringify(outcome.value) ?? ''));
    } else if (outcome.status !== 'cancelled') {
      // What a tool says of its failure may quote what it was given.
      const said = outcome.status === 'error' && recordText ? outcome.message : `The tool ended as ${outcome.status}.`;
      failed(span, outcome.status === 'timed-out' ? 'timeout' : outcome.status, said, this.#make.time.of(at));
    }
    this.#finish(key, at);
  }

  #measured({ metrics, at }: FrameOf<'metrics'>, from: string): void {
    for (const { name, value, processor = from, labels } of metrics) {
      const usage = usageAttributes[name];
      const attributes: Attributes = {
        ...(usage === undefined ? {} : { [usage]: value }),
        ...(name === 'ttfb' ? { [own.ttfbMs]: value, [genAI.timeToFirstChunk]: value / 1000 } : {}),
        ...(typeof labels?.model === 'string' ? { [genAI.requestModel]: labels.model } : {}),
      };
      const open = this.#open.of(processor);
      if (open !== undefined) {
        open.span.setAttributes(attributes);
        this.#turn?.touch(at);
      } else if (this.#measuredAhead.size < maxServices || this.#measuredAhead.has(processor)) {
        this.#measuredAhead.set(processor, { ...this.#measuredAhead.get(processor), ...attributes });
      }
    }
  }

  #error({ at, category, message, processor }: FrameOf<'error'>): void {
    const span = this.#open.of(processor)?.span ?? this.#turn?.span ?? this.#make.conversation;
    failed(span, category, { name: category, message }, this.#make.time.of(at));
    span.setAttribute(own.processor, processor);
  }

  #finish(key: string, at: number): void {
    this.#open.finish(key, at);
    this.#turn?.touch(at);
  }

  #begins({ id }: Frame): boolean {
    if (id <= this.#lastBegun || this.#open.full) return false;
    this.#lastBegun = id;
    return true;
  }

  #begin({ turn }: Pick<Frame, 'at' | 'turn'>, beganAt: number, initiator: 'user' | 'bot'): TurnSpan {
    const { tracer, time, context, id } = this.#make;
    this.#turns++;
    const attributes = { [genAI.conversation]: id, [own.turn]: turn, [own.initiator]: initiator };
    const span = tracer.startSpan('turn', { startTime: time.of(beganAt), attributes }, context);
    return new TurnSpan(span, trace.setSpan(context, span), beganAt, time);
  }

  /** Who speaks first is the bot, if there is no turn yet. */
  #child(name: string, at: number, kind: SpanKind, attributes: Attributes): OpenSpan['span'] {
    this.#turn ??= this.#begin({ at, turn: 0 }, at, 'bot');
    this.#turn.touch(at);
    return this.#make.tracer.startSpan(name, { startTime: this.#make.time.of(at), kind, attributes }, this.#turn.context);
  }

  #serviceAttributes(processor: string, operation: string): Attributes {
    const model = this.#models.get(processor);
    return {
      [genAI.operation]: operation,
      [genAI.provider]: this.#options.providers?.[processor] ?? processor,
      [genAI.conversation]: this.#make.id,
      [own.processor]: processor,
      ...(model === undefined ? {} : { [genAI.requestModel]: model }),
    };
  }
}
