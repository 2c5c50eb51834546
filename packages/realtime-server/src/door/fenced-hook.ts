import type { Logger } from '@voxrill/core';

/** Calls a hook of the host; what it throws is reported and changes nothing. */
export function fencedHook<T>(
  name: string,
  hook: ((value: T) => void) | undefined,
  logger: Logger,
): ((value: T) => void) | undefined {
  if (hook === undefined) return undefined;
  return (value) => {
    try {
      hook(value);
    } catch (error) {
      logger.error(`The hook ${name} failed.`, { error });
    }
  };
}
