import { madeOf, phrases } from '../made-of-phrases.js';
import { plainWords } from '../plain-words.js';

/** What listeners say to show that they listen. */
const backchannels = phrases(
  [
    'all right, alright, okay, ok, k, right, yeah, yea, yep, yup, yes, ya, sure, exactly, totally, absolutely, true, indeed',
    'uh huh, uhhuh, uh hu, mm hmm, mhm, mmhm, mhmm, mmhmm, mm, mmm, mmmm, hm, hmm, hmmm, huh, ah, aha, ahh, oh, ooh, ooo, wow, um, uh, er',
    'i see, i know, got it, gotcha, i understand, understood, makes sense, fair enough, go on, of course, sure thing, for sure',
    'oh really, really, oh wow, oh no, no way, nice, cool, great, good, interesting, thats right, thats true, good point, so true',
  ].join(', '),
);

/**
 * Whether a text is nothing but the noises of a listener: "uh-huh", "yeah, right", "I see". Such words are also answers, so
 * this is a question to be asked about what is said while the bot speaks. English.
 *
 * @example
 * ```ts
 * isBackchannel('Yeah, okay, I see.'); // true
 * isBackchannel('Okay, stop.'); // false
 * ```
 */
export function isBackchannel(text: string): boolean {
  return madeOf(plainWords(text), backchannels);
}
