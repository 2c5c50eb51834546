import { checkOption } from '../check-option.js';
import { plainWords } from '../plain-words.js';
import type { StartStrategy, StrategyRun, TurnScope } from '../turn-strategy.js';

/** Options of {@link wakePhraseStart}. */
export interface WakePhraseOptions {
  /** Any of them wakes the bot, wherever in the sentence it is said. Case, accents and punctuation do not count. */
  readonly phrases: readonly string[];
  /** How long the bot stays awake when nobody says anything, itself included. @defaultValue 10_000 */
  readonly awakeMs?: number;
  /** Falls asleep after each turn. @defaultValue false */
  readonly once?: boolean;
}

/** A phrase may be said with a breath in the middle. */
const breathMs = 1_500;

/**
 * The bot sleeps until it is called by name: before that, what is said is ignored. Once awake every utterance is a turn, and
 * the conversation keeps it awake. Typed text needs no phrase, and does not wake it. Use it as the only start strategy.
 *
 * @throws TypeError when there is no phrase, or one without a word; RangeError when `awakeMs` is negative.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { start: wakePhraseStart({ phrases: ['hey computer', 'ok computer'] }) } });
 * ```
 */
export function wakePhraseStart(options: WakePhraseOptions): StartStrategy {
  const { awakeMs = 10_000, once = false } = options;
  checkOption('wakePhraseStart', 'awakeMs', awakeMs);
  const phrases = options.phrases.map((phrase) => ` ${plainWords(phrase).join(' ')} `);
  if (phrases.length === 0 || phrases.some((phrase) => phrase.trim() === '')) {
    throw new TypeError('wakePhraseStart: phrases must name at least one phrase, and each needs a word.');
  }
  return {
    name: 'wake phrase',
    unless: 'the wake phrase was not said',
    attach: (scope) => sleeper(scope, phrases, awakeMs, once),
  };
}

function sleeper(scope: TurnScope & { start(): void }, phrases: readonly string[], awakeMs: number, once: boolean): StrategyRun {
  let awakeUntilMs = Number.NEGATIVE_INFINITY;
  /** The user or the bot speaks: nobody falls asleep. */
  let inTurn = false;
  let botSpeaks = false;
  let last = { text: '', endMs: Number.NEGATIVE_INFINITY };
  const awake = (): boolean => (inTurn || botSpeaks ? awakeUntilMs > Number.NEGATIVE_INFINITY : scope.now() < awakeUntilMs);
  const stayAwake = (): void => {
    if (awakeUntilMs > Number.NEGATIVE_INFINITY) awakeUntilMs = scope.now() + awakeMs;
  };
  const calledBy = (text: string): boolean => {
    const words = ` ${plainWords(text).join(' ')} `;
    return phrases.some((phrase) => words.includes(phrase));
  };
  return (signal) => {
    switch (signal.type) {
      case 'voice-started':
        if (awake()) scope.start();
        break;
      case 'interim':
      case 'final': {
        const { text, sinceMs } = scope.said;
        const whole = sinceMs - last.endMs <= breathMs ? `${last.text} ${text}` : text;
        if (!awake() && calledBy(whole)) awakeUntilMs = scope.now() + awakeMs;
        if (signal.type === 'final') last = { text, endMs: signal.atMs };
        if (awake()) scope.start();
        break;
      }
      case 'turn-started':
        inTurn = true;
        break;
      case 'turn-stopped':
        inTurn = false;
        last = { text: '', endMs: Number.NEGATIVE_INFINITY };
        if (once) awakeUntilMs = Number.NEGATIVE_INFINITY;
        stayAwake();
        break;
      case 'bot-started':
        botSpeaks = true;
        break;
      case 'bot-stopped':
        botSpeaks = false;
        stayAwake();
        break;
      default:
    }
  };
}
