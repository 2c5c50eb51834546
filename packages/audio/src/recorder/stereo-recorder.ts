import {
  type AudioFormat,
  type AudioSink,
  defineProcessor,
  type FrameOf,
  type FrameProcessor,
  type SessionContext,
} from '@voxrill/core';
import { downmix } from '../pcm/downmix.js';
import { interleave } from '../pcm/interleave.js';
import { requireRate } from '../resample/require-rate.js';
import { createWavWriter, type WavWriter } from '../wav/create-wav-writer.js';
import { AlignedTrack } from './aligned-track.js';
import { recordingSink } from './recording-sink.js';

/** Where a recording goes. One that cannot take what it is given in time must reject, as a `WavWriter` does, and not keep it. */
export interface StereoTarget extends Pick<WavWriter, 'write' | 'close'> {}

/** Options of {@link stereoRecorder}. */
export interface StereoRecorderOptions {
  /** The WAV file, or what to call that of each session. It appears, whole, when the session closes. */
  readonly path?: string | ((session: SessionContext) => string);
  /** In place of `path`: opens what takes the samples, user and bot in turns. */
  readonly open?: (format: AudioFormat, session: SessionContext) => Promise<StereoTarget>;
  /** Samples a second of the recording; other rates are resampled to it. @defaultValue 16_000 */
  readonly sampleRate?: number;
}

type OpenSessionSink = (format: AudioFormat, session: SessionContext) => AudioSink;

/** The two places in a pipeline where a recorder listens. */
export interface StereoRecorder {
  /** Stands right behind the input: what the user says, on the left. */
  readonly user: FrameProcessor<{ readonly emits: readonly [] }>;
  /** Wraps what the output transport opens: what was played of the bot, on the right. */
  sink(openSink: OpenSessionSink): OpenSessionSink;
}

/** So much stays in memory, so that audio that was only late can still find its place. */
const holdMs = 1_000;

/**
 * Records a call in stereo, the user on the left and the bot on the right, each sample where it was heard on the time of the
 * session: the bot's where the sink says that it was played, so what was cut off is not there. There is no drift: audio that
 * is 20 ms off its place is put right. Streams to the file; holds a second in memory. When it cannot be written, the session
 * is told once and goes on.
 *
 * @throws TypeError when neither or both of `path` and `open` are given.
 *
 * @example
 * ```ts
 * import { outputTransport, pacedSink } from '@voxrill/core';
 *
 * const recorder = stereoRecorder({ path: (session) => `call-${session.id}.wav` });
 * const output = outputTransport({
 *   openSink: recorder.sink((format, session) => pacedSink({ play: () => undefined }, format, session)),
 * });
 * // pipeline(input, recorder.user, …, output)
 * ```
 */
export function stereoRecorder(options: StereoRecorderOptions): StereoRecorder {
  const { path, open, sampleRate = 16_000 } = options;
  if ((path === undefined) === (open === undefined)) throw new TypeError('stereoRecorder: give either "path" or "open".');
  requireRate('stereoRecorder: sampleRate', sampleRate);
  const openTarget = (session: SessionContext): Promise<StereoTarget> => {
    const format = { sampleRate, channels: 2 };
    if (open !== undefined) return open(format, session);
    return createWavWriter(typeof path === 'function' ? path(session) : (path ?? ''), format);
  };
  // By its signal, which is the same object for all processors of a session, also for those in a branch of a switch.
  const recordings = new WeakMap<AbortSignal, StereoRecording>();
  return {
    user: defineProcessor(
      'stereo-recorder',
      ({ session }) => {
        const recording = new StereoRecording(session, sampleRate);
        recordings.set(session.signal, recording);
        session.onStart(() => recording.open(openTarget(session)));
        session.onClose(() => session.clock.external(recording.finish()));
        return {
          down: {
            'input-audio': (frame: FrameOf<'input-audio'>) => {
              recording.heard('user', frame.samples, frame, frame.at);
              return frame;
            },
          },
        };
      },
      { fit: { emits: [] } as const },
    ),
    sink: (openSink) => (format, session) => {
      const recording = recordings.get(session.signal);
      if (recording === undefined) {
        throw new Error('The recorder of this output has no place to hear the user; put "recorder.user" behind the input.');
      }
      return recordingSink(openSink(format, session), (samples, played) =>
        session.guard('stereo-recorder', () => recording.heard('bot', samples, played, session.now())),
      );
    },
  };
}

class StereoRecording {
  readonly #session: SessionContext;
  readonly #rate: number;
  readonly #user: AlignedTrack;
  readonly #bot: AlignedTrack;
  #opening: Promise<StereoTarget> | undefined;
  #target: StereoTarget | undefined;
  #written = 0;
  #failed = false;

  constructor(session: SessionContext, rate: number) {
    this.#session = session;
    this.#rate = rate;
    this.#user = new AlignedTrack(rate);
    this.#bot = new AlignedTrack(rate);
  }

  async open(opening: Promise<StereoTarget>): Promise<void> {
    this.#opening = opening;
    this.#target = await this.#session.clock.external(opening);
  }

  heard(who: 'user' | 'bot', samples: Int16Array, { sampleRate, channels }: AudioFormat, endMs: number): void {
    if (this.#failed) return;
    const track = who === 'user' ? this.#user : this.#bot;
    track.push(channels === 1 ? samples : downmix(samples, channels), sampleRate, endMs);
    const settled = Math.floor(((this.#session.now() - holdMs) * this.#rate) / 1000);
    // A second at a time: a disk is not asked for each chunk.
    if (settled - this.#written >= this.#rate) void this.#write(settled);
  }

  async finish(): Promise<void> {
    // The sink lets go at the same time, and says what was played last.
    await Promise.resolve();
    const target = this.#target ?? (await this.#opening?.catch(() => undefined));
    if (target === undefined) return;
    this.#user.flush();
    this.#bot.flush();
    const end = Math.max(this.#user.end, this.#bot.end, Math.round((this.#session.now() * this.#rate) / 1000));
    while (this.#written < end && !this.#failed) await this.#write(Math.min(end, this.#written + this.#rate));
    // Of a disk that has failed the session knows already.
    await (this.#failed ? target.close().catch(() => undefined) : target.close());
  }

  /** Never rejects. */
  #write(to: number): Promise<void> {
    const both = interleave([this.#user.take(to), this.#bot.take(to)]);
    this.#written = to;
    const written = this.#target?.write(both) ?? Promise.resolve();
    // Time outside the clock: a virtual one waits for the disk.
    return this.#session.clock.external(written).catch((error: unknown) => {
      if (this.#failed) return;
      this.#failed = true;
      this.#session.fail('stereo-recorder', error);
    });
  }
}
