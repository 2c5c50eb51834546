import type { Rule, RuleInput } from '../rule.js';
import { clockmaker } from '../stories/clockmaker.js';
import { lighthouse } from '../stories/lighthouse.js';
import { type Story, storyPosition } from '../stories/story.js';

const stories: readonly Story[] = [lighthouse, clockmaker];
const wanted =
  /\b(?:tell|read|give|know|have|hear|like|want|another|long|short|with|for) (?:\w+ ){0,4}(?:story|stories|fairy tale|tale)\b|^(?:a |another )?(?:(?:long|short|bedtime|nice|good) )*story(?: time)?$/;
const onward =
  /^(?:(?:go|carry|keep|move|read) (?:on|going|reading)|continue|resume|keep talking|what happened (?:next|then|after that)|and then|what happens next|what next|more|(?:tell|finish)(?: me)? (?:more|the rest|the story|it)|where were (?:we|you)|you were saying)\b/;

function heardOf(input: RuleInput, story: Story): number | undefined {
  // The furthest place counts: a story may have been told in several pieces. Turns that asked for something else told none.
  const places = input.conversation.turns
    .filter(({ said, reply }) => reply !== '' && (wanted.test(said.ask) || onward.test(said.ask) || onward.test(said.plain)))
    .map(({ reply }) => storyPosition(story, reply))
    .filter((place) => place !== undefined);
  return places.length === 0 ? undefined : Math.max(...places);
}

const told = (story: Story, from: number): string => `${story.sentences.slice(from).join(' ')} That is the end of the story.`;

/** Tells a long story on request. */
export const storyRule: Rule = {
  name: 'story',
  answer(input) {
    const { ask } = input.said;
    if (!wanted.test(ask) || /\b(?:stop|no more|not|finish|rest of|end) (?:\w+ ){0,3}stor/.test(ask)) return undefined;
    if (/^did you|^why\b|^who\b/.test(ask)) return undefined;
    const fresh = stories.find((story) => heardOf(input, story) === undefined) ?? lighthouse;
    return `Here is the story of ${fresh.title}. ${told(fresh, 0)}`;
  },
};

/** Goes on with the story where it was cut off. */
export const goOnRule: Rule = {
  name: 'go-on',
  answer(input) {
    const { ask, plain } = input.said;
    if (!onward.test(ask) && !onward.test(plain)) return undefined;
    const open = stories
      .map((story) => ({ story, place: heardOf(input, story) }))
      .filter((one) => one.place !== undefined)
      .at(-1);
    if (open?.place === undefined) return undefined;
    if (open.place >= open.story.sentences.length) return 'That was the end of the story. I know another one, if you like.';
    return `I will go on. ${told(open.story, open.place)}`;
  },
};
