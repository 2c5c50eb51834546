import type { ToolDefinition } from '@voxrill/core';
import type { Conversation, UserTurn } from '../conversation.js';
import { factsOf } from '../facts.js';
import type { RuleInput } from '../rule.js';
import { utterance } from '../utterance.js';
import { isBuiltIn } from './built-in.js';
import type { Evidence } from './evidence.js';
import { answerValue, type Filled, fillObject, type Missing } from './fill.js';
import { matchTool, type ToolMatch } from './match.js';
import { accepts, isRecord, type Schema } from './schema.js';

/** A call to be made. */
export interface PlannedCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What to do with the tools: call some, or ask for what one of them needs. */
export type ToolPlan =
  | { readonly kind: 'call'; readonly calls: readonly PlannedCall[] }
  | {
      readonly kind: 'ask';
      readonly tool: ToolDefinition;
      readonly args: Readonly<Record<string, unknown>>;
      readonly missing: readonly Missing[];
    }
  | { readonly kind: 'dropped' };

/** What a plan may use besides the words. */
type Context = Pick<RuleInput, 'conversation' | 'forms' | 'wallClock' | 'timeZone'>;

// A question is asked at most this many turns back.
const longestWait = 6;
const mostCalls = 8;
const dropping =
  /^(?:(?:no )?never ?mind|nevermind|forget it|cancel(?: that| it)?|leave it|no(?: thanks| thank you)?|stop|nothing)$/;

const schemaOf = (tool: ToolDefinition): Schema => (isRecord(tool.parameters) ? tool.parameters : {});

function evidenceFor(turn: UserTurn, context: Context, hits: ReadonlySet<string>): Evidence {
  const facts = factsOf(context.conversation.turns);
  const { wallClock, timeZone } = context;
  return { said: turn.said, hits, facts, wallClock, timeZone, dayElsewhere: false, taken: new Set(), takenNumbers: new Set() };
}

function callsOf(tool: ToolDefinition, filled: Filled): PlannedCall[] {
  const { several } = filled;
  if (several === undefined) return [{ name: tool.name, args: filled.args }];
  return several.values
    .slice(0, mostCalls)
    .map((value) => ({ name: tool.name, args: { ...filled.args, [several.name]: value } }));
}

function filledFrom(match: ToolMatch, turn: UserTurn, context: Context): ToolPlan | undefined {
  const root = schemaOf(match.tool);
  const filled = fillObject(root, root, evidenceFor(turn, context, match.hits));
  if (filled.missing.length === 0) {
    const isAllowed = accepts(filled.args, { ...root, type: root.type ?? 'object' }, root);
    if (!isAllowed) return undefined;
    if (match.weak && Object.keys(filled.args).length === 0) return undefined;
    return { kind: 'call', calls: callsOf(match.tool, filled) };
  }
  return match.weak ? undefined : { kind: 'ask', tool: match.tool, args: filled.args, missing: filled.missing };
}

/** The plan that the words of one turn make by themselves. */
function ownPlan(turn: UserTurn, context: Context): ToolPlan | undefined {
  if (turn.said.words.length === 0) return undefined;
  const matches = context.conversation.tools
    .map((tool) => matchTool(tool, turn.said))
    .filter((match) => match.score > 0)
    .sort((a, b) => Number(a.weak) - Number(b.weak) || b.score - a.score);
  for (const match of matches) {
    const plan = filledFrom(match, turn, context);
    if (plan !== undefined) return plan;
  }
  return undefined;
}

/** “… and what time is it in Tokyo?”: every clause that asks for another tool makes its own call. */
function clausePlans(turn: UserTurn, context: Context): ToolPlan | undefined {
  const clauses = turn.said.text.split(/[.?!;]\s+|,? and (?:also )?(?=\p{L})/u).filter((clause) => clause.trim() !== '');
  if (clauses.length < 2 || clauses.length > 5) return undefined;
  const plans = clauses.map((clause) => ownPlan({ ...turn, said: utterance(clause) }, context));
  const calls = plans.flatMap((plan) => (plan?.kind === 'call' ? plan.calls : []));
  const isEach = plans.every((plan) => plan?.kind === 'call');
  return isEach && new Set(calls.map((call) => call.name)).size > 1 ? { kind: 'call', calls } : undefined;
}

/** Takes the turn as an answer to what was asked for a tool. */
function answered(open: Extract<ToolPlan, { kind: 'ask' }>, turn: UserTurn, context: Context): ToolPlan | undefined {
  const [first, ...rest] = open.missing;
  if (first === undefined) return undefined;
  const { said } = turn;
  if (dropping.test(said.plain) && !(first.schema.type === 'boolean' && /^no/.test(said.plain))) return { kind: 'dropped' };
  const root = schemaOf(open.tool);
  const evidence = evidenceFor(turn, context, new Set());
  const bare = said.words.length > 0 && (first.kind === 'text' || (said.words.length <= 12 && !isBuiltIn({ ...context, said })));
  const value = answerValue(first, root, evidence, bare);
  if (value === undefined) return undefined;
  const args: Record<string, unknown> = { ...open.args, [first.name]: value };
  if (typeof value === 'number') evidence.takenNumbers.clear();
  const missing = rest.filter((one) => {
    const more = answerValue(one, root, evidence, false);
    if (more === undefined || more === value) return true;
    args[one.name] = more;
    return false;
  });
  if (missing.length > 0) return { kind: 'ask', tool: open.tool, args, missing };
  return accepts(args, root, root) ? { kind: 'call', calls: [{ name: open.tool.name, args }] } : undefined;
}

function lastCall(conversation: Conversation): PlannedCall | undefined {
  for (const message of conversation.messages.toReversed()) {
    const call = message.role === 'assistant' ? message.tool_calls?.at(-1)?.function : undefined;
    if (call === undefined) continue;
    try {
      const args: unknown = JSON.parse(call.arguments);
      return isRecord(args) ? { name: call.name, args } : undefined;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** “And in London?”: the last call again, with what is new. */
function followUp(turn: UserTurn, context: Context): ToolPlan | undefined {
  if (!/^(?:and|what about|how about|and what about|now)\b/.test(turn.said.plain) || turn.said.words.length > 10)
    return undefined;
  const before = lastCall(context.conversation);
  const tool = context.conversation.tools.find((one) => one.name === before?.name);
  if (before === undefined || tool === undefined || isBuiltIn({ ...context, said: turn.said })) return undefined;
  const root = schemaOf(tool);
  const words = turn.said.text.replace(/^(?:and |what about |how about |now )+/i, '');
  const said = utterance(/^(?:in|at|for|to|from|on)\b/i.test(words) ? words : `for ${words}`);
  const filled = fillObject(root, root, evidenceFor({ ...turn, said }, context, new Set()));
  if (Object.keys(filled.args).length === 0) return undefined;
  const args = { ...before.args, ...filled.args };
  return accepts(args, root, root) ? { kind: 'call', calls: callsOf(tool, { ...filled, args }) } : undefined;
}

function planAt(index: number, context: Context, depth: number): ToolPlan | undefined {
  const turn = context.conversation.turns[index];
  if (turn === undefined) return undefined;
  const own = clausePlans(turn, context) ?? ownPlan(turn, context);
  if (own?.kind === 'call') return own;
  const before = context.conversation.turns[index - 1];
  const open = before === undefined || before.calledTool || depth === 0 ? undefined : planAt(index - 1, context, depth - 1);
  const answer = open?.kind === 'ask' ? answered(open, turn, context) : undefined;
  return answer ?? own ?? followUp(turn, context);
}

/** Decides whether the last turn calls for a tool. `undefined` when none fits. */
export function planTools(context: Context): ToolPlan | undefined {
  if (context.conversation.tools.length === 0) return undefined;
  return planAt(context.conversation.turns.length - 1, context, longestWait);
}
