/** A story, one entry a sentence, so that it can go on after the last one that was heard. */
export interface Story {
  readonly title: string;
  readonly sentences: readonly string[];
}

const bare = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

function begins(heard: readonly string[], at: number, words: readonly string[]): number {
  let same = 0;
  while (same < words.length && heard[at + same] === words[same]) same++;
  return same;
}

/**
 * Where to take a story up again: the index of the first sentence that was not heard to its end, or `undefined` when
 * nothing of it was heard. A sentence that was cut is told again from its beginning, since half of one is easily lost.
 */
export function storyPosition(story: Story, heardText: string): number | undefined {
  const heard = bare(heardText);
  for (let index = story.sentences.length - 1; index >= 0; index--) {
    const words = bare(story.sentences[index] ?? '');
    for (let at = 0; at < heard.length; at++) {
      const same = begins(heard, at, words);
      if (same === words.length) return index + 1;
      // Cut inside this sentence: what is left of the heard text is its beginning. Three words tell it from the others.
      if (same >= 3 && at + same >= heard.length - 1) return index;
    }
  }
  return undefined;
}
