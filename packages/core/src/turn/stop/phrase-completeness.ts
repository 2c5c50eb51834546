import { madeOf, phrases } from '../made-of-phrases.js';

/** Whether somebody who has said this has probably finished. */
export type PhraseCompleteness = 'complete' | 'incomplete' | 'unclear';

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Nobody ends with these. */
const fillers = list('um uh uhm umm er erm hmm hm mm ah like');
const articles = list('a an the my your his our their this these every each some any');
const conjunctions = list(
  'and or but because cause so if when while although though unless until whether than that which who whose where as since',
);
const prepositions = list(
  'to of for from with without at by into onto about between under over during through against toward towards per via in on',
);
const auxiliaries = list(
  'is are was were am be been being do does did have has had will would can could should may might must shall im ive id ill youre weve theyre its lets gonna wanna going want wants need needs like very really quite also just not dont cant wont called named',
);
const pronouns = list('i we they he she');

/** Short answers are whole, whatever they end with. */
const answers = phrases(
  [
    'yes, yeah, yep, yup, no, nope, nah, ok, okay, sure, right, exactly, correct, perfect, great, good, fine, thanks',
    'please, hello, hi, hey, bye, goodbye, stop, wait, sorry, nothing, none, never, maybe, really, absolutely',
    'definitely, of course, all right, alright, no problem, not really, not yet, i do, i dont, i do not, im not',
    'i did, i didnt, i wont, i cant, i havent, it isnt, it does, thats it, thats all, thats right, that is all',
    'that is it, i think so, i guess so, i dont think so, me too, so do i, not at all, thats it for now, you too',
    'same here, why not, what for, who is it, good morning, good evening, good afternoon, good night, see you',
    'thank you, thank you very much, thanks a lot, no thanks, no thank you, yes please, please do, go on, go ahead',
    'i dont know, i do not know, no idea',
  ].join(', '),
);
const openers = list('oh well um uh ah');

/** "Yes, you can", "no they are not": an answer in a sentence. */
const answerSentences =
  /^(?:yes|yeah|yep|no|nope|sure|of course|well) (?:i|you|we|they|he|she|it|there|that) (?:am|is|are|was|were|do|does|did|can|could|will|would|have|has|had|should|must)(?: not)?$/u;

/** "That is all I need", "do what you want". */
const relative =
  /\b(?:all|what|that|anything|everything|as) (?:i|we|you|they) (?:want|need|have|like|do|can|did|could|had|wanted|needed)$/u;

/** These may follow a preposition that ends a question: "What is it for?", "Where are you from". */
const questionWords = list('what who whom which where when why how whose');
/** "When I was" is no question. */
const subjects = list('i we you they he she it the my your');
const questionStarts = list(
  'is are was were do does did can could will would should have has may am isnt arent dont doesnt cant couldnt wont wouldnt shall',
);

const digits = list(
  'zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double triple',
);
/** What is dictated digit by digit, in so many digits or more. */
const dictated: readonly (readonly [RegExp, number])[] = [
  [/\b(?:card|credit card|iban|account)(?: number)?(?: is| its)?$/u, 12],
  [/\b(?:zip|zip code|postal code|post ?code|pin|pin code|code)(?: is| its)?$/u, 4],
  [/\b(?:order|reference|booking|customer|tracking|policy|invoice)(?: (?:number|code|id)(?: is| its)?| is)$/u, 4],
  [/\b(?:number|phone|telephone|mobile|cell)(?: is| its)?$|\b(?:call|reach) me (?:at|on)$/u, 7],
];

/** Verbs after which English needs more. */
const openEnds =
  /(?:^| )(?:i (?:want|need|would like|d like|think|mean|guess|believe|hope|was wondering|am looking|have)|(?:i )?(?:want|need|like|going|have|used|trying|able|supposed) to|looking (?:for|at)|such as|for example|kind of|sort of|a lot of|a bit of|one of|because of|instead of|in order to|my (?:name|number|address|email|problem|question|order|account) is|the (?:name|number|address|problem|question|thing|point) is|how (?:much|many|long|far)|let me|tell me|give me|show me|i said|is it|it is|there is|there are)$/u;

/**
 * Guesses from the words alone, as a recogniser writes them, whether the speaker has finished: punctuation, words that nobody
 * ends with, short answers, forms of questions, and numbers that are being dictated. English; of other languages only the
 * punctuation is understood, and the rest is `unclear`.
 *
 * @example
 * ```ts
 * phraseCompleteness('Where is my order?'); // 'complete'
 * phraseCompleteness('I would like to'); // 'incomplete'
 * phraseCompleteness('two boxes of strawberries'); // 'unclear'
 * ```
 */
export function phraseCompleteness(text: string): PhraseCompleteness {
  const trimmed = text.trim().replace(/["'”’)\]]+$/u, '');
  if (/(?:\.{2,}|…|[,;:\-–—])$/u.test(trimmed)) return 'incomplete';
  const words = wordsOf(trimmed);
  const last = words.at(-1);
  if (last === undefined) return /[.!?。！？]$/u.test(trimmed) ? 'complete' : 'unclear';
  const ends = /[.!?。！？]$/u.test(trimmed);
  // Recognisers put a full stop behind everything that is followed by silence, so it does not outweigh the words; a question mark does.
  if (/[?？]$/u.test(trimmed)) return fillers.has(last) ? 'incomplete' : 'complete';
  const sentence = words.join(' ');
  if (isAnswer(words) || answerSentences.test(sentence)) return 'complete';
  if (relative.test(sentence)) return ends ? 'complete' : 'unclear';
  const dictation = dictating(words);
  if (dictation !== undefined) return dictation;
  const question = isQuestion(words);
  if (fillers.has(last) && !(last === 'like' && question)) return 'incomplete';
  if (articles.has(last) && !isWholeWith(last, words)) return 'incomplete';
  if (conjunctions.has(last) && !isWholeWith(last, words)) return 'incomplete';
  if (prepositions.has(last) && !question && !isParticle(words)) return 'incomplete';
  if (pronouns.has(last) || (openEnds.test(sentence) && !question)) return 'incomplete';
  if (auxiliaries.has(last) && !question && !ends) return 'incomplete';
  if (ends) return 'complete';
  return question && words.length > 2 ? 'complete' : 'unclear';
}

/** "Yes", "well, no thanks", "okay bye". */
function isAnswer(words: readonly string[]): boolean {
  return madeOf(openers.has(words[0] ?? '') ? words.slice(1) : words, answers);
}

function wordsOf(text: string): readonly string[] {
  return (
    text
      .toLowerCase()
      .replaceAll(/['’]/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** "Is it open today", "where do you live", as people put it who have a question. */
function isQuestion(words: readonly string[]): boolean {
  const [first = '', second = ''] = words;
  if (questionStarts.has(first)) return words.length > 2 && !articles.has(words.at(-1) ?? '');
  return (
    questionWords.has(first) &&
    second !== '' &&
    !subjects.has(second) &&
    words.length > 2 &&
    !conjunctions.has(words.at(-1) ?? '')
  );
}

/** "I want this", "I like that", "I think so": words that can also stand for a thing. */
function isWholeWith(last: string, words: readonly string[]): boolean {
  if (['this', 'these', 'some', 'any'].includes(last)) return true;
  const before = words.at(-2) ?? '';
  if (last === 'that')
    return words.length === 1 || ['like', 'want', 'need', 'about', 'do', 'take', 'have', 'with', 'is', 'was'].includes(before);
  if (last === 'so') return ['think', 'guess', 'hope', 'suppose', 'believe', 'say'].includes(before);
  return false;
}

/** "Turn it on", "come in", "I give it over", "log me in": a particle that closes its verb. */
function isParticle(words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  if (!['in', 'on', 'over', 'through', 'by'].includes(last)) return false;
  const before = words.at(-2) ?? '';
  const verbs = [
    'come',
    'go',
    'turn',
    'log',
    'sign',
    'check',
    'hold',
    'carry',
    'move',
    'get',
    'switch',
    'start',
    'put',
    'drop',
    'stop',
    'its',
    'is',
  ];
  return (
    verbs.includes(before) || (['it', 'me', 'them', 'that', 'him', 'her', 'us', 'you'].includes(before) && words.length <= 5)
  );
}

/** A number that is being said digit by digit is whole when it has as many digits as such a number has. */
function dictating(words: readonly string[]): PhraseCompleteness | undefined {
  let count = 0;
  let from = words.length;
  for (; from > 0; from--) {
    const word = words[from - 1] ?? '';
    if (/^\d+$/u.test(word)) count += word.length;
    else if (digits.has(word)) count += 1;
    else break;
  }
  if (count === 0) return undefined;
  const before = words.slice(0, from).join(' ');
  const kind = dictated.find(([pattern]) => pattern.test(before));
  if (kind !== undefined) return count >= kind[1] ? 'complete' : 'incomplete';
  // A lone "one" is as likely the end of a sentence. Several digits in a row are being read out.
  return count >= 3 && words.length - from >= 3 ? 'incomplete' : undefined;
}
