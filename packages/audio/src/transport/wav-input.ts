import { type FrameProcessor, type InputPort, inputTransport } from '@voxrill/core';
import { openWav, type WavReader } from '../wav/open-wav.js';

/** Options of {@link wavInput}. */
export interface WavInputOptions {
  /** Samples a second of the frames, whatever the file has. @defaultValue 16_000 */
  readonly sampleRate?: number;
  /** @defaultValue 20 */
  readonly chunkMs?: number;
  /**
   * Silence behind the recording, in which the last turn can come to its end; then the session ends gracefully.
   * @defaultValue 2_000
   */
  readonly tailMs?: number;
  /** How long the last answer may take to be given and played. @defaultValue 180_000 */
  readonly drainMs?: number;
}

/**
 * Plays a WAV file as the user's microphone, in the session's time: real time on the real clock, as fast as can be on a
 * virtual one. Reads any common WAV in bounded memory. The session ends when the recording has been heard and answered.
 *
 * @example
 * ```ts
 * const input = wavInput('question.wav');
 * ```
 */
export function wavInput(
  path: string,
  options: WavInputOptions = {},
): FrameProcessor<{ readonly emits: readonly ['input-audio'] }> {
  const { sampleRate = 16_000, chunkMs = 20, tailMs = 2_000, drainMs = 180_000 } = options;
  // Opened while the session starts, so that a missing file is known before anything runs; one reader for each session.
  const readers = new WeakMap<object, WavReader>();
  const transport = inputTransport({
    name: 'wav input',
    async prepare(session) {
      const opening = openWav(path, { sampleRate, chunkMs });
      session.onClose(() =>
        session.clock.external(
          opening.then(
            (reader) => reader.close(),
            () => undefined,
          ),
        ),
      );
      readers.set(session, await session.clock.external(opening));
    },
    open(port) {
      const reader = readers.get(port.session);
      if (reader === undefined) return undefined;
      const playing = new AbortController();
      const release = port.session.hold('wav input');
      play(reader, port, { sampleRate, chunkMs, tailMs, signal: playing.signal })
        .catch((error: unknown) => {
          if (!playing.signal.aborted) port.fail(error);
        })
        .finally(() => {
          release();
          if (!playing.signal.aborted) port.session.end({ reason: 'The recording is over.', drainMs });
        });
      return () => playing.abort(new Error('The input was stopped.'));
    },
  });
  // A recording brings sound and nothing else, so a pipeline that has no recogniser for it does not compile.
  return { ...transport, fit: { emits: ['input-audio'] } as const };
}

interface Playing {
  readonly sampleRate: number;
  readonly chunkMs: number;
  readonly tailMs: number;
  readonly signal: AbortSignal;
}

/** Each chunk has its due time from the beginning, so that late timers do not add up. */
async function play(reader: WavReader, port: InputPort, { sampleRate, chunkMs, tailMs, signal }: Playing): Promise<void> {
  const { clock } = port.session;
  const beganAt = clock.now();
  let playedMs = 0;
  const send = async (samples: Int16Array): Promise<void> => {
    playedMs += (samples.length / sampleRate) * 1000;
    await clock.sleep(Math.max(0, beganAt + playedMs - clock.now()), signal);
    port.audio({ samples, sampleRate, channels: 1 });
  };
  const chunks = reader[Symbol.asyncIterator]();
  for (;;) {
    const next = await clock.external(chunks.next());
    if (next.done === true) break;
    await send(next.value);
  }
  const endMs = playedMs + tailMs;
  while (playedMs < endMs) await send(new Int16Array(Math.round((sampleRate * chunkMs) / 1000)));
}
