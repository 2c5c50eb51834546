import { untilAborted } from '../../rx/until-aborted.js';
import type { LanguageModel } from '../../services/contracts.js';
import { preparedModel } from '../../services/prepared-model.js';
import { checkOption } from '../check-option.js';
import type { StopStrategy, StrategyRun, TurnScope } from '../turn-strategy.js';

/** Options of {@link judgeStop}. The times count from the end of speech. */
export interface JudgeStopOptions {
  /** Asked at each pause; a small and fast one will do. */
  readonly model: LanguageModel;
  /** How long the judge may take; then, and when it fails, so much silence was enough. @defaultValue 1_500 */
  readonly limitMs?: number;
  /** How long the user must be silent if the judge says NO. @defaultValue 2_500 */
  readonly incompleteMs?: number;
  /** What the judge is told; it must answer with a word that begins with YES or NO. @defaultValue asks whether the statement is complete */
  readonly instruction?: string;
}

const usualInstruction =
  'You hear what a person says on the telephone, as text. Judge whether the statement is complete, so that it is time to answer, or whether the person is likely to go on. Answer with one word: YES if it is complete, NO if it is not.';

/**
 * The user has finished when a language model finds the statement complete. It is asked about what was said in the turn so
 * far, as soon as all of it is transcribed; if the text changes it is asked anew, and the request before is given up. Errors
 * are reported, and then silence decides.
 *
 * @throws RangeError when a time is negative.
 *
 * @example
 * ```ts
 * class Judge extends LLMService {
 *   readonly name = 'judge';
 *   async *generate(): AsyncGenerator<LLMChunk> { yield { type: 'text', text: 'YES' }; }
 * }
 * const context = contextPair({ turn: { stop: judgeStop({ model: new Judge() }) } });
 * ```
 */
export function judgeStop(options: JudgeStopOptions): StopStrategy {
  const { model, limitMs = 1_500, incompleteMs = 2_500, instruction = usualInstruction } = options;
  checkOption('judgeStop', 'limitMs', limitMs);
  checkOption('judgeStop', 'incompleteMs', incompleteMs);
  return {
    name: 'judge',
    informed: true,
    attach: (scope) => court(scope, { model, limitMs, incompleteMs, instruction }),
  };
}

/** The judge of one session. */
function court(scope: TurnScope & { stop(): void }, options: Required<JudgeStopOptions>): StrategyRun {
  const { model, limitMs, incompleteMs, instruction } = options;
  const generate = preparedModel(model, { clock: scope.clock, signal: scope.sessionSignal });
  /** What is judged, or was judged last in this pause. */
  let asked = '';
  let withdraw = (): void => undefined;
  let cancelTimer = (): void => undefined;

  const stopAfter = (silenceMs: number): void => {
    cancelTimer();
    cancelTimer = scope.after(scope.said.speechAtMs + silenceMs - scope.now(), () => {
      withdraw();
      scope.stop();
    });
  };
  const judge = async (text: string, signal: AbortSignal): Promise<boolean | undefined> => {
    const messages = [
      { role: 'system', content: instruction },
      { role: 'user', content: text },
    ] as const;
    let answer = '';
    for await (const chunk of untilAborted(generate({ messages, tools: [] }, { signal, clock: scope.clock }), signal)) {
      if (chunk.type === 'text') answer += chunk.text;
      const word = /[a-z]{2,}/iu.exec(answer)?.[0].toLowerCase() ?? '';
      if (word.startsWith('yes')) return true;
      if (word.startsWith('no')) return false;
    }
    return undefined;
  };
  const ask = (text: string): void => {
    withdraw();
    asked = text;
    const question = new AbortController();
    const { signal: pause } = scope;
    const onOver = (): void => question.abort(pause.reason);
    pause.addEventListener('abort', onOver, { once: true });
    const { signal } = question;
    withdraw = () => question.abort(new Error('Nobody waits for the judge any more.'));
    stopAfter(limitMs);
    judge(text, signal)
      .then((complete) => {
        if (signal.aborted) return;
        if (complete === true) stopAfter(Number.NEGATIVE_INFINITY);
        else if (complete === false) stopAfter(incompleteMs);
        else scope.warn(`"${model.name}" was asked for YES or NO whether a statement is complete, and answered neither.`);
      })
      .catch((error: unknown) => {
        if (!signal.aborted) scope.fail(error);
      })
      .finally(() => pause.removeEventListener('abort', onOver));
  };

  return (signal) => {
    if (signal.type === 'voice-started' || signal.type === 'turn-started') asked = '';
    if (signal.type === 'voice-stopped') stopAfter(limitMs);
    if (signal.type !== 'voice-stopped' && signal.type !== 'final' && signal.type !== 'typed') return;
    const { text, voice, outstanding } = scope.said;
    if (!voice && outstanding === 0 && text !== '' && text !== asked) ask(text);
  };
}
