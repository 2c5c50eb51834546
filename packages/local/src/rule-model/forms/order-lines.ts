import { spokenNumbers } from '../number-words.js';
import { rawSlice, type Utterance } from '../utterance.js';
import type { OrderLine } from './form.js';

const ends = new Set(
  'please for to by at on tomorrow today tonight and under delivered deliver from now thanks thank in my that is are but or because when if then would could can i we you until next this instead not as with the it also plus too'.split(
    ' ',
  ),
);
const filler = new Set(['more', 'of', 'the', 'those', 'some', 'other', 'your', 'fresh']);
const noGoods =
  /^(?:met(?:er|re)s?|miles?|kilomet(?:er|re)s?|feet|foot|inch(?:es)?|steps?|minutes?|seconds?|hours?|days?|weeks?|months?|years?|degrees?|percent|o'clock|am|pm|people|persons?|guests?|times|plus|minus|times|divided|point|point|clubs?|hearts?|spades?|diamonds?|thing|things|man|men|woman|women|is|was|are|were|has|have|had)$/;
const notGoods =
  /^(?:story|stories|joke|table|reservation|booking|answer|question|help|hand|moment|minute|second|break|person|human|agent|refund|favou?r|order|look|call|time|date|weather|forecast|information|info|something|anything|some|thing|name)$/;

const explicit =
  /(?:^|\b(?:to|will|and|me|also|please|i|we|us) )(?:order|buy|purchase)\b|\b(?:place|make|put in|start|have|take) (?:a|an|another|my|new|the) (?:\w+ )?order\b|^(?:an |a new |new |another )?order\b/;
const wish =
  /\b(?:i|we) (?:would (?:also )?like|(?:also )?want|(?:also )?need|will have|will take|could use)\b|\b(?:give|get|send|bring|sell) (?:me|us)\b|\b(?:can|could|may) (?:i|we) (?:get|have)\b|^(?:also )?(?:add|and also|plus)\b/;

/** The noun words behind word `from`, such as “boxes of eggs”. */
function goodsAt(said: Utterance, from: number): { readonly item: string; readonly to: number } | undefined {
  let start = from;
  while (filler.has(said.words[start]?.word ?? '')) start++;
  let to = start;
  while (to < said.words.length && to - start < 4) {
    const word = said.words[to];
    if (word === undefined || ends.has(word.word) || /^\p{N}/u.test(word.word)) break;
    if (to > start && /[.!?,;:]/.test(said.text.slice(said.words[to - 1]?.end ?? 0, word.start))) break;
    to++;
  }
  const first = said.words[start]?.word ?? '';
  const item = rawSlice(said, start, to).replace(/ of$/, '');
  if (item === '' || noGoods.test(first) || notGoods.test(said.words[to - 1]?.word ?? '')) return undefined;
  return { item: item.toLowerCase() === item || /^\p{Lu}\p{Ll}+$/u.test(item) ? item.toLowerCase() : item, to };
}

/** Every “number and noun” of the sentence. */
export function countedGoods(said: Utterance): OrderLine[] {
  const numbers = spokenNumbers(said.words).filter((one) => Number.isInteger(one.value) && one.value > 0);
  return numbers.flatMap((one) => {
    const ofCards = said.words[one.to]?.word === 'of';
    const before = said.words[one.from - 1]?.word ?? '';
    if (ofCards || ['at', 'by', 'room', 'number', 'page'].includes(before)) return [];
    const goods = goodsAt(said, one.to);
    if (goods === undefined || spokenNumbers(said.words.slice(one.to, goods.to)).length > 0) return [];
    return [{ quantity: one.value, item: goods.item }];
  });
}

/** A noun with an article or none, directly behind the verb: “order some strawberries”, “I'd like a coffee”. */
function namedGoods(said: Utterance): OrderLine | undefined {
  const verb = said.words.findIndex(
    (word, index) =>
      /^(?:order|buy|purchase|like|want|need|have|take|get|add)$/.test(word.word) && said.words[index + 1] !== undefined,
  );
  const behind = said.words[verb + 1]?.word === 'me' ? verb + 2 : verb + 1;
  if (verb < 0 || said.words[behind]?.word === 'to') return namedBehindTo(said, verb);
  const one = ['a', 'an', 'one'].includes(said.words[behind]?.word ?? '');
  const goods = goodsAt(said, one ? behind + 1 : behind);
  return goods === undefined ? undefined : { item: goods.item, quantity: one ? 1 : undefined };
}

function namedBehindTo(said: Utterance, verb: number): OrderLine | undefined {
  const order = said.words.findIndex((word, index) => index > verb && /^(?:order|buy|purchase|get|have)$/.test(word.word));
  if (order < 0) return undefined;
  const one = ['a', 'an'].includes(said.words[order + 1]?.word ?? '');
  const goods = goodsAt(said, one ? order + 2 : order + 1);
  return goods === undefined ? undefined : { item: goods.item, quantity: one ? 1 : undefined };
}

/**
 * What a sentence orders, line by line; an empty line when it only says that something is to be ordered. `undefined` when
 * it orders nothing.
 */
export function orderLines(said: Utterance): readonly OrderLine[] | undefined {
  const { plain, ask } = said;
  if (
    /\bin order\b|\border of\b|\b(?:cancel|forget|repeat|change|status|track|where is|what is|about) (?:\w+ )?order\b|^(?:what|why|who|when|where|how|did|is|are|was)\b|\b(?:did|have) i order/.test(
      ask,
    )
  )
    return undefined;
  if (/\b(?:not|never) (?:\w+ ){0,2}(?:order|buy|want|need|like)\b/.test(plain)) return undefined;
  const isExplicit = explicit.test(ask) || explicit.test(plain);
  const isWish = wish.test(plain);
  const counted = said.words.length <= 40 ? countedGoods(said) : [];
  if (counted.length > 0 && (isExplicit || isWish)) return counted;
  if (counted.length > 0) {
    // Without a verb only the bare “four hundred strawberries (please)” is an order; a longer sentence tells something.
    const [first] = spokenNumbers(said.words);
    const bare = first !== undefined && first.from <= 1 && said.words.length - first.to <= (/\bplease\b/.test(plain) ? 8 : 3);
    return bare ? counted : undefined;
  }
  if (isExplicit) return [namedGoods(said) ?? quantityOnly(said)];
  const named = isWish && /\b(?:a|an|some|more)\b/.test(plain) && said.words.length <= 12 ? namedGoods(said) : undefined;
  return named === undefined ? undefined : [named];
}

function quantityOnly(said: Utterance): OrderLine {
  const number = spokenNumbers(said.words).find((one) => Number.isInteger(one.value) && one.value > 0);
  return number === undefined ? {} : { quantity: number.value };
}

/** One noun where it was asked for: “strawberries”, “I would like strawberries”, “the red ones”. */
export function bareGoods(said: Utterance): string | undefined {
  const skipped = said.words.findIndex(
    (word) => !/^(?:i|we|would|like|want|some|the|a|an|to|order|um|uh|well|have|just|maybe|it|is|are|will|they)$/.test(word.word),
  );
  return skipped < 0 || said.words.length - skipped > 5 ? undefined : goodsAt(said, skipped)?.item;
}

/** “1 apple”, “400 strawberries”; the noun is taken as it was said, save for a missing plural. */
export function lineText(line: OrderLine): string {
  const { item = 'pieces', quantity } = line;
  if (quantity === undefined) return item;
  return `${new Intl.NumberFormat('en-GB', { useGrouping: quantity >= 10_000 }).format(quantity)} ${quantity === 1 || / /.test(item) ? item : plural(item)}`;
}

const samePlural = /(?:s|fish|sheep|milk|water|bread|rice|sugar|coffee beans|people|children|sushi|butter|flour|mice|men|women)$/;

function plural(item: string): string {
  if (samePlural.test(item)) return item;
  if (/(?:[^aeiou])y$/.test(item)) return `${item.slice(0, -1)}ies`;
  return /(?:sh|ch|x|z)$/.test(item) ? `${item}es` : /(?:tomato|potato|mango)$/.test(item) ? `${item}es` : `${item}s`;
}
