import type { Rule } from '../rule.js';
import type { Utterance } from '../utterance.js';

const questionWord =
  /^(?:what|who|whom|whose|where|when|why|which|how|is|are|was|were|do|does|did|can|could|will|would|should|have|has|am|may|might)\b/;
const mostQuoted = 12;

/** The part of a sentence worth saying back: its last clause, or its beginning when that is all there is. */
function fittingBit(said: Utterance): string {
  const clauses = said.text
    .replace(/\b(Mr|Mrs|Ms|Dr|St)\./g, '$1')
    .split(/[.!?,;:\n]+/)
    .map((clause) => clause.trim())
    .filter((clause) => /[\p{L}\p{N}]/u.test(clause));
  const long = clauses.filter((clause) => clause.split(/\s+/).length >= 3);
  const chosen = (long.at(-1) ?? clauses.at(-1) ?? '').split(/\s+/);
  if (chosen.length <= mostQuoted) return chosen.join(' ');
  return `${chosen.slice(0, mostQuoted).join(' ').slice(0, 120)} …`;
}

/** Whether the words are a question to the bot. */
const isQuestion = (said: Utterance): boolean => said.text.endsWith('?') || questionWord.test(said.ask);

const offerLines = [
  'I can take an order, tell the time, count, or tell you a story.',
  'You could ask me for a story, the time, a sum, or order something.',
  'If you like, order something, or ask me to remember something for you.',
] as const;

/** The last rule: it always answers. It says what it heard, and what it can do instead. */
export const remarkRule: Rule = {
  name: 'remark',
  answer({ said, conversation }) {
    const offer = offerLines[Math.max(0, conversation.turns.length - 1) % offerLines.length] ?? offerLines[0];
    const bit = fittingBit(said);
    if (bit === '') return `I did not catch any words. ${offer}`;
    if (/^(?:can|could|would|will) you\b/.test(said.plain))
      return `I am sorry, I cannot do that. I am only a rule-based assistant. ${offer}`;
    if (isQuestion(said) && said.words.length <= 25)
      return `I am sorry, I do not know the answer to that. I am only a rule-based assistant. ${offer}`;
    if (/^(?:\p{L}+)$/u.test(bit) || said.words.length <= 2)
      return `I heard “${bit}”, but I do not know what to do with it. ${offer}`;
    return `I heard you say: “${bit.endsWith('…') ? bit : `${bit}.`}” I have no rule for that, but I listened. ${offer}`;
  },
};
