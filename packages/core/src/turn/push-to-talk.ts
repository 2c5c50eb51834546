import type { FrameOf } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { StageScope } from '../processor/handler.js';

const pushToTalkFit = {
  needs: ['input-audio'],
  emits: ['vad-user-started-speaking', 'vad-user-stopped-speaking'],
} as const;

/** Options of {@link pushToTalk}. */
export interface PushToTalkOptions {
  /** @defaultValue 'push-to-talk' */
  readonly name?: string;
  /**
   * How long audio still passes after the release, from 0 to 5000: people let go on their last syllable, and the chunk of
   * audio in which they do is not complete yet.
   * @defaultValue 0
   */
  readonly tailMs?: number;
  /** After so long the button counts as released, since a release that got lost would keep the turn open. @defaultValue 60_000 */
  readonly maxMs?: number;
}

/**
 * Stands where a voice detector would: the user speaks while the button is held. Goes by `push-to-talk` frames. Audio passes
 * only meanwhile; the mark of the end comes behind the last of it. A session that ends, `force-reply` and a mute let go of
 * the button too.
 *
 * @throws RangeError when a time is out of its range.
 *
 * @example
 * ```ts
 * const hold = pushToTalk({ tailMs: 120 });
 * ```
 */
export function pushToTalk(options: PushToTalkOptions = {}): FrameProcessor<typeof pushToTalkFit> {
  const { name = 'push-to-talk', tailMs = 0, maxMs = 60_000 } = options;
  if (!(tailMs >= 0 && tailMs <= 5_000))
    throw new RangeError(`pushToTalk: tailMs must be a number from 0 to 5000, not ${tailMs}.`);
  if (!(maxMs >= 100 && maxMs <= 3_600_000))
    throw new RangeError(`pushToTalk: maxMs must be a number from 100 to 3600000, not ${maxMs}.`);
  return defineProcessor(name, (stage) => button(stage, tailMs, maxMs), { fit: pushToTalkFit });
}

function button(stage: StageScope, tailMs: number, maxMs: number) {
  const { session } = stage;
  /** `tail`: let go, and audio still passes. */
  let state: 'released' | 'pressed' | 'tail' = 'released';
  let muted = false;
  let cancelTimer = (): void => undefined;

  const closeIn = (delayMs: number, before?: () => void): void => {
    cancelTimer();
    cancelTimer = session.clock.setTimer(
      () =>
        session.guard(stage.name, () => {
          before?.();
          close();
        }),
      delayMs,
    );
  };
  const close = (): void => {
    cancelTimer();
    if (state === 'released') return;
    state = 'released';
    stage.broadcast(stage.frame('vad-user-stopped-speaking', { speechAtMs: session.now() }));
  };
  const press = (): void => {
    if (muted || state === 'pressed' || session.signal.aborted) return;
    const goesOn = state === 'tail';
    state = 'pressed';
    closeIn(maxMs, () => session.log.warn(`"${stage.name}" was held for ${maxMs} ms and counts as released.`));
    if (!goesOn) stage.broadcast(stage.frame('vad-user-started-speaking', { speechAtMs: session.now(), prefixMs: 0 }));
  };
  const release = (): void => {
    if (state !== 'pressed') return;
    if (tailMs === 0) {
      close();
      return;
    }
    state = 'tail';
    closeIn(tailMs);
  };
  session.onEnd(close);
  session.onClose(() => cancelTimer());

  const said = {
    'push-to-talk': (frame: FrameOf<'push-to-talk'>) => {
      if (frame.pressed) press();
      else release();
      return frame;
    },
    'force-reply': (frame: FrameOf<'force-reply'>) => {
      close();
      return frame;
    },
    'user-mute-started': (frame: FrameOf<'user-mute-started'>) => {
      muted = true;
      close();
      return frame;
    },
    'user-mute-stopped': (frame: FrameOf<'user-mute-stopped'>) => {
      muted = false;
      return frame;
    },
  };
  return {
    up: said,
    down: { ...said, 'input-audio': (frame: FrameOf<'input-audio'>) => (state === 'released' ? undefined : frame) },
  };
}
