/** A tool as the chat completions API takes it. */
export interface ChatTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description?: string;
    /** A JSON Schema of an object. */
    readonly parameters?: Readonly<Record<string, unknown>>;
  };
}

/** A tool as the Realtime API takes it: the same, flat. */
export interface RealtimeTool {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string;
  /** A JSON Schema of an object. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/**
 * Converts the tools of a chat request for a Realtime session.
 *
 * @example
 * ```ts
 * const [tool] = toRealtimeTools([{ type: 'function', function: { name: 'get_time', description: 'Tells the time.' } }]);
 * console.log(tool?.name); // get_time
 * ```
 */
export function toRealtimeTools(tools: readonly ChatTool[]): RealtimeTool[] {
  return tools.map(({ function: { name, description, parameters } }) => ({
    type: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
  }));
}

/**
 * Converts the function tools of a Realtime session for a chat request.
 *
 * @example
 * ```ts
 * const [tool] = toChatTools([{ type: 'function', name: 'get_time', description: 'Tells the time.' }]);
 * console.log(tool?.function.name); // get_time
 * ```
 */
export function toChatTools(tools: readonly RealtimeTool[]): ChatTool[] {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      ...(parameters === undefined ? {} : { parameters }),
    },
  }));
}
