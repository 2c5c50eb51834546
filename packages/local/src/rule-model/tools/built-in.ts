import type { Rule, RuleInput } from '../rule.js';
import { abilitiesRule } from '../rules/abilities.js';
import { countingRule } from '../rules/counting.js';
import { identityRule } from '../rules/identity.js';
import { recallRule } from '../rules/memory.js';
import { repeatRule } from '../rules/repeat.js';
import { greetingRule, smallTalkRule } from '../rules/small-talk.js';
import { goOnRule, storyRule } from '../rules/story.js';
import { dateRule, timeRule } from '../rules/time.js';

const clear: readonly Rule[] = [
  repeatRule,
  countingRule,
  goOnRule,
  storyRule,
  recallRule,
  timeRule,
  dateRule,
  identityRule,
  abilitiesRule,
  smallTalkRule,
  greetingRule,
];

/** Whether the words plainly are for one of the model's own rules, and so no answer to a question that was asked. */
export const isBuiltIn = (input: RuleInput): boolean => clear.some((rule) => rule.answer(input) !== undefined);
