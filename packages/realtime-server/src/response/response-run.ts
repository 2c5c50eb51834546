import type { LLMUsage, PcmAudio, TimedWord, ToolCallRequest } from '@voxrill/core';
import type { RealtimeErrorDetail, RealtimeRateLimit, RealtimeServerItem, RealtimeServerResponse } from '@voxrill/openai';
import { writeCall } from './call-writer.js';
import { MessageWriter } from './message-writer.js';
import type { ReplyListener, ReplyPath, ReplyRequest } from './reply-path.js';
import type { ResponseScope } from './response-scope.js';
import { responseUsage, type SpeechInPrompt, textTokens } from './response-usage.js';

type StatusDetails = NonNullable<RealtimeServerResponse['status_details']>;

/** What a response is asked to answer. */
export interface ResponseQuestion extends Omit<ReplyRequest, 'silent' | 'settings' | 'style' | 'say'> {
  readonly speech: SpeechInPrompt;
}

/** What a response tells those who manage it. */
export interface ResponseEvents {
  /** Nothing more comes from the model; only the end is still to be told. */
  readonly onDone: (run: ResponseRun) => void;
  readonly rateLimits: () => readonly RealtimeRateLimit[];
}

/** What a client of ours puts here, and behind it under `voxrill_say_2` and so on, it wants to have said word for word. */
const sayKey = 'voxrill_say';

const nothing: ResponseQuestion = { messages: [], tools: [], speech: { userMs: 0, botMs: 0, words: '' } };

/**
 * One response: from `response.created` to `response.done`, whatever happens between the two. It is created at once, asks when
 * what it answers is known, and writes what the model says as it comes.
 */
export class ResponseRun implements ReplyListener {
  readonly scope: ResponseScope;
  readonly #path: ReplyPath;
  readonly #events: ResponseEvents;
  readonly #output: RealtimeServerItem[] = [];
  #state: 'waiting' | 'asked' | 'done' = 'waiting';
  #question = nothing;
  #message: MessageWriter | undefined;
  #calls: readonly ToolCallRequest[] = [];
  /** Text of the model that was not spoken yet, for the white space between sentences. */
  #unspoken = '';
  /** All text of the model. */
  #text = '';
  #usage: LLMUsage | undefined;
  #spokenMs = 0;

  constructor(scope: ResponseScope, path: ReplyPath, events: ResponseEvents) {
    this.scope = scope;
    this.#path = path;
    this.#events = events;
    const { say, send } = scope;
    send(say.responseCreated(this.#response('in_progress', null)));
    send(say.rateLimitsUpdated(events.rateLimits()));
  }

  get id(): string {
    return this.scope.id;
  }

  get done(): boolean {
    return this.#state === 'done';
  }

  get asked(): boolean {
    return this.#state === 'asked';
  }

  /** Nothing more is to be said, and only its end is still to be told. */
  get ending(): boolean {
    return this.#calls.length > 0 || this.#path.ending;
  }

  /** How much audio it has sent. */
  get spokenMs(): number {
    return this.#spokenMs + (this.#message?.audioMs ?? 0);
  }

  ask(question: ResponseQuestion): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'asked';
    this.#question = question;
    const { messages, tools } = question;
    const { settings, style } = this.scope;
    const say = this.#silent ? undefined : wordsToSay(settings.metadata ?? {});
    this.#path.ask({ messages, tools, settings: this.#settings(), silent: this.#silent, style, say }, this);
  }

  /** The pipeline speaks already, without having been asked. */
  adopt(): void {
    if (this.#state === 'waiting') this.#state = 'asked';
  }

  /** Kills what is being made, then tells that it is over. */
  cancel(reason: 'turn_detected' | 'client_cancelled'): void {
    this.#stop('cancelled', { type: 'cancelled', reason });
  }

  /** There is nothing to answer. */
  leave(): void {
    this.#end('completed', null);
  }

  fail(message: string): void {
    if (this.done) return;
    this.#path.stop('The response has failed.');
    this.failed(message);
  }

  // What comes from the model and the voice:

  text(text: string): void {
    if (this.done) return;
    this.#text += text;
    this.#unspoken += text;
    if (this.#silent) {
      // White space at the head is no answer.
      if (this.#message === undefined && text.trim() === '') return;
      this.#open().write(this.#message?.text === '' ? text.trimStart() : text);
    }
    const { max_output_tokens: most } = this.scope.settings;
    if (most !== 'inf' && textTokens(this.#text) > most) {
      this.#stop('incomplete', { type: 'incomplete', reason: 'max_output_tokens' });
    }
  }

  speaks(text: string): void {
    if (this.done || this.#silent) return;
    this.#open().speak(this.#withSpace(text));
  }

  moreText(text: string): void {
    if (!this.#silent) this.#message?.moreText(text);
  }

  words(words: readonly TimedWord[]): void {
    this.#message?.words(words);
  }

  audio(audio: PcmAudio): void {
    if (!this.done && !this.#silent) this.#open().audio(audio);
  }

  spoken(): void {
    if (!this.done && !this.#silent) this.#message?.spoken();
  }

  calls(calls: readonly ToolCallRequest[]): void {
    this.#calls = [...this.#calls, ...calls];
  }

  usage(usage: LLMUsage): void {
    this.#usage = usage;
  }

  failed(message: string): void {
    if (this.done) return;
    const error = { type: 'server_error', code: 'server_error', message };
    const { say, send } = this.scope;
    send(say.error({ ...error, param: null, event_id: null } satisfies RealtimeErrorDetail));
    this.#end('failed', { type: 'failed', error });
  }

  finished(): void {
    const { max_output_tokens: most } = this.scope.settings;
    if (most !== 'inf' && this.#usage !== undefined && this.#usage.completionTokens >= most) {
      this.#end('incomplete', { type: 'incomplete', reason: 'max_output_tokens' });
    } else this.#end('completed', null);
  }

  get #silent(): boolean {
    return !this.scope.settings.output_modalities.includes('audio');
  }

  #open(): MessageWriter {
    this.#message ??= new MessageWriter(this.scope, this.#output.length, this.#silent ? 'text' : 'audio');
    return this.#message;
  }

  /** The sentence with the white space that the model has put before it. */
  #withSpace(sentence: string): string {
    const at = this.#unspoken.indexOf(sentence);
    const first = (this.#message?.text ?? '') === '';
    if (at === -1) return first || sentence === '' ? sentence : ` ${sentence}`;
    const between = this.#unspoken.slice(0, at);
    this.#unspoken = this.#unspoken.slice(at + sentence.length);
    // What is not said, marks of markdown say, is no part of the transcript.
    if (between.trim() !== '') return first ? sentence : ` ${sentence}`;
    return first ? sentence : `${between}${sentence}`;
  }

  #stop(status: 'cancelled' | 'incomplete', details: StatusDetails): void {
    if (this.done) return;
    this.#path.stop('The response was stopped.');
    this.#end(status, details);
  }

  #end(status: 'completed' | 'cancelled' | 'incomplete' | 'failed', details: StatusDetails | null): void {
    if (this.done) return;
    this.#state = 'done';
    if (this.#message !== undefined) {
      this.#spokenMs += this.#message.audioMs;
      this.#output.push(this.#message.close(status === 'completed' ? 'completed' : 'incomplete'));
      this.#message = undefined;
    }
    if (status === 'completed') {
      for (const call of this.#calls) this.#output.push(writeCall(this.scope, this.#output.length, call));
    }
    const { say, send } = this.scope;
    send(say.responseDone(this.#response(status, details)));
    this.#events.onDone(this);
  }

  #settings(): ReplyRequest['settings'] {
    const { tool_choice: choice, max_output_tokens: most, temperature } = this.scope.settings;
    const toolChoice = typeof choice === 'string' ? choice : choice.type === 'function' ? { name: choice.name } : 'auto';
    const settings = {
      ...(toolChoice === 'auto' ? {} : { toolChoice }),
      ...(most === 'inf' ? {} : { maxTokens: most }),
      ...(temperature === undefined ? {} : { temperature }),
    };
    return Object.keys(settings).length === 0 ? undefined : settings;
  }

  #response(status: RealtimeServerResponse['status'], details: StatusDetails | null): RealtimeServerResponse {
    const { settings, id, conversation } = this.scope;
    const calls = this.#calls.map((call) => call.name + call.arguments).join('');
    return {
      id,
      object: 'realtime.response',
      status,
      status_details: details,
      output: [...this.#output],
      conversation_id: conversation?.id ?? null,
      output_modalities: settings.output_modalities,
      max_output_tokens: settings.max_output_tokens,
      audio: settings.audio,
      ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
      metadata: settings.metadata,
      usage:
        status === 'in_progress'
          ? null
          : responseUsage({ ...this.#question, text: this.#text + calls, spokenMs: this.#spokenMs, reported: this.#usage }),
    };
  }
}

function wordsToSay(metadata: Readonly<Record<string, string>>): string | undefined {
  let words = metadata[sayKey];
  if (words === undefined) return undefined;
  for (let piece = 2, more = metadata[`${sayKey}_2`]; more !== undefined; more = metadata[`${sayKey}_${++piece}`]) words += more;
  return words;
}
