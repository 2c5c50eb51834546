import type { Session } from '@voxrill/core';
import type { CallWatch } from './call-watch.js';

/** How long an expectation waits; virtual milliseconds. */
export interface WithinOptions {
  readonly withinMs?: number;
}

/** What a script expects of the bot. Each resolves as soon as it is met, and fails with a timeline when it is not. */
export interface ScriptBot {
  /**
   * Has been heard saying this, since the user's last step or the last interruption. `withinMs`: 10 000 if left out.
   */
  says(pattern: string | RegExp, options?: WithinOptions): Promise<void>;
  /** Can be heard. `withinMs`: 10 000 if left out. */
  speaks(options?: WithinOptions): Promise<void>;
  /** Has spoken since the user's last step and has nothing more to say. `withinMs`: 120 000 if left out. */
  finishes(options?: WithinOptions): Promise<void>;
  /** Says nothing for so long. */
  staysSilentFor(ms: number): Promise<void>;
  /** The session ends. `withinMs`: 30 000 if left out. */
  hangsUp(options?: WithinOptions): Promise<void>;
}

/** The bot of one call, as it can be heard. */
export function scriptBot(session: Session, watch: CallWatch): ScriptBot {
  return {
    says(pattern, { withinMs = 10_000 } = {}) {
      const matches = (): boolean =>
        typeof pattern === 'string' ? watch.heardSinceMark.includes(pattern) : watch.heardSinceMark.search(pattern) !== -1;
      return watch.until(matches, withinMs, () => {
        const heard = watch.heardSinceMark;
        const wanted = typeof pattern === 'string' ? `“${pattern}”` : String(pattern);
        return `The bot should have said ${wanted} within ${withinMs} ms, and ${heard === '' ? 'said nothing' : `said “${heard}”`}.`;
      });
    },
    speaks({ withinMs = 10_000 } = {}) {
      return watch.until(
        () => watch.speakingSinceMs !== undefined,
        withinMs,
        () => `The bot should have begun to speak within ${withinMs} ms.`,
      );
    },
    finishes({ withinMs = 120_000 } = {}) {
      return watch.until(
        () => watch.replied,
        withinMs,
        () => `The bot should have spoken to the end within ${withinMs} ms.`,
      );
    },
    async staysSilentFor(ms) {
      const fail = (): Error => watch.failure(`The bot should have been silent for ${ms} ms.`);
      if (watch.speakingSinceMs !== undefined) throw fail();
      const quiet = new AbortController();
      const spoke = watch.until(
        () => watch.speakingSinceMs !== undefined || quiet.signal.aborted,
        ms + 1,
        () => 'The bot was silent.',
      );
      await Promise.race([session.clock.sleep(ms), spoke.catch(() => undefined)]);
      quiet.abort();
      if (watch.speakingSinceMs !== undefined) throw fail();
    },
    hangsUp({ withinMs = 30_000 } = {}) {
      return watch.until(
        () => watch.over,
        withinMs,
        () => `The session should have ended within ${withinMs} ms.`,
      );
    },
  };
}
