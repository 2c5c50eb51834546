import type { ZodType } from 'zod';
import type { Clock } from '../clock/clock.js';

/** What a model is told about a tool; `parameters` is a JSON Schema of an object. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What the handler of a tool gets beside its arguments. */
export interface ToolCall {
  readonly id: string;
  /** Fires when the result is no longer wanted: the user spoke, time is up, or the session is over. */
  readonly signal: AbortSignal;
  /** For deadlines and waiting: the clock of the session. */
  readonly clock: Clock;
  /**
   * Says how far the work is, in any form: a `tool-progress` frame. The first 1,000 of a call are passed on, and none once
   * it has ended.
   */
  readonly progress: (value: unknown) => void;
}

/** A function that a model may call. Make one with {@link defineTool}. */
export interface Tool {
  readonly definition: ToolDefinition;
  readonly timeoutMs: number;
  /** Whether the call goes on when the user interrupts. */
  readonly survivesInterruption: boolean;
  /** False: waits for the calls before it in its group that are not parallel either. @defaultValue true */
  readonly parallel?: boolean;
  /**
   * The model is told at once that the tool is running and goes on talking; the result comes later as a message of its own.
   * @defaultValue false
   */
  readonly longRunning?: boolean;
  /** Checks the arguments, which are JSON text as the model wrote it, and runs the handler. Throws what the model should be told. */
  call(argumentsText: string, call: ToolCall): Promise<unknown>;
}

/** What {@link defineTool} is told. */
export interface ToolOptions<T> {
  readonly name: string;
  /** For the model: what the tool does and when to use it. */
  readonly description: string;
  readonly parameters: ZodType<T>;
  readonly run: (parameters: T, call: ToolCall) => unknown;
  /** How long a call may take; then it has failed, and the model is told so. @defaultValue 10_000 */
  readonly timeoutMs?: number;
  /** Whether the call goes on when the user interrupts. @defaultValue false, and true for a `longRunning` tool */
  readonly survivesInterruption?: boolean;
  /** False: waits for the calls before it in its group that are not parallel either. @defaultValue true */
  readonly parallel?: boolean;
  /**
   * The model is told at once that the tool is running and goes on talking. The result comes as a message of its own, about
   * which the model is asked when nobody speaks. A graceful end of the session does not wait for it. @defaultValue false
   */
  readonly longRunning?: boolean;
}

/**
 * Makes a tool of a function and the zod schema of its parameters.
 *
 * @example
 * ```ts
 * import { z } from 'zod';
 *
 * const weather = defineTool({
 *   name: 'get_weather',
 *   description: 'Tells the weather in a city.',
 *   parameters: z.object({ location: z.string().describe('the city') }),
 *   run: ({ location }) => ({ location, celsius: 21 }),
 * });
 * ```
 */
export function defineTool<T>(options: ToolOptions<T>): Tool {
  const { name, description, parameters, run, timeoutMs = 10_000, parallel = true, longRunning = false } = options;
  const { survivesInterruption = longRunning } = options;
  if (!/^[a-zA-Z0-9_-]{1,64}$/u.test(name)) {
    throw new TypeError(`"${name}" cannot be the name of a tool; use up to 64 letters, digits, "_" and "-".`);
  }
  const { $schema: _, ...schema } = parameters.toJSONSchema();
  return {
    definition: { name, description, parameters: schema },
    timeoutMs,
    survivesInterruption,
    parallel,
    longRunning,
    async call(argumentsText, call) {
      const parsed = parameters.safeParse(readJson(argumentsText));
      if (!parsed.success) {
        const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`);
        throw new Error(`The arguments do not fit. ${faults.join('; ')}`);
      }
      return run(parsed.data, call);
    },
  };
}

/** The same tool, waiting for the others of its group. */
export function inTurn(tool: Tool): Tool {
  const { definition, timeoutMs, survivesInterruption, longRunning = false } = tool;
  return {
    definition,
    timeoutMs,
    survivesInterruption,
    longRunning,
    parallel: false,
    call: (argumentsText, call) => tool.call(argumentsText, call),
  };
}

function readJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The arguments are not valid JSON.');
  }
}
