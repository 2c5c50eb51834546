import type { FrameOf } from '../../frames/frame.js';
import { defineProcessor } from '../../processor/define-processor.js';
import type { FrameProcessor } from '../../processor/frame-processor.js';
import type { HandlerTable, StageScope } from '../../processor/handler.js';
import { lookOn } from '../../processor/look-on.js';
import type { AnySession } from '../../session/any-session.js';
import { PerSession } from '../../session/per-session.js';
import { asksForReply } from '../asks-for-reply.js';
import { IdleTimer } from './idle-timer.js';

const idleFit = { emits: ['user-idle', 'tts-speak'] } as const;

/** How long a last sentence may take before the session ends without it. */
const drainMs = 15_000;

/**
 * What is done about a silent user: a text is said; `end` ends the session with that reason, once `say` has been said; a
 * function does what it likes, with the stage at hand.
 */
export type IdleStep = string | { readonly end: string; readonly say?: string } | ((stage: StageScope, count: number) => void);

/** Options of {@link userIdle}. */
export interface UserIdleOptions {
  /** How long nobody must have spoken; 0 for never. @defaultValue 5_000 */
  readonly afterMs?: number;
  /**
   * What is done the first time, the second time, and so on. Behind the last step `user-idle` goes on being told. Begins anew
   * when the user gives a sign of life. @defaultValue none: `user-idle` is told, and nothing else happens
   */
  readonly steps?: readonly IdleStep[];
  /** @defaultValue 'user-idle' */
  readonly name?: string;
}

/** Notices that the user is silent. */
export interface UserIdle extends FrameProcessor<typeof idleFit> {
  /** From now on waits so long in this session; 0 for never. */
  update(session: AnySession, afterMs: number): void;
}

/**
 * Asks a user who says nothing whether somebody is there, and at last gives up. Time runs from the beginning of the session
 * and only while nobody speaks, no turn is open, no answer is due and no tool is running. Each time it tells `user-idle`, both
 * ways. Stands between the model and the voice.
 *
 * @example
 * ```ts
 * const idle = userIdle({
 *   afterMs: 8_000,
 *   steps: ['Are you still there?', 'Shall I wait?', { say: 'Goodbye, then.', end: 'The user went away.' }],
 * });
 * ```
 */
export function userIdle(options: UserIdleOptions = {}): UserIdle {
  const { afterMs = 5_000, steps = [], name = 'user-idle' } = options;
  mustBeTime(afterMs);
  // One timer for each session, because one description serves many.
  const timers = new PerSession<IdleTimer>(name);
  const processor = defineProcessor(
    name,
    (stage) => {
      const timer = new IdleTimer(stage, afterMs, (count, waitedMs) => {
        stage.broadcast(stage.frame('user-idle', { count, afterMs: waitedMs }));
        const step = steps[count - 1];
        if (step !== undefined) take(step, stage, count);
      });
      timers.set(stage.session, timer);
      const handlers = handlersOf(timer);
      return { down: handlers, up: handlers };
    },
    { fit: idleFit },
  );
  return {
    ...processor,
    update(session, newAfterMs) {
      mustBeTime(newAfterMs);
      timers.of(session).wait(newAfterMs);
    },
  };
}

function take(step: IdleStep, stage: StageScope, count: number): void {
  if (typeof step === 'function') {
    step(stage, count);
    return;
  }
  const say = typeof step === 'string' ? step : step.say;
  if (say !== undefined) stage.pushDown(stage.frame('tts-speak', { text: say }));
  if (typeof step !== 'string') stage.session.end({ reason: step.end, drainMs });
}

function handlersOf(timer: IdleTimer): HandlerTable {
  return {
    start: lookOn((_: FrameOf<'start'>) => timer.begin()),
    'vad-user-started-speaking': lookOn((_: FrameOf<'vad-user-started-speaking'>) => timer.now({ voice: true })),
    'vad-user-stopped-speaking': lookOn((_: FrameOf<'vad-user-stopped-speaking'>) => timer.now({ voice: false })),
    'user-started-speaking': lookOn((_: FrameOf<'user-started-speaking'>) => {
      timer.signOfLife();
      timer.now({ userTurn: true });
    }),
    'user-stopped-speaking': lookOn((frame: FrameOf<'user-stopped-speaking'>) => {
      const answerDue = asksForReply(frame);
      // Who speaks on does not wait for tools that still run.
      if (answerDue) timer.toolsForgotten();
      timer.now({ userTurn: false, answerDue });
    }),
    'user-speech-ignored': lookOn((_: FrameOf<'user-speech-ignored'>) => timer.signOfLife()),
    'input-text': lookOn((_: FrameOf<'input-text'>) => timer.signOfLife()),
    'input-dtmf': lookOn((_: FrameOf<'input-dtmf'>) => timer.signOfLife()),
    'bot-started-speaking': lookOn(({ aside }: FrameOf<'bot-started-speaking'>) =>
      timer.now(aside === true ? { botSpeaks: true } : { botSpeaks: true, answerDue: false }),
    ),
    'bot-stopped-speaking': lookOn((_: FrameOf<'bot-stopped-speaking'>) => timer.now({ botSpeaks: false })),
    'llm-response-start': lookOn((_: FrameOf<'llm-response-start'>) => timer.now({ responding: true })),
    'llm-response-end': lookOn((_: FrameOf<'llm-response-end'>) => timer.now({ responding: false, answerDue: false })),
    'tool-calls': lookOn(({ group, calls }: FrameOf<'tool-calls'>) => timer.toolsBegan(calls.map(({ id }) => `${group} ${id}`))),
    'tool-result': lookOn(({ group, callId }: FrameOf<'tool-result'>) => timer.toolEnded(`${group} ${callId}`)),
    // The answer that was due will not come.
    interruption: lookOn((_: FrameOf<'interruption'>) => timer.now({ responding: false, answerDue: false })),
    error: lookOn((_: FrameOf<'error'>) => timer.now({ answerDue: false })),
  };
}

function mustBeTime(afterMs: number): void {
  if (!(afterMs >= 0)) throw new RangeError(`afterMs is ${afterMs}; it is a number of milliseconds, or 0 for never.`);
}
