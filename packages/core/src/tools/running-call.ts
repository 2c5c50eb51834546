import type { ToolCallRequest, ToolOutcome } from '../frames/frame-map.js';
import { fencedController } from '../rx/fenced-controller.js';
import type { SessionContext } from '../session/session-context.js';
import type { Tool } from './tool.js';
import { isTerminal, nextToolCallState, type ToolCallEvent, type ToolCallState } from './tool-call-state.js';

/** What a call tells its owner, synchronously; `ended` exactly once. */
export interface RunningCallEvents {
  readonly ended: (outcome: ToolOutcome) => void;
  readonly progressed: (value: unknown) => void;
}

/** Why a call is cancelled when the session closes. */
export const sessionIsOver = 'The session is over.';

/** How many progress reports of a call are passed on. */
const maxProgress = 1000;

/** One tool call from its request to its end, whatever the handler does. */
export class RunningCall {
  readonly request: ToolCallRequest;
  readonly tool: Tool | undefined;
  readonly #known: readonly string[];
  readonly #session: SessionContext;
  readonly #events: RunningCallEvents;
  readonly #wanted: AbortController;
  #cancelTimer: () => void = () => undefined;
  #state: ToolCallState = 'requested';
  #outcome: ToolOutcome | undefined;
  #progressed = 0;

  /** `tools`: all that there are, by name. */
  constructor(request: ToolCallRequest, tools: ReadonlyMap<string, Tool>, session: SessionContext, events: RunningCallEvents) {
    this.request = request;
    this.tool = tools.get(request.name);
    this.#known = [...tools.keys()];
    this.#session = session;
    this.#events = events;
    this.#wanted = fencedController((error) => session.fail(`tool ${request.name}`, error));
  }

  /** How it ended; undefined as long as it has not. */
  get outcome(): ToolOutcome | undefined {
    return this.#outcome;
  }

  get waiting(): boolean {
    return this.#state === 'requested';
  }

  start(): void {
    const { tool, request } = this;
    if (tool === undefined) {
      const known = this.#known.length === 0 ? '.' : `; there are: ${this.#known.join(', ')}.`;
      this.#move('refuse', { status: 'error', message: `There is no tool "${request.name}"${known}` });
      return;
    }
    if (this.#session.signal.aborted) this.cancel(sessionIsOver);
    if (!this.#move('start')) return;
    this.#cancelTimer = this.#session.clock.setTimer(() => this.#timeOut(tool.timeoutMs), tool.timeoutMs);
    const call = {
      id: request.id,
      signal: this.#wanted.signal,
      clock: this.#session.clock,
      progress: (value: unknown) => this.#progress(value),
    };
    (async () => tool.call(request.arguments, call))().then(
      (value) => this.#move('return', { status: 'result', value }),
      (error: unknown) =>
        this.#move('throw', { status: 'error', message: error instanceof Error ? error.message : String(error) }),
    );
  }

  cancel(reason: string): void {
    if (this.#move('cancel', { status: 'cancelled', reason })) this.#wanted.abort(new Error(reason));
  }

  #timeOut(afterMs: number): void {
    if (this.#move('time-out', { status: 'timed-out', afterMs })) {
      this.#wanted.abort(new Error(`The tool gave no result within ${afterMs} ms.`));
    }
  }

  #progress(value: unknown): void {
    if (this.#state !== 'running' || this.#progressed >= maxProgress) return;
    this.#progressed++;
    // The handler's own call: what goes wrong here must not end the tool.
    this.#session.guard(`tool ${this.request.name}`, () => this.#events.progressed(value));
  }

  /** Returns whether the event led anywhere. */
  #move(event: ToolCallEvent, outcome?: ToolOutcome): boolean {
    const next = nextToolCallState(this.#state, event);
    if (next === undefined) return false;
    this.#state = next;
    if (!isTerminal(next) || outcome === undefined) return true;
    this.#outcome = outcome;
    this.#cancelTimer();
    this.#events.ended(outcome);
    return true;
  }
}
