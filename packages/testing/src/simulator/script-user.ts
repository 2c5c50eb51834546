import type { Session } from '@voxrill/core';
import type { MemoryLine } from '../transport/memory-line.js';
import type { CallWatch } from './call-watch.js';

/** What a script lets the user do. Each step resolves when it is done, in virtual time. */
export interface ScriptUser {
  /** Says a text; resolves when the last word is out. `lastsMs`: 60 a character if it is left out. */
  says(text: string, options?: { readonly lastsMs?: number }): Promise<void>;
  /**
   * Begins to say a text when the bot has been speaking for `atMs`. Fails when it does not begin within `withinMs`, 10 000 if
   * left out, or is done before.
   */
  interrupts(atMs: number, text: string, options?: { readonly lastsMs?: number; readonly withinMs?: number }): Promise<void>;
  /** Makes a noise without a word: a false alarm. */
  coughs(lastsMs: number): Promise<void>;
  types(text: string): Promise<void>;
  /** Presses a key of a telephone. */
  presses(digit: string): Promise<void>;
  silentFor(ms: number): Promise<void>;
  hangsUp(): Promise<void>;
}

/** The user of one call. */
export function scriptUser(session: Session, line: MemoryLine, watch: CallWatch): ScriptUser {
  const act = (what: string): void => {
    if (watch.over) throw watch.failure(`The script says that the user ${what}, but the session is over.`);
    watch.mark();
  };
  const says = (text: string, options: { readonly lastsMs?: number } = {}): Promise<void> => {
    act(`says “${text}”`);
    watch.note('user', `says “${text}”`);
    return line.say(text, options);
  };
  return {
    async says(text, options) {
      await says(text, options);
    },
    async interrupts(atMs, text, { withinMs = 10_000, ...options } = {}) {
      await watch.until(
        () => watch.speakingSinceMs !== undefined,
        withinMs,
        () => `There was nothing to interrupt: the bot did not speak within ${withinMs} ms.`,
      );
      const sinceMs = watch.speakingSinceMs ?? watch.now;
      await session.clock.sleep(Math.max(0, sinceMs + atMs - watch.now));
      if (watch.speakingSinceMs !== sinceMs) {
        throw watch.failure(`The user could not interrupt ${atMs} ms into the reply: it was over before.`);
      }
      await says(text, options);
    },
    async coughs(lastsMs) {
      act('coughs');
      watch.note('user', `coughs for ${lastsMs} ms`);
      await line.cough(lastsMs);
    },
    async types(text) {
      act(`types “${text}”`);
      line.type(text);
      await session.clock.sleep(0);
    },
    async presses(digit) {
      act(`presses ${digit}`);
      line.dtmf(digit);
      await session.clock.sleep(0);
    },
    async silentFor(ms) {
      await session.clock.sleep(ms);
    },
    async hangsUp() {
      act('hangs up');
      watch.note('user', 'hangs up');
      line.hangUp();
      await session.done;
    },
  };
}
