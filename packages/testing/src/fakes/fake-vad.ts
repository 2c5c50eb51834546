import { defineProcessor, type FrameOf, type FrameProcessor, type StageScope } from '@voxrill/core';
import { voiceIn } from './spoken-text.js';

const vadFit = {
  needs: ['input-audio'],
  emits: ['vad-user-started-speaking', 'vad-user-stopped-speaking'],
} as const;

/** Options of {@link fakeVad}. */
export interface FakeVadOptions {
  /** @defaultValue 'fake-vad' */
  readonly name?: string;
  /** How long a voice must last before it is held to be one; not decided before its audio is there. @defaultValue 20 */
  readonly startMs?: number;
  /** How long the silence must last before speech is held to be over. @defaultValue 500 */
  readonly stopMs?: number;
}

/** Sums of chunk lengths are not exact to the last bit. */
const roundingMs = 1e-6;

/**
 * A voice activity detector that is always on time: any sample that is not 0 is voice. It decides `startMs` after the onset
 * and `stopMs` after the end, and says to the sample where speech began and ended. A noise that is shorter than `startMs`, by
 * a chunk of audio, is none. It is muted and forced like `voiceActivity`.
 *
 * @example
 * ```ts
 * import { pipeline } from '@voxrill/core';
 *
 * const transport = memoryTransport();
 * const hears = pipeline(transport.input, fakeVad({ stopMs: 300 }), fakeSTT());
 * ```
 */
export function fakeVad(options: FakeVadOptions = {}): FrameProcessor<typeof vadFit> {
  const { name = 'fake-vad', startMs = 20, stopMs = 500 } = options;
  return defineProcessor(name, (stage) => vadHandlers(stage, startMs, stopMs), { fit: vadFit });
}

/** What such a detector does in a stage, which may do more than that. */
export function vadHandlers(stage: StageScope, startMs: number, stopMs: number) {
  const { session } = stage;
  /** `forced`: a voice goes on that was told to be over; nothing begins before it has fallen silent. */
  let phase: 'silence' | 'onset' | 'speech' | 'forced' = 'silence';
  let muted = false;
  let beganMs = 0;
  let endedMs = 0;
  /** Until when the voice may be going on, for all that the last chunk says. */
  let goesOnMs = 0;
  let cancelTimer: (() => void) | undefined;
  session.onClose(() => cancelTimer?.());

  const wait = (dueMs: number): void => {
    cancelTimer = session.clock.setTimer(
      () => {
        cancelTimer = undefined;
        session.guard(stage.name, decide);
      },
      Math.max(0, dueMs - session.now()),
    );
  };
  const decide = (): void => {
    const now = session.now() + roundingMs;
    if (phase === 'onset') {
      if (now < beganMs + startMs) {
        wait(beganMs + startMs);
        return;
      }
      // A click: it was over before it could be taken for a voice.
      phase = Math.max(endedMs, goesOnMs) - beganMs + roundingMs < startMs ? 'silence' : 'speech';
      if (phase === 'speech') stage.broadcast(stage.frame('vad-user-started-speaking', { speechAtMs: beganMs }));
    }
    if (phase === 'silence') return;
    if (now < endedMs + stopMs) {
      wait(endedMs + stopMs);
      return;
    }
    const open = phase === 'speech';
    phase = 'silence';
    if (open) stage.broadcast(stage.frame('vad-user-stopped-speaking', { speechAtMs: endedMs }));
  };
  const leave = (next: 'silence' | 'forced'): void => {
    if (phase !== 'speech') return;
    phase = next;
    stage.broadcast(stage.frame('vad-user-stopped-speaking', { speechAtMs: Math.min(endedMs, session.now()) }));
  };
  const said = {
    'force-reply': (frame: FrameOf<'force-reply'>) => {
      leave('forced');
      return frame;
    },
    'user-mute-started': (frame: FrameOf<'user-mute-started'>) => {
      muted = true;
      leave('silence');
      phase = 'silence';
      cancelTimer?.();
      cancelTimer = undefined;
      return frame;
    },
    'user-mute-stopped': (frame: FrameOf<'user-mute-stopped'>) => {
      muted = false;
      return frame;
    },
  };
  return {
    up: said,
    down: {
      ...said,
      'input-audio': (frame: FrameOf<'input-audio'>) => {
        if (muted) return;
        stage.pushDown(frame);
        const voice = voiceIn(frame.samples);
        if (voice === undefined) return;
        const sampleMs = 1000 / (frame.sampleRate * frame.channels);
        const chunkBeganMs = frame.at - frame.samples.length * sampleMs;
        endedMs = chunkBeganMs + (voice.last + 1) * sampleMs;
        goesOnMs = voice.last === frame.samples.length - 1 ? frame.at + (frame.at - chunkBeganMs) : endedMs;
        if (phase === 'silence') {
          phase = 'onset';
          beganMs = chunkBeganMs + voice.first * sampleMs;
        }
        if (cancelTimer === undefined) decide();
      },
    },
  };
}
