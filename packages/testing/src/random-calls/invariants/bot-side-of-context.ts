import type { AssistantMessage } from '@voxrill/core';
import type { Fault } from '../fault.js';
import type { Invariant, ObservedCall } from '../observed-call.js';
import { wordsIn } from '../word-source.js';
import { type SpokenUtterance, spokenWords } from './spoken-words.js';

interface Written {
  readonly word: string;
  readonly message: number;
}

export const botSideOfContext: Invariant = {
  name: 'bot side of the context',
  sentence: 'The assistant messages hold what was heard of the bot, up to the word at which it was cut, and say that it was.',
  check(call) {
    const { utterances, heard } = spokenWords(call);
    const written = assistantWords(call);
    const wordsOf = new Map<string, SpokenUtterance>();
    for (const utterance of utterances) for (const word of utterance.words) wordsOf.set(word, utterance);

    const faults: Fault[] = [];
    const seen = new Set<string>();
    for (const { word } of written) {
      const utterance = wordsOf.get(word);
      if (utterance === undefined)
        faults.push({ what: `The context has the bot say “${word}”, which the voice was never given.` });
      else if (utterance.aside)
        faults.push({ what: `The context has the bot say “${word}”, which was not a part of the conversation.` });
      if (seen.has(word)) faults.push({ what: `The context has the bot say “${word}” twice.` });
      seen.add(word);
    }
    for (const utterance of utterances) {
      if (utterance.aside) continue;
      const atMs = utterance.atMs;
      const ofIt = heard.filter((one) => one.utterance === utterance).length;
      const inContext = written.filter(({ word }) => wordsOf.get(word) === utterance);
      const state = endOf(call, utterance);
      const wrong = compare(utterance, { heard: ofIt, inContext: inContext.length, state, wordTimes: call.wordTimes });
      if (wrong !== undefined) faults.push({ what: wrong, atMs });
      faults.push(...markIsWrong(call, utterance, inContext).map((what) => ({ what, atMs })));
    }
    const order = heard.filter(({ word }) => seen.has(word)).map(({ word }) => word);
    const inOrder = written.filter(({ word }) => order.includes(word)).map(({ word }) => word);
    const astray = order.find((word, i) => inOrder[i] !== word);
    if (astray !== undefined)
      faults.push({ what: `“${astray}” does not stand in the context in the order in which it was heard.` });
    return faults;
  },
};

function assistantWords({ context }: ObservedCall): readonly Written[] {
  return context.flatMap(({ message }, index) =>
    message.role === 'assistant' ? wordsIn(message.content ?? '').map((word) => ({ word, message: index })) : [],
  );
}

type State = 'playing' | 'complete' | 'interrupted' | undefined;

/** What the output has said last of an utterance. */
function endOf({ frames }: ObservedCall, { id }: SpokenUtterance): State {
  const last = frames.findLast(({ frame }) => frame.kind === 'bot-spoke' && frame.utterance === id)?.frame;
  return last?.kind === 'bot-spoke' ? last.state : undefined;
}

/**
 * A word counts once half of it was played, and is read from the audio once its last letter began: with word times the two
 * differ by the one that was cut. Without them the place of each word is an estimate, good to two words.
 */
function compare(
  { id, words }: SpokenUtterance,
  {
    heard,
    inContext,
    state,
    wordTimes,
  }: { readonly heard: number; readonly inContext: number; readonly state: State; readonly wordTimes: boolean },
): string | undefined {
  const [fewer, more] = state === 'complete' ? [0, 0] : wordTimes ? [0, 1] : [2, 2];
  if (inContext >= heard - fewer && inContext <= heard + more) return undefined;
  return `${heard} of the ${words.length} words of ${id} were heard, and ${inContext} stand in the context.`;
}

/**
 * Where an utterance was cut, its last words stand in a message that says so. What a model has been given is never changed
 * afterwards: if nothing more was heard from then on until the cut, there is no message that could say it.
 */
function markIsWrong(call: ObservedCall, utterance: SpokenUtterance, inContext: readonly Written[]): readonly string[] {
  const last = inContext.at(-1);
  if (last === undefined) return [];
  const cut = endOf(call, utterance) === 'interrupted';
  const message = call.context[last.message]?.message;
  if (message?.role !== 'assistant' || message.interrupted === true) return [];
  if (!cut && inContext.length === utterance.words.length) return [];
  if (wasGiven(call, message, utterance.atMs)) return [];
  return [`${utterance.id} was cut behind “${last.word}”, and its message does not say so.`];
}

/** Whether a model has been given this message as it is, after the voice had begun. */
function wasGiven({ frames }: ObservedCall, message: AssistantMessage, fromMs: number): boolean {
  return frames.some(
    ({ frame, atMs }) =>
      frame.kind === 'llm-context' &&
      atMs >= fromMs &&
      frame.messages.some(
        (given) => given.role === 'assistant' && given.content === message.content && given.interrupted !== true,
      ),
  );
}
