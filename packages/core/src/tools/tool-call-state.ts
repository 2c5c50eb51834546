/** Where a tool call is. The last four are terminal: nothing leads out of them. */
export type ToolCallState = 'requested' | 'running' | 'result' | 'error' | 'cancelled' | 'timed-out';

/** What can happen to a tool call; `refuse`: there is no such tool. */
export type ToolCallEvent = 'start' | 'refuse' | 'return' | 'throw' | 'cancel' | 'time-out';

/** What is not in this table changes nothing: an answer that comes after the call was given up, say. */
const transitions: Readonly<Record<ToolCallState, Readonly<Partial<Record<ToolCallEvent, ToolCallState>>>>> = {
  requested: { start: 'running', refuse: 'error', cancel: 'cancelled' },
  running: { return: 'result', throw: 'error', cancel: 'cancelled', 'time-out': 'timed-out' },
  result: {},
  error: {},
  cancelled: {},
  'timed-out': {},
};

/** The state after an event; undefined when the event changes nothing. */
export function nextToolCallState(state: ToolCallState, event: ToolCallEvent): ToolCallState | undefined {
  return transitions[state][event];
}

/** Whether a call in this state has ended. */
export function isTerminal(state: ToolCallState): boolean {
  return Object.keys(transitions[state]).length === 0;
}
