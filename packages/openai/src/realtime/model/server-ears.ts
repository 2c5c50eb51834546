import { type MetricData, ServiceError, type StageScope } from '@voxrill/core';
import { realtimeError } from '../link/realtime-error.js';
import type { RealtimeConversationItem } from '../protocol/schema/item-schema.js';
import type { RealtimeResponse } from '../protocol/schema/response-schema.js';
import type { RealtimeServerEvent } from '../protocol/schema/server-event-schema.js';
import type { RealtimeSession, RealtimeTurnDetection } from '../protocol/schema/session-schema.js';
import type { RealtimeServerEventOf } from '../protocol/server-events.js';
import type { AudioCodec } from './audio-codec.js';
import type { BesideDesk } from './beside.js';
import { FailureTwins } from './failure-twins.js';
import { Reply } from './reply.js';
import type { ResponseDesk } from './response-desk.js';
import { rateLimitMetrics, responseMetrics, transcriptionMetrics } from './response-metrics.js';
import type { SessionSide } from './session-side.js';
import type { UserAudio } from './user-audio.js';
import type { UserSpeech } from './user-speech.js';

/** Whom the events of the service concern. */
export interface ServerEarsHost {
  readonly stage: StageScope;
  readonly settings: Extract<RealtimeSession, { type: 'realtime' }>;
  readonly audio: UserAudio;
  readonly speech: UserSpeech;
  readonly desk: ResponseDesk;
  readonly beside: BesideDesk;
  readonly codec: AudioCodec;
}

/** Makes frames of what the service says. */
export class ServerEars {
  readonly #host: ServerEarsHost;
  /** Otherwise what it says of speech is late, or none of its business. */
  readonly #findsTurns: boolean;
  readonly #answersTurns: boolean;
  readonly #stopsItself: boolean;
  /** How much silence is in what the detector of the service takes for speech, before it and behind it. */
  #prefixMs = 0;
  #silenceMs = 0;
  /** The service is being heard to say that the user speaks. */
  #hearsOnset = false;
  /** The epoch whose turn the service answers, or has answered, by itself. */
  #answeredByService: number | undefined;
  #askedAtMs = 0;
  readonly #failures = new FailureTwins();

  constructor(host: ServerEarsHost) {
    this.#host = host;
    const detection = host.settings.audio?.input?.turn_detection;
    this.#findsTurns = detection !== null && detection !== undefined;
    this.#answersTurns = this.#findsTurns && detection?.create_response !== false;
    this.#stopsItself = this.#findsTurns && detection?.interrupt_response !== false;
    this.#measure(detection);
  }

  /** The service stops its response by itself at this moment. */
  get serviceStops(): boolean {
    return this.#hearsOnset && this.#stopsItself;
  }

  /** Whether the turn that is over needs no request, since the service answers it by itself; asked once a turn. */
  takeServiceAnswer(): boolean {
    const answered = this.#answeredByService === this.#host.stage.session.turn;
    this.#answeredByService = undefined;
    return answered;
  }

  /** A response was asked for: the time to its first piece counts from here. */
  asked(): void {
    this.#askedAtMs = this.#host.stage.session.clock.now();
  }

  hear(event: RealtimeServerEvent, side: SessionSide | undefined): void {
    if (side === undefined) return;
    const { stage, audio, speech, desk } = this.#host;
    switch (event.type) {
      case 'response.output_audio.delta':
        this.#replyOf(side, event.response_id)?.audio(event);
        break;
      case 'response.output_audio_transcript.delta':
        this.#replyOf(side, event.response_id)?.transcript(event, event.delta);
        break;
      case 'response.output_audio_transcript.done':
        this.#replyOf(side, event.response_id)?.transcript(event, event.transcript, true);
        break;
      case 'response.output_text.delta':
        this.#replyOf(side, event.response_id)?.text(event, event.delta);
        break;
      case 'response.output_text.done':
        this.#replyOf(side, event.response_id)?.text(event, event.text, true);
        break;
      case 'response.function_call_arguments.done':
        this.#replyOf(side, event.response_id)?.callDone(event);
        break;
      case 'response.function_call_arguments.delta':
        desk.alive();
        break;
      case 'response.content_part.done':
        this.#replyOf(side, event.response_id)?.partDone(event);
        break;
      case 'response.output_item.added':
        side.added(event.response_id, event.item);
        side.replyOf(event.response_id)?.itemAdded(event.item);
        break;
      case 'response.output_item.done':
        this.#itemDone(event, side);
        break;
      case 'response.created':
        this.#begun(event.response, side);
        break;
      case 'response.done':
        this.#over(event.response, side);
        break;
      case 'input_audio_buffer.speech_started':
        if (this.#findsTurns) this.#speechStarted(event);
        break;
      case 'input_audio_buffer.speech_stopped':
        if (this.#findsTurns) this.#speechStopped(event);
        break;
      case 'input_audio_buffer.committed':
        side.mirror.has(event.item_id);
        audio.committed(event.item_id);
        speech.committed(event.item_id);
        break;
      case 'conversation.item.input_audio_transcription.delta':
        speech.understands(event.item_id, event.delta ?? '');
        break;
      case 'conversation.item.input_audio_transcription.completed':
        audio.settle(event.item_id);
        if (event.usage !== undefined && event.usage !== null)
          this.#measured(transcriptionMetrics(stage.name, event.usage, this.#writtenBy));
        speech.understood(event);
        break;
      case 'conversation.item.input_audio_transcription.failed':
        speech.failed(event.item_id);
        stage.session.log.warn(`What the user said could not be written down: ${event.error.message ?? 'no reason given'}`);
        break;
      case 'session.updated':
        if (event.session.type === 'realtime') this.#measure(event.session.audio?.input?.turn_detection);
        break;
      case 'rate_limits.updated':
        this.#measured(rateLimitMetrics(stage.name, event));
        break;
      case 'error':
        this.#wrong(event);
        break;
      default:
        break;
    }
  }

  /** The model that writes down what the user says, where it is known. */
  get #writtenBy(): string | undefined {
    return this.#host.settings.audio?.input?.transcription?.model ?? undefined;
  }

  #measured(metrics: readonly MetricData[]): void {
    const { stage } = this.#host;
    if (metrics.length > 0) stage.broadcast(stage.frame('metrics', { metrics }));
  }

  /** What the detector of the service goes by. */
  #measure(detection: RealtimeTurnDetection | null | undefined): void {
    if (detection?.type !== 'server_vad') return;
    this.#prefixMs = detection.prefix_padding_ms ?? 300;
    this.#silenceMs = detection.silence_duration_ms ?? 500;
  }

  #replyOf(side: SessionSide, responseId: string): Reply | undefined {
    const reply = side.replyOf(responseId);
    if (reply === undefined) {
      this.#host.beside.alive(responseId);
      return undefined;
    }
    this.#host.desk.alive();
    return reply.dead ? undefined : reply;
  }

  #speechStarted({ audio_start_ms, item_id }: RealtimeServerEventOf<'input_audio_buffer.speech_started'>): void {
    const { stage, audio, speech } = this.#host;
    const startMs = audio.onset(audio_start_ms);
    // At the very beginning there is less before it.
    const beforeMs = audio_start_ms === 0 ? 0 : this.#prefixMs;
    const speechAtMs = Math.max(startMs, Math.min(startMs + beforeMs, stage.session.now()));
    this.#hearsOnset = true;
    try {
      stage.broadcast(stage.frame('vad-user-started-speaking', { speechAtMs }));
    } finally {
      this.#hearsOnset = false;
    }
    speech.started(speechAtMs, item_id);
  }

  #speechStopped({ audio_end_ms, item_id }: RealtimeServerEventOf<'input_audio_buffer.speech_stopped'>): void {
    const { stage, audio, speech, desk } = this.#host;
    // Somebody else has ended the turn, by a mute say, and has asked for the answer.
    if (!speech.open) return;
    const speechAtMs = audio.positionAt(Math.max(0, audio_end_ms - this.#silenceMs));
    this.asked();
    if (this.#answersTurns && desk.expect()) this.#answeredByService = stage.session.turn;
    audio.stopped(item_id, audio_end_ms);
    speech.stopped(speechAtMs);
    stage.broadcast(stage.frame('vad-user-stopped-speaking', { speechAtMs }));
  }

  #begun(response: RealtimeResponse, side: SessionSide): void {
    const { stage, desk, beside, codec } = this.#host;
    if (side.knows(response.id)) return;
    if (beside.began(response)) return;
    this.#failures.forget();
    const end = (): void => side.replyOf(response.id)?.end(true, false);
    const { turn, traits } = desk.created(response.id, response.metadata, end);
    const first = (): void => {
      const value = stage.session.clock.now() - this.#askedAtMs;
      this.#measured([{ name: 'ttfb', value, unit: 'ms', processor: stage.name }]);
    };
    const wanted = turn === stage.session.turn;
    const host = { stage, codec, spoken: side.spoken, written: side.written, first };
    side.began(response.id, wanted ? new Reply(response.id, turn, host, traits) : undefined);
  }

  #itemDone({ response_id, item }: RealtimeServerEventOf<'response.output_item.done'>, side: SessionSide): void {
    const reply = this.#replyOf(side, response_id);
    if (reply === undefined) return;
    this.#called(reply, item, side);
    if (item.id !== undefined && item.id !== null)
      reply.itemDone(item.id, item.type === 'message' && item.status === 'incomplete');
  }

  #called(reply: Reply, item: RealtimeConversationItem, side: SessionSide): void {
    if (item.type !== 'function_call' || typeof item.call_id !== 'string') return;
    if (typeof item.id === 'string' && !reply.aside) side.mirror.called(item.call_id, item.id);
    reply.call({ id: item.call_id, name: item.name, arguments: item.arguments });
  }

  #over(response: RealtimeResponse, side: SessionSide): void {
    const { stage, desk, beside, audio, settings } = this.#host;
    const { id, status, usage, status_details } = response;
    const output = response.output ?? [];
    if (usage !== undefined && usage !== null) this.#measured(responseMetrics(stage.name, usage));
    if (beside.done(response)) return;
    for (const item of output) side.added(id, item);
    const ended = side.over(id);
    const reply = ended?.reply;
    if (reply === undefined || reply.dead) side.forget(ended?.items ?? []);
    else {
      for (const item of output) this.#called(reply, item, side);
      reply.end(status !== 'completed', status === 'completed');
    }
    if (settings.audio?.input?.transcription === null) audio.settleAll();
    if (status === 'failed') {
      const { code, type, message } = status_details?.error ?? {};
      const { category } = realtimeError({ code, type, message });
      const why = message ?? `"${stage.name}" could not answer: ${code ?? 'no reason given'}.`;
      // The session goes on, and the next answer may be had.
      if (this.#failures.isNew('response', why)) stage.fail(new ServiceError(category, why, { usable: true }));
    } else this.#failures.forget();
    desk.done(id, response.metadata);
  }

  #wrong({ error }: RealtimeServerEventOf<'error'>): void {
    const { stage, desk, beside } = this.#host;
    const { category, fatal, benign, expired } = realtimeError(error);
    const failure = new ServiceError(category, error.message, { usable: true });
    const key = error.event_id ?? '';
    if (beside.refused(key, failure)) return;
    const busy = error.code === 'conversation_already_has_active_response';
    if (busy && desk.conflict(key)) return;
    desk.refused(key);
    // The link says by itself that all is over, and why a session had to end.
    if (fatal || expired) return;
    if (benign) stage.session.log.debug(`The service had nothing to do: ${error.message}`);
    else if (this.#failures.isNew('error', error.message)) stage.fail(failure);
  }
}
