import { expect } from 'vitest';

/** Collects what would end a process, and says at the end that there was none of it. */
export function watchUnhandled(): { begin(): void; end(): void } {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => {
    unhandled.push(error);
  };
  return {
    begin() {
      process.on('unhandledRejection', note);
      process.on('uncaughtException', note);
    },
    end() {
      process.off('unhandledRejection', note);
      process.off('uncaughtException', note);
      expect(unhandled).toEqual([]);
    },
  };
}
