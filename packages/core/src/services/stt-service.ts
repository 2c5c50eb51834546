import { type Deadline, deadline } from '../clock/deadline.js';
import type { FrameOf } from '../frames/frame.js';
import type { MetricData, SpeechSettings } from '../frames/frame-map.js';
import type { FramePorts, FrameProcessor } from '../processor/frame-processor.js';
import type { StageScope } from '../processor/handler.js';
import { lookOn } from '../processor/look-on.js';
import { AsyncChannel } from '../rx/async-channel.js';
import { untilAborted } from '../rx/until-aborted.js';
import type { SessionContext } from '../session/session-context.js';
import { changedSettings } from './changed-settings.js';
import type { ServiceCall, SpeechToText, TranscriptResult, UtteranceAudio } from './contracts.js';
import { Preroll, usualPrefixMs } from './preroll.js';
import { ServiceError } from './service-error.js';
import { connectService } from './service-stage.js';

const sttFit = {
  needs: ['input-audio', 'vad-user-started-speaking'],
  emits: ['interim-transcription', 'transcription', 'metrics'],
} as const;

/** How the base class treats its recogniser. */
export interface STTTuning {
  /** How much audio before the onset of speech the recogniser gets if the detector does not say. @defaultValue 300 */
  readonly prefixMs?: number;
  /** How long the final result may take once the speech has ended. @defaultValue 15_000 */
  readonly finalMs?: number;
}

interface Utterance {
  readonly id: string;
  readonly startMs: number;
  readonly audio: AsyncChannel<Int16Array>;
  /** How much of it the recogniser has taken. */
  samples: number;
  /** Aborts the recognition: at the end of the session, or when the final result takes too long. */
  readonly limit: Deadline;
  turn: number;
  endMs: number | undefined;
  /** The last result: what counts when no final one comes. */
  heard: string;
  /** Another recogniser hears it now. */
  replaced: boolean;
  readonly settings: SpeechSettings;
}

/** Two minutes of 20 ms chunks: beyond it the oldest audio that the recogniser has not taken is dropped. */
const maxChunks = 6000;

/**
 * Base of speech-to-text services. A subclass turns the audio of one utterance into text; this class cuts the audio at the
 * marks of voice activity, with what was said just before the onset, and sends what was heard both ways as transcripts that
 * carry the turn in which they were spoken, however late they come. Before each final one it reports in a metric `audio-ms` how
 * much audio the recogniser has taken for it.
 *
 * @example
 * ```ts
 * class Parrot extends STTService {
 *   readonly name = 'parrot';
 *   readonly sampleRate = 16_000;
 *   async *transcribe(audio: UtteranceAudio) {
 *     let samples = 0;
 *     for await (const chunk of audio.chunks) samples += chunk.length;
 *     yield { text: `${samples} samples`, final: true };
 *   }
 * }
 * ```
 */
export abstract class STTService implements SpeechToText, FrameProcessor<typeof sttFit> {
  abstract readonly name: string;
  /** Rate in which `transcribe` wants its audio, samples a second. */
  abstract readonly sampleRate: number;
  readonly fit = sttFit;
  readonly tuning: STTTuning = {};
  /** How long after the end of speech the final result takes, in nearly all cases (p99). Turns wait no longer for it. */
  readonly finalP99Ms: number | undefined = undefined;
  /** What the provider calls it; for reports. */
  readonly model?: string;

  /** Loads what is needed; called once a session, before any audio. */
  prepare?(call: ServiceCall): Promise<void>;

  /** Recognises one utterance; the last result is the `final` one. Called for several utterances at once if need be. */
  abstract transcribe(audio: UtteranceAudio, call: ServiceCall): AsyncIterable<TranscriptResult>;

  connect(input: FramePorts, session: SessionContext): FramePorts {
    return connectService(this, 'stt', (stage) => this.#stage(stage), input, session);
  }

  #stage(stage: StageScope) {
    const { session } = stage;
    const { prefixMs = usualPrefixMs, finalMs = 15_000 } = this.tuning;
    const preroll = new Preroll(this.sampleRate);
    let open: Utterance | undefined;
    let settings: SpeechSettings = {};
    let count = 0;
    let lastEndMs = 0;
    const heardNow = new Set<Utterance>();

    // The speech that interrupts belongs to the turn that it begins.
    session.onInterrupt(() => {
      if (open !== undefined) open.turn = session.turn;
    });
    const close = (endMs: number): void => {
      if (open === undefined) return;
      const { audio, limit } = open;
      open.endMs = endMs;
      lastEndMs = endMs;
      open = undefined;
      limit.set(finalMs, () => new ServiceError('timeout', `"${this.name}" gave no final transcript within ${finalMs} ms.`));
      audio.end();
    };
    // What another recogniser takes over it hears from the beginning.
    session.onReplaced(() => {
      open = undefined;
      for (const utterance of heardNow) {
        utterance.replaced = true;
        utterance.audio.end();
        utterance.limit.abort(new Error('Another recogniser has taken over.'));
      }
    });
    session.onEnd(() => close(session.now()));
    session.onClose(() => close(session.now()));

    return {
      down: {
        'service-settings': lookOn((frame: FrameOf<'service-settings'>) => {
          settings = changedSettings(settings, frame);
        }),
        'input-audio': (frame: FrameOf<'input-audio'>) => {
          this.#check(frame);
          preroll.push(frame.samples, frame.at);
          open?.audio.push(frame.samples);
          return frame;
        },
        'vad-user-started-speaking': (frame: FrameOf<'vad-user-started-speaking'>) => {
          close(frame.speechAtMs);
          // What the recogniser has no time for is not billed.
          const taken = (chunk: Int16Array): void => {
            utterance.samples += chunk.length;
          };
          const audio = new AsyncChannel<Int16Array>(maxChunks, taken);
          // What belongs to the utterance before it was heard already.
          const beginMs = Math.max(lastEndMs, frame.speechAtMs - (frame.prefixMs ?? prefixMs));
          for (const chunk of preroll.since(beginMs)) audio.push(chunk);
          const limit = deadline(session.clock, session.signal, (error) => stage.fail(error));
          const id = `${this.name}-${++count}`;
          const utterance: Utterance = {
            id,
            startMs: frame.speechAtMs,
            audio,
            samples: 0,
            limit,
            turn: session.turn,
            endMs: undefined,
            heard: '',
            replaced: false,
            settings,
          };
          open = utterance;
          heardNow.add(utterance);
          this.#listen(utterance, stage, () => heardNow.delete(utterance));
          return frame;
        },
        'vad-user-stopped-speaking': (frame: FrameOf<'vad-user-stopped-speaking'>) => {
          close(frame.speechAtMs);
          return frame;
        },
      },
    };
  }

  #check(frame: FrameOf<'input-audio'>): void {
    if (frame.sampleRate === this.sampleRate && frame.channels === 1) return;
    throw new ServiceError(
      'invalid-request',
      `"${this.name}" hears mono audio of ${this.sampleRate} Hz and got ${frame.channels} channel(s) of ${frame.sampleRate} Hz; put a resampler before it.`,
    );
  }

  /** Runs beside the stage's lanes: what the user said is not undone by an interruption, and must not wait behind anything. */
  #listen(utterance: Utterance, stage: StageScope, over: () => void): void {
    const { session } = stage;
    const release = session.hold(`${this.name}, hearing ${utterance.id}`);
    this.#transcribe(utterance, stage)
      .catch((error: unknown) => {
        if (session.signal.aborted || utterance.replaced) return;
        // Whoever waits for this utterance must hear that nothing more will come.
        session.guard(this.name, () => this.#send(stage, utterance, { text: utterance.heard, final: true }));
        session.guard(this.name, () => stage.fail(error));
      })
      .finally(() => {
        utterance.limit.clear();
        over();
        release();
      });
  }

  async #transcribe(utterance: Utterance, stage: StageScope): Promise<void> {
    const { clock } = stage.session;
    const { signal } = utterance.limit;
    const audio: UtteranceAudio = { sampleRate: this.sampleRate, chunks: utterance.audio };
    for await (const result of untilAborted(this.transcribe(audio, { clock, signal, settings: utterance.settings }), signal)) {
      utterance.heard = result.text;
      this.#send(stage, utterance, result);
      if (result.final) return;
    }
    this.#send(stage, utterance, { text: utterance.heard, final: true });
  }

  #send(stage: StageScope, utterance: Utterance, result: TranscriptResult): void {
    const { id, startMs, turn, endMs = stage.session.now() } = utterance;
    const { text, final, language } = result;
    if (final) stage.broadcast(stage.frame('metrics', { metrics: [this.#used(utterance)] }));
    const payload = { text, utterance: id, startMs, endMs, ...(language === undefined ? {} : { language }) };
    stage.broadcast(stage.frame(final ? 'transcription' : 'interim-transcription', payload, turn));
  }

  #used({ samples }: Utterance): MetricData {
    const labels = this.model === undefined ? {} : { labels: { model: this.model } };
    return { name: 'audio-ms', value: (samples / this.sampleRate) * 1000, unit: 'ms', processor: this.name, ...labels };
  }
}
