import type { UserContentPart } from '../chat-message.js';
import type { ContextEntry } from '../llm-context.js';
import type { ContextPolicy } from './context-policy.js';
import { checkCount, splitContext } from './turns.js';

/** Options of {@link audioToText}. */
export interface AudioToTextOptions {
  /** The speech of how many turns the model still hears itself, the present one included. @defaultValue 2 */
  readonly keepTurns?: number;
  /** For how many turns more the old speech is left, so that several are exchanged together. @defaultValue 0 */
  readonly slackTurns?: number;
}

/**
 * Exchanges the speech of older turns for its transcript, which takes about a quarter of the tokens. Speech without a
 * transcript stays.
 *
 * @example
 * ```ts
 * const context = contextPair({ policies: [audioToText({ keepTurns: 1 })] });
 * ```
 */
export function audioToText(options: AudioToTextOptions = {}): ContextPolicy {
  const { keepTurns = 2, slackTurns = 0 } = options;
  checkCount('audioToText', 'keepTurns', keepTurns, 0);
  checkCount('audioToText', 'slackTurns', slackTurns, 0);
  return () =>
    ({ entries }) => {
      const { turns, head } = splitContext(entries);
      const starts = turns.map((index) => index + head.length);
      // The first entry of the turns that keep their speech; those before it are old.
      const before = (count: number): number => (count === 0 ? entries.length : (starts.at(-count) ?? 0));
      const due = entries.slice(0, before(keepTurns + slackTurns)).some((entry) => asText(entry) !== entry);
      if (!due) return entries;
      const old = before(keepTurns);
      return entries.map((entry, index) => (index < old ? asText(entry) : entry));
    };
}

function asText(entry: ContextEntry): ContextEntry {
  const { message } = entry;
  if (message.role !== 'user' || typeof message.content === 'string' || !message.content.some(isTranscribed)) return entry;
  const content = message.content.map(
    (part): UserContentPart => (isTranscribed(part) ? { type: 'text', text: part.transcript } : part),
  );
  return { ...entry, message: { ...message, content } };
}

function isTranscribed(part: UserContentPart): part is UserContentPart & { readonly transcript: string } {
  return part.type === 'input_audio' && part.transcript !== undefined;
}
