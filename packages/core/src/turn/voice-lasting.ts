import type { StrategyRun, TurnScope } from './turn-strategy.js';

/** What the detectors wait if nobody tells them otherwise: assumed until this session has shown how long it is. */
const usualDetectorMs = 500;

/**
 * Runs something when the voice has lasted for `ms`. A detector says only late that a voice is over, so for as long as it
 * waits it cannot be known whether the voice goes on: a voice that is still held for one at the end of `ms` may be a short
 * cough. So this waits that much longer, or until the detector has said where the voice ended.
 */
export function voiceLasting(scope: TurnScope, ms: number, run: () => void): StrategyRun {
  let startedMs: number | undefined;
  let cancel = (): void => undefined;
  return (signal) => {
    if (signal.type === 'voice-started') {
      cancel();
      startedMs = signal.atMs;
      const waitMs = signal.atMs + ms + (scope.detectorMs ?? usualDetectorMs) - scope.now();
      cancel = scope.after(waitMs, run);
    } else if (signal.type === 'voice-stopped') {
      cancel();
      if (startedMs !== undefined && signal.atMs - startedMs >= ms) run();
      startedMs = undefined;
    }
  };
}
