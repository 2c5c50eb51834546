import type { FrameKind, FramePayload } from '../frames/frame.js';
import type { PcmAudio } from '../frames/frame-map.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { SessionContext } from '../session/session-context.js';

const inputFit = { emits: ['input-audio', 'input-text', 'input-dtmf', 'input-transport-message'] } as const;

/**
 * Where a source puts what comes from the user. Safe to call at any time: what comes once a graceful end has begun is
 * dropped.
 */
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
  /**
   * Begins to deliver, once every processor is ready. The returned function stops it; it is called once, when a graceful end
   * begins or when the session is cancelled.
   */
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
      let halted = false;
      let stopped: void | Promise<void>;
      const halt = (): void | Promise<void> => {
        if (!halted) {
          halted = true;
          stopped = stop?.();
        }
        return stopped;
      };
      const deliver = <K extends FrameKind>(kind: K, payload: FramePayload<K>): void => {
        if (!halted) stage.pushDown(stage.frame(kind, payload));
      };
      const port: InputPort = {
        session,
        audio: ({ samples, sampleRate, channels }) => {
          if (!session.muted) deliver('input-audio', { samples, sampleRate, channels });
        },
        text: (text) => deliver('input-text', { text }),
        dtmf: (digit) => deliver('input-dtmf', { digit }),
        message: (message) => deliver('input-transport-message', { message }),
        fail: (error) => stage.fail(error),
      };
      if (prepare !== undefined) session.onStart(() => prepare(session));
      session.onEnd(() => {
        // Waited for when the session closes, which is also where its failure is told.
        halt()?.catch(() => undefined);
      });
      session.onClose(halt);
      return {
        down: {
          start: (frame) => {
            // Whoever listens to the state may end the session before its first frame has come by.
            if (!halted) stop = open(port);
            return frame;
          },
        },
      };
    },
    { fit: inputFit },
  );
}
