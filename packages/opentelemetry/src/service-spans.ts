import { type Attributes, SpanKind } from '@opentelemetry/api';
import type { Frame, FrameOf } from '@voxrill/core';
import { genAI, own, usageAttributes } from './attribute-names.js';
import { cut, inputMessages } from './message-attributes.js';
import type { OpenSpans } from './open-spans.js';
import type { SpanTree } from './span-tree.js';

/** More services than any pipeline has. */
const maxServices = 64;

/** The spans of recogniser, model and voice. */
export class ServiceSpans {
  readonly #tree: SpanTree;
  readonly #open: OpenSpans;
  readonly #recordText: boolean;
  readonly #providers: Readonly<Record<string, string>>;
  readonly #models = new Map<string, string>();
  /** Measured of an answer that waits, on speculation, for the end of the turn: its span is yet to begin. */
  readonly #measuredAhead = new Map<string, Attributes>();
  #asked: FrameOf<'llm-context'> | undefined;
  /** Frames that wait in a queue may be seen again much later; those that begin something count up. */
  #lastBegun = 0;

  constructor(tree: SpanTree, open: OpenSpans, recordText: boolean, providers: Readonly<Record<string, string>>) {
    this.#tree = tree;
    this.#open = open;
    this.#recordText = recordText;
    this.#providers = providers;
  }

  /** What is under way will not be answered. */
  forget(): void {
    this.#measuredAhead.clear();
    this.#asked = undefined;
  }

  see(frame: Frame, from: string): void {
    switch (frame.kind) {
      case 'service-metadata':
        if (frame.model !== undefined && this.#models.size < maxServices) this.#models.set(frame.processor, frame.model);
        return;
      case 'transcription':
        this.#transcribed(frame, from);
        return;
      case 'llm-context':
        if (this.#recordText) this.#asked = frame;
        return;
      case 'llm-response-start':
        this.#respond(frame, from);
        return;
      case 'llm-text':
        this.#said(frame);
        return;
      case 'llm-response-end':
        this.#finish(`llm ${frame.response}`, frame.at);
        return;
      case 'tts-started':
        this.#speak(frame, from);
        return;
      case 'tts-text':
        this.#spoke(frame);
        return;
      case 'tts-stopped':
        this.#finish(`tts ${frame.utterance}`, frame.at);
        return;
      case 'metrics':
        this.#measured(frame, from);
        return;
      default:
    }
  }

  #transcribed({ at, turn, startMs, endMs, text, language, utterance }: FrameOf<'transcription'>, from: string): void {
    const span = this.#tree.child(`stt ${this.#models.get(from) ?? from}`, startMs, turn, SpanKind.CLIENT, {
      ...this.#common(from, 'speech_to_text'),
      [own.utterance]: utterance,
      [own.audioMs]: endMs - startMs,
      [own.finalMs]: at - endMs,
      ...(language === undefined ? {} : { [own.language]: language }),
      ...(this.#recordText ? { [own.transcript]: cut(text) } : {}),
    });
    span.end(this.#tree.time.of(Math.max(startMs, at)));
    this.#tree.touch(at);
  }

  #respond(frame: FrameOf<'llm-response-start'>, from: string): void {
    if (!this.#begins(frame)) return;
    const ahead = this.#measuredAhead.get(from);
    this.#measuredAhead.delete(from);
    const asked = this.#asked;
    this.#asked = undefined;
    const span = this.#tree.child(`chat ${this.#models.get(from) ?? from}`, frame.at, frame.turn, SpanKind.CLIENT, {
      ...this.#common(from, 'chat'),
      [genAI.responseId]: frame.response,
      ...ahead,
      ...(asked === undefined ? {} : { [genAI.inputMessages]: inputMessages(asked.messages) }),
    });
    this.#open.add(`llm ${frame.response}`, span, from, frame.at);
  }

  #said({ id, response, text }: FrameOf<'llm-text'>): void {
    const open = this.#open.get(`llm ${response}`);
    if (open === undefined || id <= open.lastTextId) return;
    open.lastTextId = id;
    open.text = cut(open.text + text);
  }

  #speak(frame: FrameOf<'tts-started'>, from: string): void {
    if (!this.#begins(frame)) return;
    const span = this.#tree.child(`tts ${this.#models.get(from) ?? from}`, frame.at, frame.turn, SpanKind.CLIENT, {
      ...this.#common(from, 'text_to_speech'),
      [genAI.outputType]: 'speech',
      [own.utterance]: frame.utterance,
      [own.characters]: frame.text.length,
      ...(this.#recordText ? { [own.ttsText]: cut(frame.text) } : {}),
    });
    this.#open.add(`tts ${frame.utterance}`, span, from, frame.at);
  }

  /** The words of a model that speaks itself come with its voice. */
  #spoke({ id, utterance, text }: FrameOf<'tts-text'>): void {
    const open = this.#open.get(`tts ${utterance}`);
    if (open === undefined || id <= open.lastTextId) return;
    open.lastTextId = id;
    open.characters += text.length;
    if (this.#recordText) open.spoken = cut(open.spoken + text);
  }

  #measured({ metrics, at }: FrameOf<'metrics'>, from: string): void {
    for (const { name, value, processor = from, labels } of metrics) {
      const usage = usageAttributes[name];
      const attributes: Attributes = {
        ...(usage === undefined ? {} : { [usage]: value }),
        ...(name === 'ttfb' ? { [own.ttfbMs]: value, [genAI.timeToFirstChunk]: value / 1000 } : {}),
        ...(typeof labels?.model === 'string' ? { [genAI.requestModel]: labels.model } : {}),
      };
      // An end-to-end model is measured as a model, also while its voice is under way.
      const open = this.#open.of(processor, 'llm ') ?? this.#open.of(processor);
      if (open !== undefined) {
        open.span.setAttributes(attributes);
        this.#tree.touch(at);
      } else if (this.#measuredAhead.size < maxServices || this.#measuredAhead.has(processor)) {
        this.#measuredAhead.set(processor, { ...this.#measuredAhead.get(processor), ...attributes });
      }
    }
  }

  #finish(key: string, at: number): void {
    this.#open.finish(key, at);
    this.#tree.touch(at);
  }

  #begins({ id }: Frame): boolean {
    if (id <= this.#lastBegun || this.#open.full) return false;
    this.#lastBegun = id;
    return true;
  }

  #common(processor: string, operation: string): Attributes {
    const model = this.#models.get(processor);
    return {
      [genAI.operation]: operation,
      [genAI.provider]: this.#providers[processor] ?? processor,
      [genAI.conversation]: this.#tree.id,
      [own.processor]: processor,
      ...(model === undefined ? {} : { [genAI.requestModel]: model }),
    };
  }
}
