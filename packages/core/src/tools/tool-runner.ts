import { deadline } from '../clock/deadline.js';
import type { ToolCallRequest, ToolOutcome } from '../frames/frame-map.js';
import { fencedController } from '../rx/fenced-controller.js';
import type { SessionContext } from '../session/session-context.js';
import type { Tool } from './tool.js';

/** A call and how it ended. */
export interface FinishedCall {
  readonly request: ToolCallRequest;
  readonly outcome: ToolOutcome;
}

interface RunningGroup {
  readonly id: string;
  readonly calls: readonly ToolCallRequest[];
  readonly outcomes: (ToolOutcome | undefined)[];
  readonly cancels: ((reason: string) => void)[];
}

/** What the runner tells its owner. Both are called synchronously, in the order of events. */
export interface ToolRunnerEvents {
  readonly finished: (group: string, call: FinishedCall) => void;
  /** Once for each group, when the last of its calls has ended. */
  readonly groupFinished: (group: string, calls: readonly FinishedCall[]) => void;
}

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
  }

  run(id: string, requests: readonly ToolCallRequest[]): void {
    const calls = requests.filter(
      (request, i) =>
        !this.#recent.includes(`${id} ${request.id}`) && requests.findIndex((other) => other.id === request.id) === i,
    );
    if (calls.length === 0) return;
    this.#recent = [...this.#recent, ...calls.map((call) => `${id} ${call.id}`)].slice(-maxRecent);
    const group: RunningGroup = { id, calls, outcomes: calls.map(() => undefined), cancels: [] };
    this.#running.add(group);
    const release = this.#session.hold(`tools of ${id}`);
    calls.forEach((request, index) => {
      this.#start(request, group, (outcome) => {
        if (group.outcomes[index] !== undefined) return;
        group.outcomes[index] = outcome;
        this.#events.finished(id, { request, outcome });
        const finished = calls.flatMap((call, i) => {
          const ended = group.outcomes[i];
          return ended === undefined ? [] : [{ request: call, outcome: ended }];
        });
        if (finished.length < calls.length) return;
        this.#running.delete(group);
        this.#events.groupFinished(id, finished);
        release();
      });
    });
  }

  /** Cancels the calls that do not survive an interruption. */
  interrupt(): void {
    for (const group of [...this.#running]) for (const cancel of group.cancels) cancel('The user interrupted.');
  }

  #start(request: ToolCallRequest, group: RunningGroup, end: (outcome: ToolOutcome) => void): void {
    const tool = this.#tools.get(request.name);
    if (tool === undefined) {
      const known = [...this.#tools.keys()].join(', ');
      end({ status: 'error', message: `There is no tool "${request.name}"${known === '' ? '.' : `; there are: ${known}.`}` });
      return;
    }
    const limit = deadline(this.#session.clock, this.#session.signal);
    const wanted = fencedController((error) => this.#session.fail(`tool ${request.name}`, error));
    const finish = (outcome: ToolOutcome): void => {
      limit.clear();
      end(outcome);
    };
    const onAbort = (): void => {
      const reason: unknown = limit.signal.reason;
      finish(
        reason instanceof TimedOut
          ? { status: 'timed-out', afterMs: tool.timeoutMs }
          : { status: 'cancelled', reason: 'The session is over.' },
      );
      wanted.abort(reason);
    };
    limit.signal.addEventListener('abort', onAbort, { once: true });
    limit.set(tool.timeoutMs, () => new TimedOut());
    if (!tool.survivesInterruption) {
      group.cancels.push((reason) => {
        finish({ status: 'cancelled', reason });
        wanted.abort(new Error(reason));
      });
    }
    (async () => tool.call(request.arguments, { id: request.id, signal: wanted.signal }))().then(
      (value) => finish({ status: 'result', value }),
      (error: unknown) => finish({ status: 'error', message: error instanceof Error ? error.message : String(error) }),
    );
  }
}

class TimedOut extends Error {}

const maxRecent = 256;

/** What the model is told of an outcome: text, JSON where the value is not text already. */
export function outcomeText(outcome: ToolOutcome): string {
  switch (outcome.status) {
    case 'result':
      return typeof outcome.value === 'string' ? outcome.value : jsonText(outcome.value);
    case 'error':
      return JSON.stringify({ error: outcome.message });
    case 'cancelled':
      return JSON.stringify({ cancelled: outcome.reason });
    case 'timed-out':
      return JSON.stringify({ error: `The tool gave no result within ${outcome.afterMs} ms.` });
  }
}

/** A tool may return what JSON cannot hold: nothing, a function, a circle, a bigint. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return JSON.stringify({ error: 'The tool returned something that is not JSON.' });
  }
}
