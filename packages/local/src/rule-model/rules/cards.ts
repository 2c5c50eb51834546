import type { Rule } from '../rule.js';
import { listed } from '../sentence.js';

const card =
  /\b(ace|king|queen|jack|joker|two|three|four|five|six|seven|eight|nine|ten|[2-9]|10) of (clubs?|spades?|hearts?|diamonds?)\b/g;

/** Hears playing cards. */
export const cardsRule: Rule = {
  name: 'cards',
  answer({ said }) {
    const cards = Array.from(said.plain.matchAll(card), (match) => `the ${match[1]} of ${match[2]}`);
    if (cards.length === 0) return undefined;
    const count = cards.length === 1 ? '' : ` That makes ${cards.length} cards.`;
    return `I heard ${listed(cards)}.${count} I cannot play cards, but I can remember them for you.`;
  },
};
