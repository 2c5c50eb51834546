import type { FrameOf } from '../frames/frame.js';
import type { HandlerTable, StageScope } from '../processor/handler.js';
import type { Tool } from '../tools/tool.js';
import { type FinishedCall, outcomeText, ToolRunner } from '../tools/tool-runner.js';
import { TurnController, type TurnHost, type TurnOptions } from '../turn/turn-controller.js';
import { type Heard, joinHeard } from '../turn/turn-reducer.js';
import type { ChatMessage } from './chat-message.js';
import type { Conversation } from './conversation.js';
import type { ContextEntry } from './llm-context.js';

/** How often the model may call tools in one turn before it is stopped. */
const maxToolRounds = 12;
/** For how many utterances it is remembered which message they went into. */
const maxRemembered = 64;

interface WrittenTurn {
  entry: ContextEntry;
  heard: readonly Heard[];
}

/** The user's side of a conversation in one session: owns the turn, writes it once, asks the model, runs its tools. */
export class UserAggregator implements TurnHost {
  readonly #stage: StageScope;
  readonly #conversation: Conversation;
  readonly #tools: readonly Tool[];
  readonly #turn: TurnController;
  readonly #runner: ToolRunner;
  readonly #written = new Map<string, WrittenTurn>();
  #taken: number[] = [];
  #toolRounds = 0;
  /** A tool's result came while the user was speaking, and the model has not been asked since. */
  #owesAnswer = false;

  constructor(stage: StageScope, conversation: Conversation, tools: readonly Tool[], options: TurnOptions) {
    this.#stage = stage;
    this.#conversation = conversation;
    this.#tools = tools;
    this.#turn = new TurnController(stage.session, options, this);
    this.#runner = new ToolRunner(tools, stage.session, {
      finished: (group, { request, outcome }) =>
        stage.broadcast(stage.frame('tool-result', { group, callId: request.id, name: request.name, outcome })),
      groupFinished: (_group, calls) => stage.session.guard(stage.name, () => this.#toolsFinished(calls)),
    });
    stage.session.onInterrupt(() => this.#runner.interrupt());
  }

  get handlers(): { readonly down: HandlerTable; readonly up: HandlerTable } {
    const heard: HandlerTable = {
      'interim-transcription': (frame) => {
        this.#turn.interim(frame);
        return frame;
      },
      transcription: (frame) => {
        if (this.#takesOnce(frame)) this.#turn.final(frame);
        return frame;
      },
    };
    return {
      down: {
        ...heard,
        'vad-user-started-speaking': (frame) => {
          this.#turn.vadStarted(frame);
          return frame;
        },
        'vad-user-stopped-speaking': (frame) => {
          this.#turn.vadStopped(frame);
          return frame;
        },
        'input-text': (frame) => {
          this.#typed(frame);
          return frame;
        },
      },
      up: {
        ...heard,
        'tool-calls': (frame) => {
          this.#toolCalls(frame);
        },
      },
    };
  }

  startTurn({ speechAtMs }: { readonly speechAtMs: number }): void {
    this.#stage.session.interrupt('The user started speaking.');
    this.#stage.broadcast(this.#stage.frame('user-started-speaking', { speechAtMs }));
  }

  stopTurn({
    text,
    heard,
    speechAtMs,
  }: {
    readonly text: string;
    readonly heard: readonly Heard[];
    readonly speechAtMs: number;
  }): void {
    if (text !== '') this.#write(text, heard);
    this.#stage.broadcast(this.#stage.frame('user-stopped-speaking', { speechAtMs, text }));
    if (text !== '' || this.#owesAnswer) this.#ask();
  }

  lateTranscript({ heard, turn }: { readonly heard: Heard; readonly turn: number }): void {
    const { context } = this.#conversation;
    const written = this.#written.get(heard.utterance);
    if (written === undefined) {
      this.#remember([heard], context.insert({ role: 'user', content: heard.text }, turn));
      return;
    }
    written.heard = written.heard.map((known) => (known.utterance === heard.utterance ? heard : known));
    const content = joinHeard(written.heard);
    written.entry = context.replace(written.entry, { ...written.entry, message: { role: 'user', content } });
  }

  #typed(frame: FrameOf<'input-text'>): void {
    if (frame.text.trim() === '' || this.#turn.typed(frame)) return;
    this.#stage.session.interrupt('The user typed.');
    this.#write(frame.text.trim(), []);
    this.#ask();
  }

  #write(text: string, heard: readonly Heard[]): void {
    this.#toolRounds = 0;
    this.#conversation.commit();
    this.#remember(heard, this.#conversation.context.append({ role: 'user', content: text }, this.#stage.session.turn));
  }

  #remember(heard: readonly Heard[], entry: ContextEntry): void {
    const written: WrittenTurn = { entry, heard };
    for (const { utterance } of heard) this.#written.set(utterance, written);
    for (const oldest of this.#written.keys()) {
      if (this.#written.size <= maxRemembered) break;
      this.#written.delete(oldest);
    }
  }

  #ask(): void {
    this.#owesAnswer = false;
    this.#conversation.commit();
    const { messages } = this.#conversation.context;
    this.#stage.pushDown(this.#stage.frame('llm-context', { messages, tools: this.#tools.map((tool) => tool.definition) }));
  }

  #toolCalls({ group, calls }: FrameOf<'tool-calls'>): void {
    this.#toolRounds++;
    if (this.#toolRounds > maxToolRounds) {
      throw new Error(`The model has called tools ${maxToolRounds} times in one turn and is not asked again.`);
    }
    this.#runner.run(group, calls);
  }

  /** The calls and their results go into the context together: no message can come between a call and its answer. */
  #toolsFinished(calls: readonly FinishedCall[]): void {
    const { session } = this.#stage;
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
    this.#conversation.context.append([asked, ...answers], session.turn);
    if (calls.every(({ outcome }) => outcome.status === 'cancelled')) return;
    // While the user speaks the answer would be cut at once; the model is asked when the turn ends.
    if (this.#turn.phase === 'idle') this.#ask();
    else this.#owesAnswer = true;
  }

  /** A transcript is sent both ways, and may come by both when branches join. */
  #takesOnce({ id }: FrameOf<'transcription'>): boolean {
    if (this.#taken.includes(id)) return false;
    this.#taken = [...this.#taken, id].slice(-maxRemembered);
    return true;
  }
}
