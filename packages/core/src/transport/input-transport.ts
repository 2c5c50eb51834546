import type { PcmAudio } from '../frames/frame-map.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { SessionContext } from '../session/session-context.js';

const inputFit = { emits: ['input-audio', 'input-text', 'input-dtmf', 'input-transport-message'] } as const;

/** Where a source puts what comes from the user. Safe to call at any time: what comes after the end is dropped. */
export interface InputPort {
  readonly session: SessionContext;
  /** Audio whose last sample was captured now. */
  audio(audio: PcmAudio): void;
  text(text: string): void;
  dtmf(digit: string): void;
  message(message: unknown): void;
  /** Reports trouble of the source. */
  fail(error: unknown): void;
}

/** Options of {@link inputTransport}. */
export interface InputTransportOptions {
  readonly name?: string;
  /** Opens what must be open before the session runs: a device, a file. */
  readonly prepare?: (session: SessionContext) => void | Promise<void>;
  /** Begins to deliver, once every processor is ready. The returned function stops it, at the end of the session at the latest. */
  readonly open: (port: InputPort) => (() => void | Promise<void>) | undefined;
}

/**
 * The head of a pipeline: turns what a source delivers into frames.
 *
 * @example
 * ```ts
 * const silence = inputTransport({
 *   open: ({ session, audio }) => {
 *     const next = (): void => {
 *       audio({ samples: new Int16Array(320), sampleRate: 16_000, channels: 1 });
 *       cancel = session.clock.setTimer(next, 20);
 *     };
 *     let cancel = session.clock.setTimer(next, 20);
 *     return () => cancel();
 *   },
 * });
 * ```
 */
export function inputTransport(options: InputTransportOptions): FrameProcessor<typeof inputFit> {
  const { name = 'transport.input', prepare, open } = options;
  return defineProcessor(
    name,
    (stage) => {
      const { session } = stage;
      let stop: (() => void | Promise<void>) | undefined;
      const halt = (): void | Promise<void> => {
        const halted = stop;
        stop = undefined;
        return halted?.();
      };
      const port: InputPort = {
        session,
        audio: ({ samples, sampleRate, channels }) =>
          stage.pushDown(stage.frame('input-audio', { samples, sampleRate, channels })),
        text: (text) => stage.pushDown(stage.frame('input-text', { text })),
        dtmf: (digit) => stage.pushDown(stage.frame('input-dtmf', { digit })),
        message: (message) => stage.pushDown(stage.frame('input-transport-message', { message })),
        fail: (error) => stage.fail(error),
      };
      if (prepare !== undefined) session.onStart(() => prepare(session));
      session.onClose(halt);
      return {
        down: {
          start: (frame) => {
            stop = open(port);
            return frame;
          },
        },
      };
    },
    { fit: inputFit },
  );
}
