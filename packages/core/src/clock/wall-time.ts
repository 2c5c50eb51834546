/**
 * What a clock on the wall shows, for whoever has to tell a person the time or stamp a file. Never to be reckoned with:
 * it jumps when it is set.
 */
export function wallTime(): Date {
  return new Date();
}
