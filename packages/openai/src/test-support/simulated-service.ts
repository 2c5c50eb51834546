import type { Clock } from '@voxrill/core';
import { spokenText, textIn } from '@voxrill/testing';
import type { RealtimeSocket, RealtimeSocketEvents } from '../realtime/link/realtime-socket.js';
import { encodeAudio, pcmReader } from '../realtime/protocol/audio-base64.js';
import { parseClientEvent } from '../realtime/protocol/parse-event.js';
import type { RealtimeClientEvent } from '../realtime/protocol/schema/client-event-schema.js';
import type { RealtimeResponseParams } from '../realtime/protocol/schema/response-schema.js';
import { SimulatedConversation, type SimulatedItem } from './simulated-conversation.js';
import { SimulatedEars } from './simulated-ears.js';

/** What the simulated model answers: words, calls, or both. */
export interface SimulatedAnswer {
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly args: string }[];
}

/** How the simulated service behaves; times are milliseconds. */
export interface SimulatedServiceOptions {
  readonly clock: Clock;
  /** What the names of its items begin with. */
  readonly name: string;
  /** What is answered to the conversation as it stands. */
  readonly answer: (items: readonly SimulatedItem[], params: RealtimeResponseParams) => SimulatedAnswer;
  /** Each way over the network. @defaultValue 20 */
  readonly latencyMs?: number;
  /** Until a response begins. @defaultValue 200 */
  readonly thinkMs?: number;
  /** Until a transcript of the user is there; it is asked for each. @defaultValue 300 */
  readonly transcriptMs?: () => number;
  /** Whether it says so when it cannot answer a turn, since it is answering something else. @defaultValue true */
  readonly tellsConflicts?: boolean;
  /** How many times faster than speech the model speaks. @defaultValue 5 */
  readonly speed?: number;
  readonly session?: object;
}

interface Running {
  readonly id: string;
  readonly params: RealtimeResponseParams;
  readonly made: SimulatedItem[];
  cancelTimer: () => void;
}

const rate = 24_000;
const chunkMs = 100;

/** A Realtime service with a conversation, a detector and a model of its own, which refuses what the real one refuses. */
export class SimulatedService implements RealtimeSocket {
  readonly bufferedBytes = 0;
  readonly traffic = { sentBytes: 0, receivedBytes: 0 };
  readonly conversation = new SimulatedConversation();
  /** Every error that it has answered with, by code. */
  readonly refusals: string[] = [];
  readonly received: RealtimeClientEvent[] = [];
  /** How many responses it has begun. */
  responses = 0;
  closed = false;
  #dead = false;
  readonly #options: Required<Omit<SimulatedServiceOptions, 'session'>>;
  readonly #events: RealtimeSocketEvents;
  readonly #read = pcmReader();
  readonly #ears: SimulatedEars;
  #running: Running | undefined;
  #count = 0;

  constructor(events: RealtimeSocketEvents, { session, ...options }: SimulatedServiceOptions) {
    this.#events = events;
    this.#options = { latencyMs: 20, thinkMs: 200, transcriptMs: () => 300, speed: 5, tellsConflicts: true, ...options };
    this.#ears = new SimulatedEars({
      newItem: () => this.#newId('item'),
      started: (itemId, atMs) => {
        this.#says('input_audio_buffer.speech_started', { audio_start_ms: atMs, item_id: itemId });
        if (this.#running !== undefined) this.#end(this.#running, 'cancelled', 'turn_detected');
      },
      stopped: (itemId, atMs) => this.#says('input_audio_buffer.speech_stopped', { audio_end_ms: atMs, item_id: itemId }),
      committed: (itemId, text) => this.#committed(itemId, text),
      silent: () => this.#answerIfFree(),
    });
    this.#after(() => {
      this.#events.opened();
      this.#events.message(
        JSON.stringify({ type: 'session.created', event_id: 'event_0', session: { type: 'realtime', ...session } }),
      );
    });
  }

  send(text: string): void {
    this.#after(() => {
      if (this.closed || this.#dead) return;
      const parsed = parseClientEvent(text, 'ga');
      if (parsed.kind !== 'event') {
        this.#refuse(parsed.kind === 'invalid' ? `invalid ${parsed.error.message}` : `unknown ${parsed.type}`, undefined);
        return;
      }
      this.received.push(parsed.event);
      this.#take(parsed.event);
    });
  }

  close(): void {
    this.closed = true;
    this.#running?.cancelTimer();
  }

  ping(): void {
    this.#after(() => {
      if (!this.#dead) this.#after(() => this.#events.pong());
    });
  }

  /** The network takes everything, and brings nothing any more. */
  dies(): void {
    this.#dead = true;
  }

  /** The network breaks. */
  breaks(): void {
    if (this.closed) return;
    this.close();
    this.#events.closed({ code: 1006, reason: '' });
  }

  /** The conversation. */
  get items(): readonly SimulatedItem[] {
    return this.conversation.items;
  }

  /** What the conversation is, as role and text. */
  get said(): readonly string[] {
    return this.items.map(({ type, role, text }) => `${type === 'message' ? role : type}: ${text}`);
  }

  get busy(): boolean {
    return this.#running !== undefined || this.#ears.hears;
  }

  #after(run: () => void): void {
    this.#options.clock.setTimer(run, this.#options.latencyMs);
  }

  #says(type: string, members: object = {}): void {
    const text = JSON.stringify({ type, event_id: `event_${++this.#count}`, ...members });
    this.#after(() => {
      if (!this.closed && !this.#dead) this.#events.message(text);
    });
  }

  #refuse(code: string, eventId: string | null | undefined): void {
    this.refusals.push(code);
    const error = { type: 'invalid_request_error', code, message: `It is ${code}.`, param: null, event_id: eventId ?? null };
    this.#says('error', { error });
  }

  #refuseIf(code: string | undefined, eventId: string | null | undefined): void {
    if (code !== undefined) this.#refuse(code, eventId);
  }

  #take(event: RealtimeClientEvent): void {
    switch (event.type) {
      case 'session.update':
        if (event.session.type === 'realtime' && event.session.audio?.input?.turn_detection !== undefined)
          this.#ears.detect(event.session.audio.input.turn_detection !== null);
        this.#says('session.updated', { session: event.session });
        return;
      case 'input_audio_buffer.append':
        this.#ears.hear(this.#read(event.audio));
        return;
      case 'input_audio_buffer.commit':
        if (!this.#ears.commit()) this.#refuse('input_audio_buffer_commit_empty', event.event_id);
        return;
      case 'input_audio_buffer.clear':
        this.#ears.clear();
        this.#says('input_audio_buffer.cleared');
        return;
      case 'conversation.item.create': {
        const id = ('id' in event.item ? event.item.id : undefined) ?? this.#newId('item');
        this.#refuseIf(this.conversation.create(event.item, id, event.previous_item_id), event.event_id);
        return;
      }
      case 'conversation.item.delete':
        this.#refuseIf(this.conversation.delete(event.item_id), event.event_id);
        return;
      case 'conversation.item.truncate':
        this.#refuseIf(this.conversation.truncate(event.item_id, event.audio_end_ms), event.event_id);
        return;
      case 'response.create':
        if (this.#running !== undefined && event.response?.conversation !== 'none')
          this.#refuse('conversation_already_has_active_response', event.event_id);
        else this.#respond(event.response ?? {});
        return;
      case 'response.cancel':
        if (this.#running === undefined) this.#refuse('response_cancel_not_active', event.event_id);
        else this.#end(this.#running, 'cancelled', 'client_cancelled');
        return;
      default:
        this.#refuse(`unexpected ${event.type}`, event.event_id);
    }
  }

  #newId(kind: string): string {
    return `${kind}_${this.#options.name}${++this.#count}`;
  }

  /** A turn of the user is there. */
  #committed(itemId: string, text: string): void {
    const item: SimulatedItem = { id: itemId, type: 'message', role: 'user', text, samples: new Int16Array() };
    this.conversation.add(item);
    this.#says('input_audio_buffer.committed', { item_id: itemId, previous_item_id: this.items.at(-2)?.id ?? null });
    this.#options.clock.setTimer(
      () =>
        this.#says('conversation.item.input_audio_transcription.completed', {
          item_id: itemId,
          content_index: 0,
          transcript: text,
          usage: { type: 'duration', seconds: 1 },
        }),
      this.#options.transcriptMs(),
    );
  }

  /** The user has fallen silent. */
  #answerIfFree(): void {
    if (this.#running === undefined) this.#respond({});
    else if (this.#options.tellsConflicts) this.#refuse('conversation_already_has_active_response', undefined);
  }

  #respond(params: RealtimeResponseParams): void {
    this.responses++;
    const running: Running = { id: this.#newId('resp'), params, made: [], cancelTimer: () => undefined };
    this.#running = running;
    running.cancelTimer = this.#options.clock.setTimer(() => {
      this.#says('response.created', { response: this.#resource(running, 'in_progress') });
      this.#answer(running, this.#options.answer(this.items, params));
    }, this.#options.thinkMs);
  }

  #answer(running: Running, { text, calls = [] }: SimulatedAnswer): void {
    const finish = (): void => {
      for (const call of calls) this.#call(running, call.name, call.args);
      this.#end(running, 'completed', undefined);
    };
    if (text === undefined) {
      finish();
      return;
    }
    const whole = spokenText(text, { sampleRate: rate });
    const item: SimulatedItem = {
      id: this.#newId('item'),
      type: 'message',
      role: 'assistant',
      text: '',
      samples: new Int16Array(),
    };
    const place = { response_id: running.id, item_id: item.id, output_index: 0, content_index: 0 };
    running.made.push(item);
    if (running.params.conversation !== 'none') this.conversation.add(item);
    this.#says('response.output_item.added', { response_id: running.id, output_index: 0, item: this.#wire(item, 'in_progress') });
    this.#says('response.content_part.added', { ...place, part: { type: 'audio', transcript: '' } });
    const speak = (): void => {
      const from = item.samples.length;
      const to = Math.min(whole.length, from + (chunkMs * rate) / 1000);
      const letters = (at: number): number => Math.ceil((at / whole.length) * text.length);
      const delta = text.slice(letters(from), letters(to));
      item.samples = whole.slice(0, to);
      item.text = textIn(item.samples);
      if (delta !== '') this.#says('response.output_audio_transcript.delta', { ...place, delta });
      this.#says('response.output_audio.delta', { ...place, delta: encodeAudio(whole.slice(from, to)) });
      if (to < whole.length) {
        running.cancelTimer = this.#options.clock.setTimer(speak, chunkMs / this.#options.speed);
        return;
      }
      this.#says('response.output_audio.done', place);
      this.#says('response.output_audio_transcript.done', { ...place, transcript: text });
      this.#says('response.output_item.done', { response_id: running.id, output_index: 0, item: this.#wire(item, 'completed') });
      finish();
    };
    speak();
  }

  #call(running: Running, name: string, args: string): void {
    const callId = this.#newId('call');
    const item: SimulatedItem = {
      id: this.#newId('item'),
      type: 'function_call',
      role: '',
      text: name,
      callId,
      samples: new Int16Array(),
    };
    running.made.push(item);
    this.conversation.add(item);
    const wire = { id: item.id, type: 'function_call', call_id: callId, name, arguments: args };
    this.#says('response.output_item.added', { response_id: running.id, output_index: 1, item: { ...wire, arguments: '' } });
    this.#says('response.function_call_arguments.done', {
      response_id: running.id,
      item_id: item.id,
      output_index: 1,
      call_id: callId,
      name,
      arguments: args,
    });
    this.#says('response.output_item.done', { response_id: running.id, output_index: 1, item: { ...wire, status: 'completed' } });
  }

  #end(running: Running, status: string, reason: string | undefined): void {
    running.cancelTimer();
    this.#running = undefined;
    const details = reason === undefined ? null : { type: status, reason };
    this.#says('response.done', { response: { ...this.#resource(running, status), status_details: details } });
  }

  #resource(running: Running, status: string): object {
    return {
      id: running.id,
      object: 'realtime.response',
      status,
      output:
        status === 'in_progress'
          ? []
          : running.made.filter(({ type }) => type === 'message').map((item) => this.#wire(item, status)),
      conversation_id: running.params.conversation === 'none' ? null : 'conv_1',
      metadata: running.params.metadata ?? null,
      usage: null,
    };
  }

  #wire(item: SimulatedItem, status: string): object {
    const content = status === 'in_progress' ? [] : [{ type: 'output_audio', transcript: item.text }];
    return { id: item.id, type: 'message', role: 'assistant', status: status === 'cancelled' ? 'incomplete' : status, content };
  }
}
