import { formReply, formSummary, slotQuestion } from '../forms/replies.js';
import type { Rule, RuleInput } from '../rule.js';

const aboutOrder =
  /\bwhat (?:did|have|do) i (?:just )?(?:order|ordered|buy|bought|have)(?: (?:so far|again|now|in my order))?$|\bwhat did we order\b|\b(?:what|how) (?:is|was|about) (?:in )?(?:my|the) (?:\w+ )?order\b|\b(?:summari[sz]e|repeat|read|tell me|say|review|confirm|know|remember)(?: back)?(?: me)?(?: what is in)? (?:my|the) (?:\w+ )?order\b|\bhow many (?:\w+ )?(?:\w+ )?(?:did|have) i (?:order|ordered)\b|^my order$/;
const aboutTable =
  /\b(?:what|when|which|where|how)\b.*\bmy (?:table|reservation|booking)\b|\b(?:summari[sz]e|repeat|read|tell me|confirm) (?:\w+ )?my (?:table|reservation|booking)\b/;
const cancelling = /\bcancel\b.*\b(order|table|reservation|booking)\b/;

/** Takes an order, or notes a table. */
export const formsRule: Rule = {
  name: 'forms',
  answer(input) {
    const { ask, plain } = input.said;
    const state = input.forms();
    if (aboutOrder.test(ask)) return formSummary(state.order, 'order');
    if (aboutTable.test(ask)) return formSummary(state.table, 'table');
    const form = state.active === undefined ? undefined : state[state.active];
    if (form !== undefined && state.event !== undefined) return formReply(form, state.event);
    const nothing = cancelling.exec(plain)?.[1];
    return nothing === undefined ? undefined : `There is no ${nothing} that I could cancel. Is there anything else?`;
  },
};

/** The question that is still open in an order, to come back to it after an aside. */
export function openQuestion(input: RuleInput): string | undefined {
  const state = input.forms();
  const form = state.active === undefined ? undefined : state[state.active];
  if (form?.state !== 'open' || form.asked === undefined) return undefined;
  return `Now, back to your ${form.kind}. ${slotQuestion(form, form.asked)}`;
}
