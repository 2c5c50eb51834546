import type { FrameOf } from '@voxrill/core';
import type { Fault } from '../fault.js';
import type { Invariant, ObservedCall } from '../observed-call.js';

export const everyToolEnds: Invariant = {
  name: 'every tool ends',
  sentence: 'Every tool call ends in exactly one outcome, and stands in the context with its answer right behind it.',
  check(call) {
    return [...outcomes(call), ...pairs(call)];
  },
};

/** A cancelled session takes no frame any more that could tell of an outcome. */
function outcomes({ frames, report }: ObservedCall): readonly Fault[] {
  const asked = frames.flatMap(({ frame }) => (frame.kind === 'tool-calls' ? [frame] : []));
  const ended = frames.flatMap(({ frame }) => (frame.kind === 'tool-result' ? [frame] : []));
  const of = (group: string, callId: string): readonly FrameOf<'tool-result'>[] =>
    ended.filter((result) => result.group === group && result.callId === callId);
  const faults: Fault[] = [];
  for (const { group, calls, at: atMs } of asked) {
    for (const { id, name } of calls) {
      const count = of(group, id).length;
      if (count > 1) faults.push({ what: `The call ${id} of ${name} ended ${count} times.`, atMs });
      if (count === 0 && report?.reason === 'ended') faults.push({ what: `The call ${id} of ${name} never ended.`, atMs });
    }
  }
  for (const { group, callId, at: atMs } of ended) {
    if (!asked.some((one) => one.group === group && one.calls.some(({ id }) => id === callId)))
      faults.push({ what: `The call ${callId} of ${group} ended, and was never asked for.`, atMs });
  }
  return faults;
}

function pairs({ context }: ObservedCall): readonly Fault[] {
  const messages = context.map(({ message }) => message);
  const faults: Fault[] = [];
  const answers = new Set<number>();
  for (const [i, message] of messages.entries()) {
    if (message.role !== 'assistant') continue;
    for (const [k, { id }] of (message.tool_calls ?? []).entries()) {
      const answer = messages[i + 1 + k];
      if (answer?.role === 'tool' && answer.tool_call_id === id) answers.add(i + 1 + k);
      else faults.push({ what: `The call ${id} has no answer right behind it in the context.` });
    }
  }
  for (const [i, message] of messages.entries()) {
    if (message.role === 'tool' && !answers.has(i))
      faults.push({ what: `The context holds an answer to ${message.tool_call_id}, which stands behind no such call.` });
  }
  return faults;
}
