import { z } from 'zod';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { ToolCallRequest } from '../frames/frame-map.js';
import { chain } from '../pipeline/pipeline.js';
import { defineProcessor } from '../processor/define-processor.js';
import { createSession } from '../session/session.js';
import type { SessionContext } from '../session/session-context.js';
import { defineTool, type Tool } from '../tools/tool.js';
import { type AnsweredCall, type FinishedCall, ToolRunner } from '../tools/tool-runner.js';

export const parameters = z.object({ city: z.string() });
export const tool = (
  name: string,
  run: Parameters<typeof defineTool<{ city: string }>>[0]['run'],
  more: Partial<Tool> = {},
): Tool => ({
  ...defineTool({ name, description: 'A tool.', parameters, run, timeoutMs: 1000 }),
  ...more,
});
export const call = (name: string, id = 'c1', args = '{"city":"Paris"}'): ToolCallRequest => ({ id, name, arguments: args });

/** A runner in a session of its own, and all that it tells. */
export function running(...tools: readonly Tool[]) {
  const clock = new VirtualClock();
  let context: SessionContext | undefined;
  const session = createSession(
    chain(
      'root',
      defineProcessor('catches', (stage) => {
        context = stage.session;
        return {};
      }),
    ),
    { clock },
  );
  if (context === undefined) throw new Error('Not connected.');
  const finished: FinishedCall[] = [];
  const groups: (readonly AnsweredCall[])[] = [];
  const late: FinishedCall[] = [];
  const progress: unknown[] = [];
  const runner = new ToolRunner(tools, context, {
    finished: (_group, one) => finished.push(one),
    groupFinished: (_group, calls) => groups.push(calls),
    late: (_group, one) => late.push(one),
    progressed: (_group, { id }, value) => progress.push([id, value]),
  });
  const outcomes = () => finished.map(({ outcome }) => outcome);
  return { clock, session, runner, finished, groups, late, progress, outcomes };
}
