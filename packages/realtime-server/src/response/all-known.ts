import type { Clock } from '@voxrill/core';
import type { UserSpeech } from '../conversation/user-speech.js';

/** Calls back once when all of this is transcribed, or so much time is up; at once if nothing is outstanding. */
export function whenAllKnown(speeches: readonly UserSpeech[], clock: Clock, limitMs: number, run: () => void): () => void {
  const open = speeches.filter((speech) => !speech.known);
  if (open.length === 0) {
    run();
    return () => undefined;
  }
  let left = open.length;
  const takeBack = [clock.setTimer(() => over(), limitMs)];
  const leave = (): void => {
    for (const back of takeBack.splice(0)) back();
  };
  const over = (): void => {
    leave();
    run();
  };
  for (const speech of open) {
    takeBack.push(
      speech.whenKnown(() => {
        left--;
        if (left === 0) over();
      }),
    );
  }
  return leave;
}
