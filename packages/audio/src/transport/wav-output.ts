import { chain, outputTransport, pacedSink, type SessionContext } from '@voxrill/core';
import { resampleAudio } from '../processor/resample-audio.js';
import { createWavWriter, type WavWriter } from '../wav/create-wav-writer.js';

/** Options of {@link wavOutput}. */
export interface WavOutputOptions {
  /** Samples a second of the file. @defaultValue 16_000 */
  readonly sampleRate?: number;
}

/**
 * Plays the bot's speech into a WAV file, at the pace of the session's clock: what was cut off is not in it, nor is the
 * silence between two replies. The file appears, whole, when the session closes; there is none if nothing was said.
 *
 * @example
 * ```ts
 * const output = wavOutput('reply.wav');
 * ```
 */
export function wavOutput(path: string, options: WavOutputOptions = {}) {
  const { sampleRate = 16_000 } = options;
  // One file for each session that the pipeline serves.
  const writers = new WeakMap<SessionContext, WavWriter>();
  const output = outputTransport({
    name: 'wav output',
    async prepare(session) {
      const opening = createWavWriter(path, { sampleRate });
      // Before it is open: a session that fails to start meanwhile must not leave a file behind.
      session.onClose(() => session.clock.external(opening.then(finish, () => undefined)));
      writers.set(session, await session.clock.external(opening));
    },
    openSink(format, session) {
      const play = (chunk: Int16Array): void => {
        writers
          .get(session)
          ?.write(chunk)
          .catch((error: unknown) => session.fail('wav output', error));
      };
      return pacedSink({ play }, format, session);
    },
  });
  return chain('wav output', resampleAudio({ sampleRate, of: 'speech' }), output);
}

/** Without a sound there is no file. */
function finish(writer: WavWriter): Promise<void> {
  return writer.durationMs > 0 ? writer.close() : writer.abort();
}
