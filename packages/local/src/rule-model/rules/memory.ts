import { factKey, factsIn, factsOf } from '../facts.js';
import type { Rule } from '../rule.js';
import { listed, sentence, turnedAround } from '../sentence.js';

type Facts = ReadonlyMap<string, string>;

interface Recall {
  readonly asked: RegExp;
  readonly key: string;
  readonly tell: (value: string) => string;
}

// biome-ignore format: one question a line reads as a table
const recalls: readonly Recall[] = [
  { asked: /\bwho am i\b(?! (?:talking|speaking))|\bwhat am i called\b|\b(?:know|remember|tell me|say|is) my name\b/, key: 'name', tell: (name) => `Your name is ${name}.` },
  { asked: /\bwhere (?:do|did) i (?:say i )?live\b|\bwhere is my home\b|\bwhich (?:city|town) do i live\b/, key: 'home', tell: (place) => `You live in ${place}.` },
  { asked: /\bwhere am i from\b|\bwhere do i come from\b/, key: 'origin', tell: (place) => `You are from ${place}.` },
  { asked: /\bhow old am i\b|\bwhat is my age\b/, key: 'age', tell: (age) => `You are ${age} years old.` },
  { asked: /\bwhat (?:else )?do i like\b/, key: 'like', tell: (thing) => `You like ${thing}.` },
  { asked: /\bwhat do i love\b/, key: 'love', tell: (thing) => `You love ${thing}.` },
  { asked: /\bwhat do i hate\b/, key: 'hate', tell: (thing) => `You hate ${thing}.` },
  { asked: /\bwhat am i allergic to\b/, key: 'allergic to', tell: (thing) => `You are allergic to ${thing}.` },
];

const forms = /\b(?:order|table|reservation|booking)\b/;

function told(key: string, value: string): string {
  const known = recalls.find((recall) => recall.key === key);
  if (known !== undefined) return known.tell(value);
  if (key === 'note') return `You asked me to remember that ${turnedAround(value)}`;
  if (key.startsWith('work ')) return `You work ${key.slice(5)} ${value}.`;
  return `Your ${key} ${/s$/.test(key) && !/ss$/.test(key) ? 'are' : 'is'} ${turnedAround(value)}`;
}

function everything(facts: Facts): string {
  if (facts.size === 0) return 'You have not told me anything about yourself yet.';
  const note = facts.get('note');
  const all = Array.from(facts).filter(([key, value]) => key === 'note' || note?.includes(value) !== true);
  return all.map(([key, value]) => sentence(told(key, value))).join(' ');
}

function recalled(ask: string, facts: Facts): string | undefined {
  for (const recall of recalls) {
    if (!recall.asked.test(ask)) continue;
    const value = facts.get(recall.key);
    return value === undefined ? 'You have not told me that yet.' : recall.tell(value);
  }
  if (/\bwhat (?:do you (?:know|remember)|have i told you|did i tell you)(?: about (?:me|myself))?$/.test(ask))
    return everything(facts);
  if (
    /\bwhat (?:did|have) i (?:ask|tell|say|told|asked) (?:\w+ )*remember\b|\bwhat (?:do|should) you remember\b|\bwhat was i (?:supposed|going) to remember\b/.test(
      ask,
    )
  ) {
    const note = facts.get('note');
    return note === undefined ? everything(facts) : sentence(told('note', note));
  }
  const named = /\bname of my (\p{L}+)/u.exec(ask)?.[1];
  if (named !== undefined) return recalled(`what is my ${named}'s name`, facts);
  const work = /\b(?:where|what) do i (?:work|do)\b/.test(ask)
    ? Array.from(facts).find(([key]) => key.startsWith('work '))
    : undefined;
  if (work !== undefined) return told(...work);
  const mine =
    /\b(?:what|who|where|when|which|how|(?:know|remember|tell me)(?: what)?)(?: (?:is|are|was|were|did i say))? my ((?:[\p{L}']+ ){0,2}[\p{L}']+?)(?: (?:is|are|was|again))*$/u.exec(
      ask,
    )?.[1];
  if (mine === undefined || forms.test(mine)) return undefined;
  // “What is my dog called?” asks for the name of the dog.
  const key = factKey(mine.replace(/ (?:called|named)$/, "'s name"));
  const value = facts.get(key);
  if (value !== undefined) return sentence(told(key, value));
  const noted = facts
    .get('note')
    ?.split('; ')
    .findLast((note) => note.toLowerCase().includes(mine));
  return noted === undefined ? `You have not told me your ${key} yet.` : sentence(`You told me that ${turnedAround(noted)}`);
}

/** Answers questions about what the user has said before. */
export const recallRule: Rule = {
  name: 'recall',
  aside: true,
  answer({ said, conversation }) {
    return recalled(said.ask, factsOf(conversation.turns.slice(0, -1)));
  },
};

/** Takes note of what the user says about themselves, and says so. */
export const rememberRule: Rule = {
  name: 'remember',
  aside: true,
  answer({ said }) {
    const facts = factsIn(said);
    const first = facts[0];
    if (first === undefined || said.words.length > 30) return undefined;
    const name = facts.find(([key]) => key === 'name')?.[1];
    const others = facts.filter(([key]) => key !== 'name');
    if (name !== undefined && others.length === 0) return `Nice to meet you, ${name}. How can I help you?`;
    // A note holds the words already; the fact inside it is not said twice.
    const noted = others.filter(([key]) => key === 'note');
    const notes = (noted.length > 0 ? noted : others).slice(0, 3).map(([key, value]) => {
      const text = (key === 'note' ? turnedAround(value) : told(key, value)).replace(/[.!?]+$/, '');
      return key === 'note' ? text : text.replace(/^You/, 'you');
    });
    return `${name === undefined ? 'All right' : `Nice to meet you, ${name}`}. I will remember that ${listed(notes)}.`;
  },
};
