import { defineProcessor } from '@voxrill/core';
import type { Sabotage } from './random-bot.js';

/**
 * Breaks the rule that work of a dead turn goes no further, to see that the invariants notice. The kernel asks the kinds of
 * the session which frames die with their turn; here they answer that none does. So every check is still made, in each joint
 * and each stage, and comes to the wrong result: the kernel itself needs no hook for it.
 */
export const epochBroken: Sabotage = (stages) => [
  defineProcessor('epoch breaker', ({ session }) => {
    session.kinds.diesWithTurn = () => false;
    return {};
  }),
  ...stages,
];
