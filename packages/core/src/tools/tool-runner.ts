import type { ToolCallRequest, ToolOutcome } from '../frames/frame-map.js';
import type { SessionContext } from '../session/session-context.js';
import type { ToolAnswer } from './outcome-text.js';
import { RunningCall, sessionIsOver } from './running-call.js';
import type { Tool } from './tool.js';

/** A call and how it ended. */
export interface FinishedCall {
  readonly request: ToolCallRequest;
  readonly outcome: ToolOutcome;
}

/** A call and what the model is told of it: how it ended, or that it is running. */
export interface AnsweredCall {
  readonly request: ToolCallRequest;
  readonly outcome: ToolAnswer;
}

interface RunningGroup {
  readonly id: string;
  readonly calls: RunningCall[];
  /** The model has got its answers; only long-running tools are still at work. */
  answered: boolean;
  readonly release: () => void;
}

/** What the runner tells its owner. All are called synchronously, in the order of events. */
export interface ToolRunnerEvents {
  /** Once for each call. */
  readonly finished: (group: string, call: FinishedCall) => void;
  /** Once for each group, when the last of its calls has ended that are not long-running. */
  readonly groupFinished: (group: string, calls: readonly AnsweredCall[]) => void;
  /** A long-running call of a group that was finished before has ended. */
  readonly late?: (group: string, call: FinishedCall) => void;
  readonly progressed?: (group: string, request: ToolCallRequest, value: unknown) => void;
}

const maxRecent = 256;

/**
 * Runs the tool calls of one session. Each call ends in exactly one outcome, whatever its handler does: it may throw, hang,
 * or answer after it was given up. A call id runs once in its group.
 */
export class ToolRunner {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #session: SessionContext;
  readonly #events: ToolRunnerEvents;
  readonly #running = new Set<RunningGroup>();
  /** Groups and ids of the last calls, so that a group that comes twice runs once. */
  #recent: string[] = [];

  constructor(tools: readonly Tool[], session: SessionContext, events: ToolRunnerEvents) {
    this.#tools = new Map(tools.map((tool) => [tool.definition.name, tool]));
    this.#session = session;
    this.#events = events;
    session.signal.addEventListener('abort', () => this.#cancel(() => sessionIsOver), { once: true });
  }

  /** A provider may tell of the calls of a response in pieces, and of each of them twice. */
  run(id: string, requests: readonly ToolCallRequest[]): void {
    const fresh = requests.filter(
      (request, i) =>
        !this.#recent.includes(`${id} ${request.id}`) && requests.findIndex((other) => other.id === request.id) === i,
    );
    if (fresh.length === 0) return;
    this.#recent = [...this.#recent, ...fresh.map((request) => `${id} ${request.id}`)].slice(-maxRecent);
    const group = this.#groupOf(id);
    const calls = fresh.map((request) => this.#call(group, request));
    group.calls.push(...calls);
    for (const call of calls) if (!takesTurns(call) || call === nextInTurn(group)) call.start();
    this.#goOn(group);
  }

  /** Cancels the calls that do not survive an interruption. */
  interrupt(): void {
    this.#cancel((call) => (call.tool?.survivesInterruption === true ? undefined : 'The user interrupted.'));
  }

  #cancel(reasonFor: (call: RunningCall) => string | undefined): void {
    for (const group of [...this.#running]) {
      // From the last to the first, so that none of those that wait their turn is begun only to be cancelled.
      for (const call of group.calls.toReversed()) {
        const reason = reasonFor(call);
        if (reason !== undefined) call.cancel(reason);
      }
    }
  }

  #groupOf(id: string): RunningGroup {
    for (const group of this.#running) if (group.id === id && !group.answered) return group;
    const group = { id, calls: [], answered: false, release: this.#session.hold(`tools of ${id}`) };
    this.#running.add(group);
    return group;
  }

  #call(group: RunningGroup, request: ToolCallRequest): RunningCall {
    return new RunningCall(request, this.#tools, this.#session, {
      ended: (outcome) => {
        this.#events.finished(group.id, { request, outcome });
        if (group.answered) this.#events.late?.(group.id, { request, outcome });
        this.#goOn(group);
      },
      progressed: (value) => this.#events.progressed?.(group.id, request, value),
    });
  }

  #goOn(group: RunningGroup): void {
    const { calls } = group;
    const next = nextInTurn(group);
    // What it starts may end at once, and then it is here again before this line is done.
    if (next?.waiting === true) next.start();
    if (calls.every((call) => call.outcome !== undefined)) this.#running.delete(group);
    if (group.answered || calls.some((call) => call.outcome === undefined && call.tool?.longRunning !== true)) return;
    group.answered = true;
    this.#events.groupFinished(
      group.id,
      calls.map(({ request, outcome = { status: 'running' } }) => ({ request, outcome })),
    );
    group.release();
  }
}

const takesTurns = (call: RunningCall): boolean => call.tool?.parallel === false;

const nextInTurn = ({ calls }: RunningGroup): RunningCall | undefined =>
  calls.find((call) => takesTurns(call) && call.outcome === undefined);
