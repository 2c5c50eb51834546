import type { FrameOf } from '../frames/frame.js';
import type { ToolCallRequest, ToolOutcome } from '../frames/frame-map.js';
import type { StageScope } from '../processor/handler.js';
import { outcomeText } from '../tools/outcome-text.js';
import type { Tool } from '../tools/tool.js';
import { type AnsweredCall, type FinishedCall, ToolRunner } from '../tools/tool-runner.js';
import type { ChatMessage } from './chat-message.js';
import type { Conversation } from './conversation.js';

/** How often the model may call tools in one turn before it is stopped. */
const maxToolRounds = 12;

/** What happens once tools have answered. */
export interface ToolDeskHost {
  /** A group and its answers stand in the conversation: the model is to be asked, now or when it is quiet. */
  written(): void;
  askWithoutTools(): void;
  /** A call has ended. */
  finished?(frame: FrameOf<'tool-result'>): void;
}

/** Takes the model's tool calls, has them run, and writes each group into the conversation together with its answers. */
export class ToolDesk {
  readonly #stage: StageScope;
  readonly #conversation: Conversation;
  readonly #host: ToolDeskHost;
  readonly #runner: ToolRunner;
  #rounds = 0;

  constructor(stage: StageScope, conversation: Conversation, tools: readonly Tool[], host: ToolDeskHost) {
    this.#stage = stage;
    this.#conversation = conversation;
    this.#host = host;
    const events = {
      finished: (group: string, { request, outcome }: FinishedCall) => this.#tell(group, request.id, request.name, outcome),
      groupFinished: (_group: string, calls: readonly AnsweredCall[]) =>
        stage.session.guard(stage.name, () => this.#write(calls)),
      late: (_group: string, call: FinishedCall) => stage.session.guard(stage.name, () => this.#writeLate(call)),
      progressed: (group: string, { id, name }: ToolCallRequest, progress: unknown) =>
        stage.broadcast(stage.frame('tool-progress', { group, callId: id, name, progress })),
    };
    this.#runner = new ToolRunner(tools, stage.session, events);
  }

  run({ group, calls }: FrameOf<'tool-calls'>): void {
    this.#rounds++;
    if (this.#rounds <= maxToolRounds) {
      this.#runner.run(group, calls);
      return;
    }
    const refused = `The model has called tools ${maxToolRounds} times in this turn; this call is not run.`;
    for (const { id, name } of calls) this.#tell(group, id, name, { status: 'error', message: refused });
    if (this.#rounds > maxToolRounds + 1) {
      throw new Error('The model calls tools that it was not offered, and is not asked again.');
    }
    this.#stage.fail(new Error(`The model has called tools ${maxToolRounds} times in one turn; it is asked to answer without.`));
    this.#host.askWithoutTools();
  }

  /** The user has said something new, to which the model may call tools again. */
  newTurn(): void {
    this.#rounds = 0;
  }

  /** Cancels the calls that do not survive an interruption; and no reply is due that results would have to wait for. */
  interrupt(): void {
    this.#runner.interrupt();
    this.#conversation.quiet();
  }

  #tell(group: string, callId: string, name: string, outcome: ToolOutcome): void {
    const frame = this.#stage.frame('tool-result', { group, callId, name, outcome });
    this.#host.finished?.(frame);
    this.#stage.broadcast(frame);
  }

  /** The calls and their results go into the context together: no message can come between a call and its answer. */
  #write(calls: readonly AnsweredCall[]): void {
    const asked: ChatMessage = {
      role: 'assistant',
      content: null,
      tool_calls: calls.map(({ request: { id, name, arguments: text } }) => ({
        id,
        type: 'function',
        function: { name, arguments: text },
      })),
    };
    const answers = calls.map(
      ({ request, outcome }): ChatMessage => ({ role: 'tool', tool_call_id: request.id, content: outcomeText(outcome) }),
    );
    this.#conversation.commit();
    this.#conversation.context.append([asked, ...answers], this.#stage.session.turn);
    this.#host.written();
  }

  /**
   * The result of a long-running tool cannot stand behind its call any more, where the model was told that it is running. It
   * becomes a message of its own.
   */
  #writeLate({ request, outcome }: FinishedCall): void {
    const result: ChatMessage = {
      role: 'system',
      content: `The tool ${request.name}, call ${request.id}, has ended: ${outcomeText(outcome)}`,
    };
    // What was cancelled is noted, but nobody waits to hear of it.
    const tell = outcome.status === 'cancelled' ? undefined : () => this.#host.written();
    this.#conversation.writeLater([result], this.#stage.session.turn, tell);
  }
}
