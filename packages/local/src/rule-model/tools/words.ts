/** Words that say nothing about what a tool is for. */
const empty = new Set(
  'a an the of for to in at on by with from and or is are be it this that these those what which who how when where why do does did can could will would should i you me my your we us our they their he she his her its some any all no not please tell give show get find let want like need have has had go going make about there here now then current currently info information data details detail user users given use uses used using tool function call calls called return returns returning provide provides name value string number e.g eg example specific based as if into out up one two new set add check look lookup fetch list search query retrieve create update run perform do execute know just also so very am was were much many more most been being than too only say says said per via such other whether current your'.split(
    ' ',
  ),
);

/** Words that stand for each other, one row a meaning. */
const meanings: readonly string[] = [
  'weather forecast rain raining rainy snow snowing sunny sun temperature warm cold hot umbrella windy wind cloudy degrees humidity storm',
  'time clock hour oclock',
  'date day calendar today',
  'order buy purchase',
  'book reserve reservation booking',
  'appointment meeting event schedule',
  'email mail e-mail',
  'message text sms',
  'phone telephone dial ring',
  'human person agent representative operator someone specialist colleague staff',
  'transfer connect speak talk forward',
  'end hangup hang goodbye bye',
  'light lamp bulb',
  'play listen',
  'music song track album jazz playlist',
  'remind reminder',
  'alarm wake',
  'timer countdown',
  'stock share ticker',
  'price cost expensive',
  'restaurant eat dinner lunch',
  'flight fly plane',
  'translate translation',
  'cancel abort delete remove',
  'balance account money',
  'direction route navigate navigation',
  'status track where',
  'news headline',
  'calculate calculator compute sum math arithmetic plus minus times divided',
  'convert conversion exchange',
  'note memo jot',
  'turn switch toggle set',
  'roll dice',
  'pay payment transfer',
  'movie film cinema',
  'recipe cook',
  'door lock unlock',
  'volume louder quieter',
  'city town place location',
];

/** The stem by which two forms of a word meet: “flights” and “flight”, “booking” and “book”. */
export function stem(word: string): string {
  const short = word.replace(/'s?$/, '');
  if (short.length > 5 && short.endsWith('ing')) return short.slice(0, -3);
  if (short.length > 4 && short.endsWith('ies')) return `${short.slice(0, -3)}y`;
  if (short.length > 4 && short.endsWith('es') && /(?:sh|ch|ss|x)es$/.test(short)) return short.slice(0, -2);
  return short.length > 3 && short.endsWith('s') && !/(?:ss|us|is)$/.test(short) ? short.slice(0, -1) : short;
}

function relatedStems(): ReadonlyMap<string, ReadonlySet<string>> {
  const related = new Map<string, ReadonlySet<string>>();
  for (const row of meanings) {
    const stems = row.split(' ').map(stem);
    for (const one of stems) related.set(one, new Set([...(related.get(one) ?? []), ...stems]));
  }
  return related;
}

const related = relatedStems();

/** The stem and all stems of the same meaning. */
export const meaning = (word: string): ReadonlySet<string> => related.get(stem(word)) ?? new Set([stem(word)]);

/** Whether a word says something about what is wanted. */
export const isContent = (word: string): boolean => word.length > 1 && !empty.has(word);
