import { eachFrameOnce, type ObservedSession } from './each-frame-once.js';
import type { TurnLatency } from './turn-latency.js';
import { TurnStopwatch } from './turn-stopwatch.js';

/**
 * Calls back for each turn of the user when its answer can be heard, with what the user has waited and for what. The returned
 * function ends it. It listens at `frames$`, so a session that nobody observes pays nothing; its memory does not grow.
 *
 * Turns that are never answered, or that the user continued before the answer came, are not told: see the session's report.
 *
 * @example
 * ```ts
 * const session = createSession(pipeline(defineProcessor('nothing', {})));
 * observeLatency(session, ({ voiceToVoiceMs, parts }) => console.log(voiceToVoiceMs, parts.silence, parts.llm));
 * ```
 */
export function observeLatency(session: ObservedSession, onTurn: (turn: TurnLatency) => void): () => void {
  const stopwatch = new TurnStopwatch();
  return eachFrameOnce(session, {
    kinds: TurnStopwatch.kinds,
    see: ({ frame }) => {
      const turn = stopwatch.see(frame, session.turn);
      if (turn !== undefined) onTurn(turn);
    },
  });
}
