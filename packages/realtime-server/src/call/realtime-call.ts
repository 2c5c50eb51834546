import { combinedVad } from '@voxrill/audio';
import { type Clock, createSession, type FrameProcessor, type Session, type SessionReport } from '@voxrill/core';
import {
  invalidRequest,
  type ParsedRealtimeEvent,
  type RealtimeClientEvent,
  type RealtimeDialectName,
  type RealtimeErrorDetail,
  type RealtimeRateLimit,
  type RealtimeServerEvent,
  type RealtimeServerEvents,
  type RealtimeSessionState,
  realtimeIds,
  realtimeServerEvents,
  unknownEventError,
} from '@voxrill/openai';
import { Conversation } from '../conversation/conversation.js';
import { ItemDesk } from '../conversation/item-desk.js';
import { Transcripts } from '../conversation/transcripts.js';
import { AudioInput } from '../input/audio-input.js';
import { Recogniser } from '../input/recogniser.js';
import { AsidePaths } from '../response/aside-paths.js';
import { ReplyPath } from '../response/reply-path.js';
import { ResponseDesk } from '../response/response-desk.js';
import { withWrittenReplies } from '../response/written-reply.js';
import { defaultLimits, type MakeTurnDetector, type RealtimeCallOptions, type ResolvedLimits } from './call-options.js';
import type { RealtimeCallParts, RealtimeWire } from './call-parts.js';
import type { CallScope } from './call-scope.js';
import { EventLane } from './event-lane.js';
import { FencedWire } from './fenced-wire.js';
import { serverTrouble } from './server-trouble.js';
import { sizeOfEvent } from './size-of-event.js';
import { updatedSession } from './update-session.js';

/**
 * One connection of a Realtime client to a pipeline: events in, events out. Knows no socket.
 *
 * @example
 * ```ts
 * import { pipeline, realClock } from '@voxrill/core';
 * import { defaultSession, parseClientEvent, writeRealtimeEvent } from '@voxrill/openai';
 * import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
 *
 * const call = new RealtimeCall({
 *   wire: { send: (event) => console.log(writeRealtimeEvent(event, 'ga')), close: () => undefined },
 *   makePipeline: ({ input, conversation, output }) => pipeline(input, fakeSTT(), conversation, fakeLLM(), fakeTTS(), output),
 *   session: defaultSession({ id: 'sess_1', model: 'mine', dialect: 'ga' }),
 *   dialect: 'ga',
 *   clock: realClock(),
 * });
 * await call.start();
 * call.receive(parseClientEvent('{"type":"response.create"}', 'ga'));
 * call.close('That is all.');
 * ```
 */
export class RealtimeCall {
  /** Resolves, and never rejects, when the call is over. */
  readonly done: Promise<SessionReport>;
  /** How the client speaks; the first `session.update` may show that it was guessed wrong. */
  dialect: RealtimeDialectName;
  readonly #wire: RealtimeWire;
  readonly #clock: Clock;
  readonly #limits: ResolvedLimits;
  readonly #say: RealtimeServerEvents;
  readonly #session: Session;
  readonly #path: ReplyPath;
  readonly #lane: EventLane;
  readonly #items: ItemDesk;
  readonly #responses: ResponseDesk;
  readonly #input: AudioInput;
  readonly #asides: AsidePaths;
  #state: RealtimeSessionState;
  #closed = false;
  #cancelLimit: (() => void) | undefined;

  constructor(options: RealtimeCallOptions) {
    const { wire, session, clock, vad = usualVad, nextId = realtimeIds(), logger, inputSampleRate = 16_000 } = options;
    this.dialect = options.dialect;
    this.#wire = new FencedWire(wire, () => this.close('The client cannot be reached.'));
    this.#clock = clock;
    this.#state = session;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#say = realtimeServerEvents(() => nextId('event'));
    this.#lane = new EventLane(this.#limits.waitingBytes, (error) => this.#troubled(error));
    const scope = this.#scope(nextId);

    const recogniser = new Recogniser(inputSampleRate, (message) => this.#path.fail(message));
    const path = new ReplyPath('call', {
      onTranscript: (frame) => recogniser.transcribed(frame),
      onUnasked: () => this.#responses.speakUnasked(),
    });
    this.#path = path;
    const parts: RealtimeCallParts = {
      id: session.id,
      input: recogniser.stage,
      conversation: path.conversation,
      output: path.output,
      settings: () => this.#state,
      voice: () => nameOf(this.#responses.active?.scope.settings.audio.output.voice ?? this.#state.audio.output.voice),
    };
    const pipeline: FrameProcessor = options.makePipeline(parts);
    const transcripts = new Transcripts(scope);
    this.#asides = new AsidePaths(scope, parts, pipeline, options.makePipeline);
    this.#items = new ItemDesk(scope, transcripts, (audio) => recogniser.hear(audio));
    this.#responses = new ResponseDesk(scope, {
      path,
      asides: this.#asides,
      items: () => this.#items.itemScope,
      rateLimits: options.rateLimits ?? (() => unlimited),
      onDone: (run) => this.#input.replied(run.spokenMs),
    });
    this.#input = new AudioInput(scope, {
      recogniser,
      transcripts,
      makeDetector: vad,
      onSpeech: () => this.#responses.interrupt(),
      onTurn: (itemId) => this.#responses.answer(itemId),
      replying: () => this.#responses.active !== undefined,
      enqueue: (work) => void this.#lane.take(work, () => 0),
    });
    this.#session = createSession(withWrittenReplies(pipeline, path), {
      id: session.id,
      clock,
      onUnusable: 'report',
      ...(logger === undefined ? {} : { logger }),
    });
    this.done = this.#session.done.then((report) => {
      // The pipeline has given up by itself: nobody else tells the client.
      if (!this.#closed) {
        const reason = report.detail ?? 'The pipeline has ended the call.';
        this.#troubled(new Error(reason));
        this.#hangUp(1011, reason);
      }
      return report;
    });
  }

  /** Starts the pipeline, then says `session.created`. Never rejects: a pipeline that cannot start is an error on the wire. */
  async start(): Promise<void> {
    try {
      await this.#session.start();
    } catch (error) {
      if (this.#closed) return;
      this.#troubled(error);
      this.#hangUp(1011, 'The pipeline could not start.');
      return;
    }
    if (this.#closed) return;
    this.#send(this.#say.sessionCreated(this.#state));
    // The client may be gone already.
    if (this.#isOver()) return;
    const { sessionMs } = this.#limits;
    if (Number.isFinite(sessionMs)) this.#cancelLimit = this.#clock.setTimer(() => this.#expire(sessionMs), sessionMs);
    this.#lane.open();
  }

  /** Takes what the client sent, in order, also before `start` is done. Never throws. */
  receive(parsed: ParsedRealtimeEvent<RealtimeClientEvent>): void {
    if (this.#closed) return;
    const taken = this.#lane.take(
      () => this.#handle(parsed),
      () => sizeOfEvent(parsed),
    );
    if (taken) return;
    const eventId = parsed.kind === 'event' ? (parsed.event.event_id ?? undefined) : parsed.eventId;
    const message = 'Too much is waiting for the audio before it: send audio no faster than it can be heard.';
    this.#refuse(invalidRequest('too_many_events', message, { eventId }));
  }

  /** Ends the call; the wire is the caller's to close. */
  close(reason: string): void {
    if (this.#closed) return;
    this.#over(reason);
    this.#session.cancel(reason);
  }

  #handle(parsed: ParsedRealtimeEvent<RealtimeClientEvent>): void | Promise<void> {
    switch (parsed.kind) {
      case 'invalid':
        return this.#refuse(parsed.error);
      case 'unknown':
        return this.#refuse(unknownEventError(parsed.type, parsed.eventId));
      case 'event':
        return this.#act(parsed.event, parsed.unfamiliar);
    }
  }

  #act(event: RealtimeClientEvent, unfamiliar: readonly string[]): void | Promise<void> {
    switch (event.type) {
      case 'session.update':
        return this.#update(event, unfamiliar);
      case 'input_audio_buffer.append':
        return this.#input.append(event);
      case 'input_audio_buffer.commit':
        return this.#input.commit(event);
      case 'input_audio_buffer.clear':
        return this.#input.clear();
      case 'conversation.item.create':
        return this.#items.create(event);
      case 'conversation.item.retrieve':
        return this.#items.retrieve(event);
      case 'conversation.item.truncate':
        return this.#items.truncate(event);
      case 'conversation.item.delete':
        return this.#items.delete(event);
      case 'response.create':
        return this.#responses.create(event);
      case 'response.cancel':
        return this.#responses.cancel(event);
      case 'output_audio_buffer.clear': {
        const message = "Invalid value: 'output_audio_buffer.clear'. Over a WebSocket the client itself holds the audio.";
        return this.#refuse(invalidRequest('invalid_value', message, { param: 'type', eventId: event.event_id ?? undefined }));
      }
    }
  }

  #update(event: Extract<RealtimeClientEvent, { type: 'session.update' }>, unfamiliar: readonly string[]): void | Promise<void> {
    const { voiceUsed } = this.#responses;
    const outcome = updatedSession(this.#state, event, { dialect: this.dialect, unfamiliar, voiceUsed });
    if (outcome.kind === 'refused') return this.#refuse(outcome.error);
    const before = this.#state;
    this.#state = outcome.session;
    this.#send(this.#say.sessionUpdated(this.#state));
    return this.#input.reconfigure(before.audio.input);
  }

  #expire(sessionMs: number): void {
    const message = `Your session hit the maximum duration of ${durationText(sessionMs)}.`;
    this.#refuse(invalidRequest('session_expired', message));
    this.#hangUp(1001, message);
  }

  #hangUp(code: number, reason: string): void {
    this.close(reason);
    this.#wire.close(code, reason);
  }

  // What a callback has changed is not what the compiler last saw.
  #isOver(): boolean {
    return this.#closed;
  }

  #over(reason: string): void {
    if (this.#closed) return;
    this.#responses.close();
    this.#closed = true;
    this.#lane.close();
    this.#input.close();
    this.#asides.close(reason);
    this.#cancelLimit?.();
  }

  #troubled(error: unknown): void {
    this.#refuse(serverTrouble(error));
  }

  #refuse(error: RealtimeErrorDetail): void {
    this.#send(this.#say.error(error));
  }

  #send(event: RealtimeServerEvent): void {
    if (!this.#closed) this.#wire.send(event);
  }

  #scope(nextId: (prefix: string) => string): CallScope {
    const session = (): RealtimeSessionState => this.#state;
    const dialect = (): RealtimeDialectName => this.dialect;
    return {
      clock: this.#clock,
      limits: this.#limits,
      conversation: new Conversation(nextId('conv'), this.#limits.audioBytes),
      get session() {
        return session();
      },
      get dialect() {
        return dialect();
      },
      say: this.#say,
      send: (event) => this.#send(event),
      nextId,
      refuse: (error) => this.#refuse(error),
    };
  }
}

const usualVad: MakeTurnDetector = ({ sampleRate, threshold, silenceMs }) =>
  combinedVad({ sampleRate, threshold, stopMs: silenceMs });

const million = 1_000_000;
const unlimited: readonly RealtimeRateLimit[] = [
  { name: 'requests', limit: million, remaining: million, reset_seconds: 0 },
  { name: 'tokens', limit: million, remaining: million, reset_seconds: 0 },
];

const nameOf = (voice: RealtimeSessionState['audio']['output']['voice']): string =>
  typeof voice === 'string' ? voice : voice.id;

const durationText = (ms: number): string =>
  ms % 60_000 === 0 ? `${ms / 60_000} minute${ms === 60_000 ? '' : 's'}` : `${ms / 1000} seconds`;
