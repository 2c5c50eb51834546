import type { StageScope } from '../../processor/handler.js';
import { usageMetrics } from '../../services/usage-metrics.js';
import type { ToolDefinition } from '../../tools/tool.js';
import type { PolicyScope } from './context-policy.js';

/** What the policies of a session get from the stage that asks the model. */
export function policyScope(stage: StageScope, tools: readonly ToolDefinition[]): PolicyScope {
  const { session } = stage;
  return {
    clock: session.clock,
    signal: session.signal,
    tools,
    fail: (error) => stage.fail(error),
    used: (model, usage) => stage.broadcast(stage.frame('metrics', { metrics: usageMetrics(model, usage) })),
  };
}
