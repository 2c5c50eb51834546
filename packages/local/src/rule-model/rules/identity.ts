import type { Rule } from '../rule.js';

const who =
  /\b(?:who|what)(?: exactly)? are you\b|\bwhat is your name\b|\bwhat kind of (?:\w+ ){0,3}(?:are you|is this)\b|\bintroduce yourself\b|\btell me about yourself\b|\bwho am i (?:talking|speaking) to\b|\bdo you have a name\b|\bwhat (?:language )?model (?:is this|are you)\b/;
const kind =
  /\bare you (?:a |an |really |just )*(?:robot|bot|human|person|real|machine|computer|ai|language model|llm|model|gpt|chat ?gpt|assistant|intelligent|alive|rule based|there a person)\b/;

/** Says what it is: rules, and no large language model. */
export const identityRule: Rule = {
  name: 'identity',
  aside: true,
  answer({ said }) {
    if (who.test(said.plain)) {
      return 'I am the rule model, a small rule-based assistant. I follow written rules and am not a large language model.';
    }
    return kind.test(said.plain)
      ? 'I am a rule-based program, not a person and not a large language model. I follow a small set of rules.'
      : undefined;
  },
};
