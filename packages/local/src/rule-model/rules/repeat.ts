import type { Rule } from '../rule.js';
import { sentencesOf } from '../sentence.js';

const again =
  /^(?:(?:sorry )?(?:what did you (?:just )?say|what was that|repeat|say (?:that|it) again|say again|come again|pardon|i beg your pardon|once more|one more time|again)|(?:sorry )?i (?:did not|could not|cannot) (?:hear|catch|understand|get)(?: (?:you|that|it))?|sorry what|what$|huh$|excuse me what)\b/;
const mine = /\bwhat did i (?:just )?say\b|\brepeat what i (?:just )?said\b/;
// More than this is a story; nobody wants all of it again.
const longestRepeat = 400;

/** Says again what was said. */
export const repeatRule: Rule = {
  name: 'repeat',
  aside: true,
  answer({ said, conversation }) {
    if (mine.test(said.plain)) {
      const before = conversation.turns.at(-2)?.said.text ?? '';
      return before === ''
        ? 'You have not said anything before that.'
        : `You said: ${/[.!?]$/.test(before) ? before : `${before}.`}`;
    }
    if (!again.test(said.ask) && !again.test(said.plain)) return undefined;
    // “Repeat after me” and “repeat my order” ask for something else.
    if (/\brepeat (?:after me|(?:back )?my|the order)\b|\b(?:my|the) order\b/.test(said.plain)) return undefined;
    const { lastReply } = conversation;
    if (lastReply === '') return 'I have not said anything yet. How can I help you?';
    const short = lastReply.length <= longestRepeat ? lastReply : sentencesOf(lastReply).slice(-2).join(' ');
    return `I said: ${short.replace(/^I said: /, '')}`;
  },
};
