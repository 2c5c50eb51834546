import type { Invariant } from '../observed-call.js';
import { botSideOfContext } from './bot-side-of-context.js';
import { everySessionEnds } from './every-session-ends.js';
import { everyToolEnds } from './every-tool-ends.js';
import { everyTurnAnswered } from './every-turn-answered.js';
import { framesInOrder } from './frames-in-order.js';
import { noDeadAudio } from './no-dead-audio.js';
import { nothingIsLeft } from './nothing-is-left.js';
import { userSideOfContext } from './user-side-of-context.js';

/** What holds in every conversation, whatever its user, its providers and its application do. */
export const invariants: readonly Invariant[] = [
  everyTurnAnswered,
  noDeadAudio,
  userSideOfContext,
  botSideOfContext,
  everyToolEnds,
  everySessionEnds,
  nothingIsLeft,
  framesInOrder,
];
