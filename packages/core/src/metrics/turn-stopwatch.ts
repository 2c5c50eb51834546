import type { Frame, FrameKind, FrameOf } from '../frames/frame.js';
import { asksForReply } from '../turn/asks-for-reply.js';
import type { LatencyPart, TurnLatency } from './turn-latency.js';

/** More services than any pipeline has. */
const maxServices = 64;

/** What has happened since the model was last asked from the beginning; session milliseconds. */
interface Attempt {
  /** The model's response that was under way before; what comes of it is no answer. */
  readonly staleResponse: string | undefined;
  askedAt?: number;
  /** The request that was answered, if tools had to run first. */
  askedAgainAt?: number;
  firstTextAt?: number;
  utterance?: string;
  spokenAt?: number;
  firstAudioAt?: number;
  readonly ttfb: Map<string, number>;
}

/** A turn that waits for its answer. */
interface Due {
  readonly turn: number;
  readonly speechEndedAt: number;
  readonly decidedAt: number;
  readonly silenceAt: number | undefined;
  readonly transcriptAt: number | undefined;
  asideAt?: number;
}

/** Takes the times of one session's turns. Its memory does not grow. */
export class TurnStopwatch {
  static readonly kinds: ReadonlySet<FrameKind> = new Set<FrameKind>([
    'vad-user-started-speaking',
    'vad-user-stopped-speaking',
    'user-started-speaking',
    'user-stopped-speaking',
    'transcription',
    'interruption',
    'speculation',
    'llm-context',
    'llm-response-start',
    'llm-text',
    'tts-started',
    'tts-audio',
    'metrics',
    'bot-started-speaking',
    'bot-spoke',
  ]);

  #silenceAt: number | undefined;
  #transcriptAt: number | undefined;
  #response: string | undefined;
  #attempt: Attempt = { staleResponse: undefined, ttfb: new Map() };
  #due: Due | undefined;

  /** What the frame has brought to its end. `turn` is the present epoch of the session. */
  see(frame: Frame, turn: number): TurnLatency | undefined {
    switch (frame.kind) {
      case 'vad-user-started-speaking':
        this.#silenceAt = undefined;
        return undefined;
      case 'vad-user-stopped-speaking':
        this.#silenceAt = frame.at;
        return undefined;
      case 'transcription':
        this.#transcriptAt = frame.at;
        return undefined;
      case 'user-started-speaking':
        // A turn may begin with its transcript, so what belongs to it may have come before.
        if ((this.#silenceAt ?? 0) <= frame.speechAtMs) this.#silenceAt = undefined;
        if ((this.#transcriptAt ?? 0) <= frame.speechAtMs) this.#transcriptAt = undefined;
        this.#restart();
        return undefined;
      case 'user-stopped-speaking':
        // Without text nothing new is due: it was a noise, after which the model is asked again.
        if (asksForReply(frame)) this.#begin(frame);
        return undefined;
      case 'interruption':
        this.#restart();
        return undefined;
      case 'speculation':
        if (frame.state === 'discarded') this.#restart();
        return undefined;
      case 'bot-started-speaking':
        return this.#heard(frame, frame.at, frame.aside === true);
      case 'bot-spoke':
        if (frame.playedMs <= 0) return undefined;
        if (frame.aside !== true && frame.utterance !== this.#attempt.utterance) return undefined;
        return this.#heard(frame, frame.at - frame.playedMs, frame.aside === true);
      default:
        if (frame.turn === turn) this.#progress(frame);
        return undefined;
    }
  }

  /** What is made in reply, in the present turn. */
  #progress(frame: Frame): void {
    const attempt = this.#attempt;
    switch (frame.kind) {
      case 'llm-context':
        if (attempt.askedAt === undefined) attempt.askedAt = frame.at;
        else if (attempt.firstTextAt === undefined) attempt.askedAgainAt = frame.at;
        return;
      case 'llm-response-start':
        this.#response = frame.response;
        return;
      case 'llm-text':
        if (frame.response !== attempt.staleResponse) attempt.firstTextAt ??= frame.at;
        return;
      case 'tts-started':
        if (attempt.utterance !== undefined || frame.aside === true) return;
        if (frame.response !== undefined && frame.response === attempt.staleResponse) return;
        attempt.utterance = frame.utterance;
        attempt.spokenAt = frame.at;
        return;
      case 'tts-audio':
        if (frame.utterance === attempt.utterance) attempt.firstAudioAt ??= frame.at;
        return;
      case 'metrics':
        // What comes later is of later sentences, for which nobody waits.
        if (attempt.firstAudioAt !== undefined) return;
        for (const { name, value, processor } of frame.metrics) {
          if (name !== 'ttfb' || processor === undefined) continue;
          if (attempt.ttfb.size < maxServices || attempt.ttfb.has(processor)) attempt.ttfb.set(processor, value);
        }
        return;
      default:
    }
  }

  #begin({ turn, at, speechAtMs }: FrameOf<'user-stopped-speaking'>): void {
    this.#due = {
      turn,
      speechEndedAt: speechAtMs,
      decidedAt: at,
      silenceAt: this.#silenceAt,
      transcriptAt: this.#transcriptAt,
    };
    this.#silenceAt = undefined;
    this.#transcriptAt = undefined;
  }

  #restart(): void {
    this.#attempt = { staleResponse: this.#response, ttfb: new Map() };
  }

  #heard({ turn }: Frame, at: number, aside: boolean): TurnLatency | undefined {
    const due = this.#due;
    if (due === undefined || turn < due.turn) return undefined;
    if (aside) {
      due.asideAt ??= at;
      return undefined;
    }
    this.#due = undefined;
    return measure(due, this.#attempt, turn, at);
  }
}

function measure(due: Due, attempt: Attempt, turn: number, playedAt: number): TurnLatency {
  const { speechEndedAt, silenceAt, transcriptAt, decidedAt, asideAt } = due;
  const ends: readonly (readonly [LatencyPart, number | undefined])[] = [
    ['silence', silenceAt],
    ['stt', transcriptAt],
    ['decision', decidedAt],
    ['context', attempt.askedAt],
    ['tools', attempt.askedAgainAt],
    ['llm', attempt.firstTextAt],
    ['sentence', attempt.spokenAt],
    ['tts', attempt.firstAudioAt],
    ['transport', playedAt],
  ];
  const parts: Partial<Record<LatencyPart, number>> = {};
  let from = speechEndedAt;
  for (const [part, end] of ends) {
    if (end === undefined) continue;
    // What was done before its turn came, by speculation say, has cost no time.
    const to = Math.min(playedAt, Math.max(from, end));
    parts[part] = to - from;
    from = to;
  }
  return {
    turn,
    input: silenceAt === undefined && transcriptAt === undefined ? 'text' : 'voice',
    speechEndedAtMs: speechEndedAt,
    playedAtMs: playedAt,
    voiceToVoiceMs: playedAt - speechEndedAt,
    parts,
    endOfTurnMs: decidedAt - speechEndedAt,
    ...(transcriptAt === undefined ? {} : { transcriptMs: transcriptAt - speechEndedAt }),
    ...(asideAt === undefined ? {} : { asideMs: asideAt - speechEndedAt }),
    inferenceTtfbMs: Object.fromEntries(attempt.ttfb),
    device: 'unknown',
  };
}
