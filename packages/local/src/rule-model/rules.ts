import type { Rule } from './rule.js';
import { abilitiesRule } from './rules/abilities.js';
import { arithmeticRule } from './rules/arithmetic.js';
import { cardsRule } from './rules/cards.js';
import { countingRule } from './rules/counting.js';
import { formsRule } from './rules/forms.js';
import { identityRule } from './rules/identity.js';
import { recallRule, rememberRule } from './rules/memory.js';
import { movementRule } from './rules/movement.js';
import { noToolRule } from './rules/no-tool.js';
import { remarkRule } from './rules/remark.js';
import { repeatRule } from './rules/repeat.js';
import { greetingRule, smallTalkRule } from './rules/small-talk.js';
import { goOnRule, storyRule } from './rules/story.js';
import { dateRule, timeRule } from './rules/time.js';

/** All rules, the most particular first. The first that answers wins, and the last always answers. */
export const rules: readonly Rule[] = [
  repeatRule,
  countingRule,
  goOnRule,
  storyRule,
  recallRule,
  formsRule,
  timeRule,
  dateRule,
  arithmeticRule,
  identityRule,
  abilitiesRule,
  rememberRule,
  cardsRule,
  movementRule,
  noToolRule,
  smallTalkRule,
  greetingRule,
  remarkRule,
];
