import type { Rule } from '../rule.js';
import { listed } from '../sentence.js';
import { wordsOfName } from '../tools/name-words.js';

const asked =
  /\bwhat (?:can|could|do) you (?:do|offer|help(?: me)? with|know how to do)\b|\bwhat are you able to do\b|\bhow can you help\b|\bwhat are your (?:skills|abilities|features)\b|^help(?: me)?$|\bi need (?:some )?help$|\bwhat can i (?:ask|say|do)(?: you| here)?$/;

/** What it can do without any tool, in one breath. */
export const offers = 'take an order, note a table, tell the time, do sums, count, remember things and tell a story';

/** Says what it can do, tools included. */
export const abilitiesRule: Rule = {
  name: 'abilities',
  aside: true,
  answer({ said, conversation }) {
    if (!asked.test(said.plain) && !asked.test(said.ask)) return undefined;
    const tools = conversation.tools.slice(0, 4).map((tool) => wordsOfName(tool.name).join(' '));
    const more = tools.length === 0 ? '' : ` I also have tools for this: ${listed(tools)}.`;
    return `I can ${offers}.${more} What would you like?`;
  },
};
