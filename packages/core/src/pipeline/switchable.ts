import type { FrameKind } from '../frames/frame.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { AnySession } from '../session/any-session.js';
import { PerSession } from '../session/per-session.js';
import type { ParallelFit } from './fit.js';
import { workOf } from './switch/switch-work.js';
import { Switchboard, type SwitchPlan } from './switch/switchboard.js';
import { switchedKind } from './switch/switched-frame.js';

/** The branches of a {@link switchable}, by name. */
export type SwitchBranches = Readonly<Record<string, FrameProcessor>>;

/** When a {@link switchable} gives way to another branch by itself. */
export interface FailoverOptions<Name extends string = string> {
  /** Who is tried after whom, round and round; who is not named is never switched to. @defaultValue the order of the branches */
  readonly order?: readonly Name[];
  /**
   * After how many errors in a row the active branch has to go, though it says that it is still usable: `Infinity` gives it
   * any number of chances. At an error after which it is not usable it goes in any case.
   * @defaultValue 1
   */
  readonly after?: number;
}

/** Options of {@link switchable}. */
export interface SwitchableOptions<Name extends string = string> {
  /** @defaultValue 'switchable' */
  readonly name?: string;
  /** The branch that is active at first. @defaultValue the first one */
  readonly first?: Name;
  /**
   * Whether inactive branches get what the user's microphone gives, so that what adapts to the room (a detector, say) has
   * done so when it is needed. Not for recognisers, which are given what was said when they take over.
   * @defaultValue false
   */
  readonly warm?: boolean;
  /**
   * Whether an error changes to the next branch. Then a branch that cannot be made ready does not keep the session from
   * starting either, as long as another one can. @defaultValue false
   */
  readonly failover?: boolean | FailoverOptions<Name>;
}

/** How to change to another branch. */
export interface UseOptions {
  /**
   * `at-once`: now, or when the sentence or the answer has ended that has begun to come out. `between-turns`: when the user
   * has no turn open and the bot is silent. @defaultValue 'at-once'
   */
  readonly when?: 'at-once' | 'between-turns';
  /** For the `switched` frame. @defaultValue 'The application has asked for it.' */
  readonly reason?: string;
}

/** The fit of a switch: each branch must find what it needs, and any of them may be the one that makes something. */
export type SwitchFit<B extends SwitchBranches> = {
  readonly needs: ParallelFit<readonly [B[keyof B]]>['needs'];
  readonly emits: readonly (ParallelFit<readonly [B[keyof B]]>['emits'][number] | ('switched' & FrameKind))[];
};

/** Several branches of which one is active. */
export interface Switchable<B extends SwitchBranches = SwitchBranches> extends FrameProcessor<SwitchFit<B>> {
  /**
   * Makes another branch the active one in a session. Resolves with true when it is, with false when the session ended
   * before, or another call took the place of this one.
   */
  use(session: AnySession, name: keyof B & string, options?: UseOptions): Promise<boolean>;
  /** The name of the active branch of a session. */
  active(session: AnySession): keyof B & string;
}

/**
 * Several branches, services or whole chains, of which one is active: it alone gets data and media, and is heard. The others
 * get the start and end of the session, interruptions and `service-settings`; what they say is swallowed, and their errors are
 * warnings in the log.
 *
 * What is under way moves along at a change: speech that has no transcript yet is heard anew from its onset, a request of
 * which no word of an answer has come out is asked again, text that was not spoken is spoken. A sentence that broke off is
 * spoken anew from its beginning; an answer that broke off is not, as the next branch would give another one. Each change is
 * told by a `switched` frame. By `failover` an error changes to the next branch; it then goes on upwards as `usable`, so that
 * it does not end the session, and names both. When no branch is left, the last error goes its way.
 *
 * Throws a TypeError when it has no branches, or an option names none of them.
 *
 * @example
 * ```ts
 * class Loud extends TTSService {
 *   readonly name: string;
 *   constructor(name: string) { super(); this.name = name; }
 *   async *synthesize(text: string): AsyncGenerator<TTSChunk> {
 *     yield { type: 'audio', samples: new Int16Array(160 * text.length).fill(9000), sampleRate: 16_000 };
 *   }
 * }
 * const voice = switchable({ main: new Loud('main'), spare: new Loud('spare') }, { name: 'voice', failover: { after: 1 } });
 * const toSpare = (session: Session) => voice.use(session, 'spare', { when: 'between-turns' });
 * ```
 */
export function switchable<const B extends SwitchBranches>(
  branches: B,
  options: SwitchableOptions<keyof B & string> = {},
): Switchable<B> {
  const plan = planOf(branches, options);
  const boards = new PerSession<Switchboard>(plan.name);
  const isName = (name: string): name is keyof B & string => plan.branches.has(name);
  return {
    name: plan.name,
    kinds: [switchedKind],
    composition: { kind: 'parallel', parts: [...plan.branches.values()] },
    connect(input, session) {
      const board = new Switchboard(plan, session);
      boards.set(session, board);
      return board.connect(input);
    },
    use: async (session, name, { when = 'at-once', reason = 'The application has asked for it.' } = {}) => {
      mustBeBranch(plan, name, 'use()');
      return boards.of(session).use(name, when, reason);
    },
    active: (session) => {
      const { active } = boards.of(session);
      if (!isName(active)) throw new TypeError(`"${plan.name}" has no branch "${active}".`);
      return active;
    },
  };
}

function planOf(branches: SwitchBranches, options: SwitchableOptions): SwitchPlan {
  const { name = 'switchable', warm = false, failover = false } = options;
  const names = Object.keys(branches);
  const first = options.first ?? names[0];
  if (first === undefined) throw new TypeError(`"${name}" has no branches; give it at least one.`);
  const { order = names, after = 1 } = typeof failover === 'object' ? failover : {};
  if (!(after >= 1)) throw new RangeError(`failover.after of "${name}" is ${after}; it is a number of errors, 1 or more.`);
  const plan: SwitchPlan = {
    name,
    branches: new Map(Object.entries(branches)),
    first,
    warm,
    failover: failover === false ? undefined : { order, after },
    work: workOf(Object.values(branches)),
  };
  mustBeBranch(plan, first, 'first');
  for (const next of order) mustBeBranch(plan, next, 'failover.order');
  const processors = Object.values(branches);
  if (new Set(processors).size < processors.length)
    throw new TypeError(`"${name}" has the same processor in two branches; make a second one for the second place.`);
  return plan;
}

function mustBeBranch({ name, branches }: SwitchPlan, given: string, where: string): void {
  if (branches.has(given)) return;
  throw new TypeError(`${where} names "${given}", and "${name}" has the branches ${[...branches.keys()].join(', ')}.`);
}
