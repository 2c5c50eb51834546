import type { FrameOf } from '../frames/frame.js';
import type { HandlerTable, StageScope } from '../processor/handler.js';
import type { Tool } from '../tools/tool.js';
import { TurnController, type TurnHost, type TurnOptions } from '../turn/turn-controller.js';
import { type Heard, joinHeard } from '../turn/turn-reducer.js';
import type { Conversation } from './conversation.js';
import type { ContextEntry } from './llm-context.js';
import { ToolDesk } from './tool-desk.js';

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
  readonly #desk: ToolDesk;
  readonly #written = new Map<string, WrittenTurn>();
  #taken: number[] = [];
  /** Something was said, or a tool has answered, and nothing of a reply to it has been heard yet. */
  #owesAnswer = false;
  /** An interruption is going on, and whether it was the user who made it. */
  #interruption: 'none' | 'by the user' | 'by others' = 'none';

  constructor(stage: StageScope, conversation: Conversation, tools: readonly Tool[], options: TurnOptions) {
    this.#stage = stage;
    this.#conversation = conversation;
    this.#tools = tools;
    this.#turn = new TurnController(stage.session, options, this);
    this.#desk = new ToolDesk(stage, conversation, tools, {
      written: () => this.#toolsAnswered(),
      askWithoutTools: () => this.#ask([]),
    });
    stage.session.onInterrupt(() => this.#interrupted());
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
    const spoke: HandlerTable = {
      'bot-spoke': (frame) => {
        if (frame.text !== '' && frame.turn === this.#stage.session.turn) this.#owesAnswer = false;
        return frame;
      },
    };
    return {
      down: {
        ...heard,
        ...spoke,
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
        ...spoke,
        'tool-calls': (frame) => {
          this.#desk.run(frame);
        },
      },
    };
  }

  startTurn({ speechAtMs }: { readonly speechAtMs: number }): void {
    this.interrupt();
    this.#stage.broadcast(this.#stage.frame('user-started-speaking', { speechAtMs }));
  }

  interrupt(): void {
    this.#interruption = 'by the user';
    this.#stage.session.interrupt('The user began to say something.');
    this.#interruption = 'none';
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

  lateTranscript({ heard, turn, joins }: { readonly heard: Heard; readonly turn: number; readonly joins?: string }): void {
    const { context } = this.#conversation;
    const written = this.#written.get(heard.utterance) ?? (joins === undefined ? undefined : this.#written.get(joins));
    // A turn that the application has taken out of the context cannot be put right, but what was said is not lost.
    if (written === undefined || !context.version.entries.includes(written.entry)) {
      this.#remember([heard], context.insert({ role: 'user', content: heard.text }, turn));
      return;
    }
    const others = written.heard.filter(({ utterance }) => utterance !== heard.utterance);
    written.heard = [...others, heard].sort((a, b) => a.startMs - b.startMs);
    this.#written.set(heard.utterance, written);
    const content = joinHeard(written.heard);
    if (content === written.entry.message.content) return;
    written.entry = context.replace(written.entry, { ...written.entry, message: { role: 'user', content } });
    // The model is at work on less than was said, and nobody has heard of its answer: it may begin anew.
    if (!this.#owesAnswer || this.#turn.phase !== 'idle') return;
    this.interrupt();
    this.#ask();
  }

  #typed(frame: FrameOf<'input-text'>): void {
    const text = frame.text.trim();
    if (text === '' || this.#turn.typed(frame)) return;
    this.startTurn({ speechAtMs: frame.at });
    this.stopTurn({ text, heard: [], speechAtMs: frame.at });
  }

  #interrupted(): void {
    if (this.#interruption === 'none') {
      // Somebody else wants silence: then no answer is due either.
      this.#owesAnswer = false;
      this.#interruption = 'by others';
      this.#desk.interrupt();
      this.#interruption = 'none';
    } else this.#desk.interrupt();
  }

  #write(text: string, heard: readonly Heard[]): void {
    this.#desk.newTurn();
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

  #ask(tools: readonly Tool[] = this.#tools): void {
    this.#owesAnswer = true;
    const messages = this.#conversation.forModel();
    this.#stage.pushDown(this.#stage.frame('llm-context', { messages, tools: tools.map((tool) => tool.definition) }));
  }

  /** Who interrupted decides what comes next; and while the user speaks, an answer would be cut at once. */
  #toolsAnswered(): void {
    if (this.#interruption === 'by others') return;
    if (this.#interruption === 'by the user' || this.#turn.phase !== 'idle') this.#owesAnswer = true;
    else this.#ask();
  }

  /** A transcript is sent both ways, and may come by both when branches join. */
  #takesOnce({ id }: FrameOf<'transcription'>): boolean {
    if (this.#taken.includes(id)) return false;
    this.#taken = [...this.#taken, id].slice(-maxRemembered);
    return true;
  }
}
