import type { TextRewriter } from './text-rewriter.js';

/**
 * One emoji: a flag, a keycap, or a picture with its modifiers, joined to others by U+200D (UTS #51). Signs that are text
 * unless U+FE0F says otherwise, like © and ↔, are left alone.
 */
const emoji =
  /\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3|(?:(?![\u00A9\u00AE\u2000-\u22FF])\p{Extended_Pictographic}|\p{Extended_Pictographic}\uFE0F)(?:\uFE0F|\p{EMod}|[\u{E0020}-\u{E007F}]|\u200D\p{Extended_Pictographic})*/u;

const pictures = new RegExp(`[ \\t]*(?:${emoji.source})(?:[ \\t]*(?:${emoji.source}))*`, 'gu');

/** What more text could make a part of an emoji, or the white space before one. */
const undecided =
  /(?:[ \t]|[0-9#*]\uFE0F?(?:\u20E3|$)|\p{RI}|\p{Extended_Pictographic}|\uFE0F|\p{EMod}|[\u{E0020}-\u{E007F}]|\u200D|[\uD800-\uDBFF]$)+$/u;

/** A run of pictures and spaces that is longer is not waited for; two parts of one picture may then come apart. */
const maxHeld = 200;

/**
 * A step of `textFilter`: takes out emoji, which voices read aloud by their names, together with the white space before them.
 *
 * @example
 * ```ts
 * const filter = textFilter(withoutEmoji);
 * // "Great job 🎉! See you 👋🏽 soon." is said as "Great job! See you soon."
 * ```
 */
export const withoutEmoji: TextRewriter = {
  begin() {
    let held = '';
    return {
      push(text) {
        held += text;
        const open = undecided.exec(held.slice(-maxHeld))?.[0].length ?? 0;
        const end = open >= maxHeld ? held.length : held.length - open;
        const made = strip(held.slice(0, end));
        held = held.slice(end);
        return made;
      },
      flush() {
        const made = strip(held);
        held = '';
        return made;
      },
    };
  },
};

function strip(text: string): string {
  return text.replace(pictures, (found: string, offset: number) =>
    // Two words with nothing but a picture between them stay two words.
    /^[ \t]/u.test(found) || !/[\p{L}\p{N}]/u.test(text.charAt(offset + found.length)) ? '' : ' ',
  );
}
