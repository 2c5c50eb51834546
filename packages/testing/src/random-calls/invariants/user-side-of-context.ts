import { messageText } from '@voxrill/core';
import type { Fault } from '../fault.js';
import type { Invariant, ObservedCall } from '../observed-call.js';
import { wordLength, wordsIn } from '../word-source.js';

/** How long before the end something may be said and not become a turn in time: it may have to wait until the bot has finished. */
const lateMs = 30_000;

/** How much is said before a detector can know that it is a voice: what is typed meanwhile comes first. */
const onsetMs = 700;

interface Understood {
  readonly words: readonly string[];
  /** Where in the call it was said. */
  readonly startMs: number;
  readonly atMs: number;
  readonly final: boolean;
}

export const userSideOfContext: Invariant = {
  name: 'user side of the context',
  sentence: 'The user messages hold what was understood of the user: everything, once, in the order in which it was said.',
  check(call) {
    const said = understood(call);
    const startOf = new Map<string, number>();
    for (const { words, startMs } of said.values()) for (const word of words) startOf.set(word, startMs);
    const ignored = new Set(
      call.frames.flatMap(({ frame }) => (frame.kind === 'user-speech-ignored' ? wordsIn(frame.text) : [])),
    );
    const faults: Fault[] = [];
    const seen = new Set<string>();
    for (const word of userTurns(call).flat()) {
      const startMs = startOf.get(word);
      if (startMs === undefined) faults.push({ what: `The context has the user say “${word}”, which nobody understood.` });
      // The end of a word whose beginning was not let in may be any other word's as well.
      else if (seen.has(word) && word.length === wordLength)
        faults.push({ what: `The context has the user say “${word}” twice.`, atMs: startMs });
      seen.add(word);
    }
    let before = Number.NEGATIVE_INFINITY;
    for (const words of userTurns(call)) {
      const startMs = Math.min(...words.map((word) => startOf.get(word) ?? Number.POSITIVE_INFINITY));
      if (startMs < before - onsetMs)
        faults.push({ what: `“${words.join(' ')}” stands behind what was said later.`, atMs: startMs });
      before = Math.max(before, startMs);
    }
    for (const { words, atMs, final } of said.values()) {
      if (!final || mayBeCutOff(call, atMs)) continue;
      const lost = words.find((word) => !seen.has(word) && !ignored.has(word));
      if (lost !== undefined)
        faults.push({ what: `The user was understood to say “${lost}”, and the context does not know of it.`, atMs });
    }
    return faults;
  },
};

/**
 * The words of each user turn in the context: of user messages without anything between them. A transcript that comes too
 * late for the message that a model was given already becomes a message behind it.
 */
function userTurns({ context }: ObservedCall): readonly (readonly string[])[] {
  const turns: string[][] = [];
  let open = false;
  for (const { message } of context) {
    if (message.role === 'user') {
      if (!open) turns.push([]);
      turns.at(-1)?.push(...wordsIn(messageText(message)));
    }
    open = message.role === 'user';
  }
  return turns;
}

/** The last that was understood of each utterance. */
function understood({ frames }: ObservedCall): ReadonlyMap<string, Understood> {
  const said = new Map<string, Understood>();
  for (const { frame, atMs } of frames) {
    if (frame.kind === 'input-text') {
      said.set(`typed ${frame.id}`, { words: wordsIn(frame.text), startMs: frame.at, atMs, final: true });
    } else if (frame.kind === 'interim-transcription' || frame.kind === 'transcription') {
      const { utterance, text, startMs } = frame;
      const final = frame.kind === 'transcription';
      if (said.get(utterance)?.final !== true) said.set(utterance, { words: wordsIn(text), startMs, atMs, final });
    }
  }
  return said;
}

/** The call was over before the turn could be. */
function mayBeCutOff({ report, ending, askedAtMs }: ObservedCall, atMs: number): boolean {
  return (ending !== 'quiet' || report?.reason !== 'ended') && askedAtMs - atMs < lateMs;
}
