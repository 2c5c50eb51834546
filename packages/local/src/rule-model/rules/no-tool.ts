import type { Rule } from '../rule.js';
import { offers } from './abilities.js';

const wishes: readonly (readonly [RegExp, string])[] = [
  [/\b(?:weather|forecast|temperature outside|going to rain)\b/, 'look up the weather'],
  [/^(?:play|put on)\b.*\b(?:music|song|jazz|radio|something|album)\b|^play \w+/, 'play music'],
  [/^(?:call|phone|ring|dial) (?!me\b)\w+/, 'make phone calls'],
  [/^(?:send|write|text)\b.*\b(?:e?mail|message|text|letter|to)\b/, 'send messages'],
  [/\b(?:the news|headlines?)\b/, 'read the news'],
  [/^translate\b/, 'translate'],
  [/^(?:search|google|look up)\b/, 'search for anything'],
  [/^(?:turn|switch) (?:on|off|the|up|down)\b/, 'switch anything on or off'],
  [/^(?:set|start) (?:a|an|the|my) (?:\w+ )?(?:timer|alarm|reminder)\b|^(?:remind|wake) me\b/, 'set timers or reminders'],
  [
    /\b(?:speak|talk) (?:to|with) (?:a|an|the|some) ?(?:human|person|agent|someone|real|representative|operator)|^transfer me\b/,
    'connect you to a person',
  ],
];

/** Names plainly what it cannot do, because no tool for it was offered. */
export const noToolRule: Rule = {
  name: 'no-tool',
  answer({ said }) {
    if (said.words.length > 20) return undefined;
    const wish = wishes.find(([pattern]) => pattern.test(said.ask))?.[1];
    return wish === undefined ? undefined : `I am sorry, I cannot ${wish}, since I was given no tool for that. I can ${offers}.`;
  },
};
