import type { ToolDefinition } from '@voxrill/core';
import { orderLines } from '../forms/order-lines.js';
import type { Utterance } from '../utterance.js';
import { wordsOfName } from './name-words.js';
import { isRecord, resolved } from './schema.js';
import { isContent, meaning, stem } from './words.js';

/** How well a tool fits the words. */
export interface ToolMatch {
  readonly tool: ToolDefinition;
  /** More is better; 0 when it does not fit. */
  readonly score: number;
  /** The stems in the utterance that spoke for the tool. */
  readonly hits: ReadonlySet<string>;
  /** True when only the description spoke for it: then the parameters must fit as well. */
  readonly weak: boolean;
}

const readingVerb =
  /^(?:get|check|find|list|look|lookup|fetch|query|search|show|read|retrieve|track|tell|what|is|has|view|describe)/;
const toldAbout =
  /^(?:i|we|he|she|it|they|the|my|there|his|her|had|and so)\b.*\b(?:was|were|had|did|went|liked|loved|told|said)\b/;
const isAsked = /\?|^(?:what|who|where|when|why|which|how|is|are|do|does|will|can|could)\b/;
const refusal = /\b(?:do not|never mind|nevermind|no need to|stop)\b/;
const askedAboutPast =
  /^(?:what|which|who|when|where|how many|how much) (?:\w+ )?(?:did|have|was) i\b|\bdid i (?:just )?(?:order|book|say)\b/;
/** A search in something that holds everything. */
const searchTool =
  /^(?:web |internet |google )?(?:search|lookup|google|query)(?: (?:the|in|web|internet|online|google|knowledge|base|docs|documents|documentation|faq|catalog|products?))*$/;
/** Verbs of names that tell nothing: what is placed or submitted is what counts. */
const plainVerb = /^(?:place|submit|start|make|create|trigger|handle|process|request|schedule|perform|put)$/;
const changes = /^(?:update|change|modify|edit)\b/;
const asksForChange = /\b(?:update|change|modify|edit|make (?:it|that|them)|instead|switch)\b/;
const moreTime =
  /\b(?:last|first|next|one more|any|some|long|every|this|that|each|all the|good|hard|same|many|of) times?\b|\btimes \w/;

function contentOf(text: string): string[] {
  return wordsOfName(text).filter((word) => isContent(word));
}

/** Words of the parameters: their names, and the values that they may have. */
function parameterWords(tool: ToolDefinition): string[] {
  const root = isRecord(tool.parameters) ? tool.parameters : {};
  const properties = resolved(root, root).properties;
  if (!isRecord(properties)) return [];
  return Object.entries(properties).flatMap(([name, given]) => {
    const schema = resolved(given, root);
    const values = Array.isArray(schema.enum) ? schema.enum.filter((value) => typeof value === 'string') : [];
    const described = typeof schema.description === 'string' ? contentOf(schema.description) : [];
    return [...contentOf(name), ...values.flatMap(contentOf), ...described];
  });
}

/** Holds one tool against what was said. */
export function matchTool(tool: ToolDefinition, said: Utterance): ToolMatch {
  const none: ToolMatch = { tool, score: 0, hits: new Set(), weak: true };
  const { ask, plain } = said;
  if (refusal.test(plain) || (toldAbout.test(plain) && !isAsked.test(ask) && !said.text.endsWith('?'))) return none;
  const nameWords = wordsOfName(tool.name);
  const reading = readingVerb.test(nameWords[0] ?? '');
  if (!reading && askedAboutPast.test(ask)) return none;
  // Who orders something does not ask how an order stands.
  if (reading && orderLines(said) !== undefined) return none;
  if (changes.test(nameWords.join(' ')) && !asksForChange.test(plain)) return none;
  const heard = new Set(said.words.map((word) => stem(word.word)));
  if (moreTime.test(plain)) heard.delete('time');
  const hits = new Set<string>();
  const isHeard = (word: string): boolean => {
    for (const one of meaning(word)) {
      if (!heard.has(one)) continue;
      hits.add(one);
      return true;
    }
    return false;
  };
  if (
    /\b(?:cancel|delete|remove|abort)\b/.test(ask) &&
    !/cancel|delete|remove|abort/i.test(`${tool.name} ${tool.description ?? ''}`)
  )
    return none;
  if (/^(?:cancel|delete|remove|abort)/.test(nameWords.join(' ')) && ![...meaning('cancel')].some((one) => heard.has(one)))
    return none;

  const own = nameWords.filter(
    (word, index) => isContent(word) && !(index === 0 && nameWords.length > 1 && plainVerb.test(word)),
  );
  const named = own.filter(isHeard).length;
  const beforeDescription = hits.size;
  const described = new Set(contentOf(tool.description ?? '').map(stem));
  const fromDescription = [...described].filter((word) => !own.some((one) => meaning(one).has(word)) && isHeard(word)).length;
  const fromParameters = new Set(
    parameterWords(tool)
      .map(stem)
      .filter((word) => !described.has(word) && isHeard(word)),
  ).size;
  const coverage = own.length === 0 ? 0 : named / own.length;
  const score =
    10 * coverage +
    named +
    Math.min(3, fromDescription) +
    Math.min(3, fromParameters) +
    (reading === isAsked.test(ask) ? 0.5 : 0);
  // A command names the tool's verb first: “play some jazz”.
  const searches = searchTool.test(nameWords.join(' ')) && /^(?:search|google|look up)\b/.test(ask);
  const commanded =
    searches || (own.length > 0 && nameWords[0] === own[0] && meaning(own[0] ?? '').has(stem(ask.split(' ')[0] ?? '')));
  const strong =
    coverage === 1 ||
    commanded ||
    (coverage >= 0.5 && named >= 2) ||
    (coverage >= 0.5 && hits.size > beforeDescription) ||
    (coverage > 0 && fromDescription >= 2);
  if (strong) return { tool, score: score + 1, hits, weak: false };
  if (fromDescription >= 2) return { tool, score, hits, weak: false };
  return fromDescription + fromParameters > 0 ? { tool, score, hits, weak: true } : none;
}
