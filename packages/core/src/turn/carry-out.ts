import type { BotFloor } from './bot-floor.js';
import type { TurnHost } from './turn-host.js';
import type { OutwardEffect } from './turn-machine.js';

/** Does what the turn's machine wants done. */
export function carryOut(effect: OutwardEffect, host: TurnHost, floor: BotFloor): void {
  switch (effect.type) {
    case 'start-turn':
      floor.cleared();
      host.startTurn(effect);
      break;
    case 'stop-turn':
      host.stopTurn(effect);
      break;
    case 'interrupt':
      // Whoever goes on does not cut off what cannot be cut off either.
      if (!floor.protected) host.interrupt();
      break;
    case 'late-transcript':
      host.lateTranscript(effect);
      break;
    case 'ignored':
      floor.resume();
      host.ignored(effect);
      break;
  }
}
