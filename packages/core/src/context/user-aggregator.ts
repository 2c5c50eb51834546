import type { FrameOf } from '../frames/frame.js';
import type { HandlerTable, StageScope } from '../processor/handler.js';
import { lookOn } from '../processor/look-on.js';
import type { Tool } from '../tools/tool.js';
import { Episode } from '../turn/episode.js';
import { MuteControl } from '../turn/mute/mute-control.js';
import { TurnController } from '../turn/turn-controller.js';
import type { TurnHost } from '../turn/turn-host.js';
import type { TurnOptions } from '../turn/turn-options.js';
import { joinHeard } from '../turn/turn-reducer.js';
import type { Heard, TurnEffect } from '../turn/turn-state.js';
import { Answering } from './answering.js';
import type { UserMessage } from './chat-message.js';
import type { Conversation } from './conversation.js';
import type { ContextEntry } from './llm-context.js';
import { ToolDesk } from './tool-desk.js';
import { madeOf } from './utterances-of.js';

/** For how many utterances it is remembered which message they went into. */
const maxRemembered = 64;

interface WrittenTurn {
  entry: ContextEntry;
  heard: readonly Heard[];
}

type Effect<T extends TurnEffect['type']> = Extract<TurnEffect, { readonly type: T }>;

/** The user's side of a conversation in one session: owns the turn, writes it once, asks the model, runs its tools. */
export class UserAggregator implements TurnHost {
  readonly #stage: StageScope;
  readonly #conversation: Conversation;
  readonly #turn: TurnController;
  readonly #answering: Answering;
  readonly #desk: ToolDesk;
  readonly #mute: MuteControl;
  readonly #written = new Map<string, WrittenTurn>();
  /** The wait for the words of what another model has heard. */
  readonly #words: Episode;
  #taken: number[] = [];
  #botSpeaks = false;

  constructor(stage: StageScope, conversation: Conversation, tools: readonly Tool[], options: TurnOptions) {
    this.#stage = stage;
    this.#conversation = conversation;
    const definitions = tools.map((tool) => tool.definition);
    this.#answering = new Answering(stage, conversation, definitions);
    this.#turn = new TurnController(stage.session, options, this);
    this.#mute = new MuteControl(stage.session, this.#turn.options.mute);
    this.#desk = new ToolDesk(stage, conversation, tools, {
      written: () => this.#toolsAnswered(),
      askWithoutTools: () => this.#answering.ask([]),
      finished: (frame) => this.#mute.see(frame),
    });
    this.#words = new Episode(stage.session);
    stage.session.onInterrupt(() => this.#answering.interrupted(() => this.#desk.interrupt()));
    stage.session.onClose(() => this.#words.end('The session is over.'));
  }

  /** Takes turns otherwise from now on. */
  use(options: TurnOptions): void {
    this.#turn.use(options);
    if (options.mute !== undefined) this.#mute.use(this.#turn.options.mute);
  }

  get handlers(): { readonly down: HandlerTable; readonly up: HandlerTable } {
    // What stands behind this stage sends these up, what stands before it sends them down.
    const both: HandlerTable = {
      'vad-user-started-speaking': lookOn((frame: FrameOf<'vad-user-started-speaking'>) => this.#turn.vadStarted(frame)),
      'vad-user-stopped-speaking': lookOn((frame: FrameOf<'vad-user-stopped-speaking'>) => this.#turn.vadStopped(frame)),
      'interim-transcription': lookOn((frame: FrameOf<'interim-transcription'>) => this.#turn.understood(frame)),
      transcription: lookOn((frame: FrameOf<'transcription'>) => {
        if (this.#takesOnce(frame)) this.#turn.understood(frame);
      }),
      'bot-spoke': lookOn((frame: FrameOf<'bot-spoke'>) => this.#answering.heard(frame)),
      'bot-started-speaking': lookOn((frame: FrameOf<'bot-started-speaking'>) => {
        this.#botSpeaks = true;
        this.#mute.see(frame);
        this.#turn.botStarted();
      }),
      'bot-stopped-speaking': lookOn((frame: FrameOf<'bot-stopped-speaking'>) => {
        this.#botSpeaks = false;
        this.#mute.see(frame);
        this.#turn.botStopped(frame);
      }),
      'speech-protected': lookOn((frame: FrameOf<'speech-protected'>) => this.#turn.protect(frame.on)),
      'turn-verdict': lookOn((frame: FrameOf<'turn-verdict'>) => this.#turn.verdict(frame)),
      'proposed-user-started-speaking': lookOn((frame: FrameOf<'proposed-user-started-speaking'>) =>
        this.#turn.proposed('proposed-start', frame.atMs),
      ),
      'proposed-user-stopped-speaking': lookOn((frame: FrameOf<'proposed-user-stopped-speaking'>) =>
        this.#turn.proposed('proposed-stop', frame.atMs),
      ),
      'force-reply': lookOn((_: FrameOf<'force-reply'>) => this.#forceReply()),
      'service-metadata': lookOn((frame: FrameOf<'service-metadata'>) => this.#meet(frame)),
    };
    return {
      down: {
        ...both,
        start: lookOn((frame: FrameOf<'start'>) => this.#mute.see(frame)),
        'input-text': lookOn((frame: FrameOf<'input-text'>) => {
          if (frame.text.trim() !== '') this.#turn.typed(frame);
        }),
        interruption: lookOn((_: FrameOf<'interruption'>) => this.#turn.silenced()),
      },
      up: {
        ...both,
        error: lookOn((_: FrameOf<'error'>) => this.#answering.failed()),
        'tool-calls': (frame) => {
          this.#mute.see(frame);
          this.#desk.run(frame);
        },
      },
    };
  }

  startTurn({ speechAtMs }: Effect<'start-turn'>): void {
    this.interrupt();
    if (this.#turn.modelHears) this.#answering.inform();
    this.#tell(this.#stage.frame('user-started-speaking', { speechAtMs }));
  }

  interrupt(): void {
    this.#answering.interrupt();
  }

  tentative(text: string): void {
    const { speculate } = this.#turn.options;
    // Who hears the user would have to hear the rest as well.
    if (speculate !== 'never' && !this.#turn.modelHears) this.#answering.speculate(text, speculate);
  }

  stopTurn({ text, heard: said, speechAtMs }: Effect<'stop-turn'>): void {
    const answered = this.#answering.settle(text, () => {
      if (text !== '') this.#write(said);
    });
    const heard = this.#turn.modelHears ? { heard: true as const } : {};
    this.#tell(this.#stage.frame('user-stopped-speaking', { speechAtMs, text, ...heard }));
    if (answered) this.#stage.broadcast(this.#stage.frame('speculation', { state: 'confirmed' }));
    else if (text !== '' || this.#answering.owed || this.#turn.modelHears) this.#answering.ask();
  }

  ignored({ text, reason }: Effect<'ignored'>): void {
    this.#stage.broadcast(this.#stage.frame('user-speech-ignored', { text, reason }));
  }

  pauseOutput(): void {
    this.#stage.broadcast(this.#stage.frame('output-pause', {}));
  }

  resumeOutput(): void {
    this.#stage.broadcast(this.#stage.frame('output-resume', {}));
  }

  lateTranscript(effect: Effect<'late-transcript'>): void {
    if (!this.#writeLate(effect)) return;
    // The model is at work on less than was said, and nobody has heard of its answer: it may begin anew.
    if (!this.#answering.owed || this.#turn.open || this.#turn.modelHears) return;
    this.interrupt();
    this.#answering.ask();
  }

  /** Returns whether the conversation has changed. */
  #writeLate({ heard, turn, joins }: Effect<'late-transcript'>): boolean {
    const { context } = this.#conversation;
    const written = this.#written.get(heard.utterance) ?? (joins === undefined ? undefined : this.#written.get(joins));
    // A turn that the application has taken out of the context cannot be put right, but what was said is not lost.
    if (written === undefined || !context.version.entries.includes(written.entry)) {
      this.#remember([heard], context.insert(userMessage([heard]), turn));
      return true;
    }
    const others = written.heard.filter(({ utterance }) => utterance !== heard.utterance);
    written.heard = [...others, heard].sort((a, b) => a.startMs - b.startMs);
    this.#written.set(heard.utterance, written);
    const message = userMessage(written.heard);
    if (message.content === written.entry.message.content) return false;
    written.entry = context.replace(written.entry, { ...written.entry, message });
    return true;
  }

  #meet({ service, finalMs }: FrameOf<'service-metadata'>): void {
    if (service === 'stt' && finalMs !== undefined) this.#turn.sttAnnounced(finalMs);
    if (service === 'llm' && this.#turn.modelHears) this.#handToReader();
    if (service !== 'realtime') return;
    this.#turn.modelHears = true;
    this.#answering.informAnew();
  }

  /** A model that reads goes on for one that has heard: what is owed is asked for by its text, which may still be on its way. */
  #handToReader(): void {
    this.#turn.modelHears = false;
    if (!this.#answering.owed || this.#turn.open || this.#botSpeaks) return;
    this.interrupt();
    if (this.#conversation.forRecord().at(-1)?.role !== 'assistant') {
      this.#answering.ask();
      return;
    }
    const { session } = this.#stage;
    const { turn } = session;
    const ask = (): void => {
      if (turn === session.turn && this.#answering.owed && !this.#turn.open) this.#answering.ask();
    };
    this.#words.end('Yet another model goes on.');
    this.#words.after(this.#turn.options.transcriptMs, ask);
  }

  #tell(frame: FrameOf<'user-started-speaking' | 'user-stopped-speaking'>): void {
    this.#mute.see(frame);
    this.#stage.broadcast(frame);
  }

  /** Without anything that could be a turn, the model is asked as things stand, unless it is answering already. */
  #forceReply(): void {
    if (!this.#turn.force() && !this.#answering.owed && !this.#botSpeaks) this.#answering.ask();
  }

  #write(heard: readonly Heard[]): void {
    this.#desk.newTurn();
    this.#conversation.commit();
    this.#remember(heard, this.#conversation.context.append(userMessage(heard), this.#stage.session.turn));
  }

  #remember(heard: readonly Heard[], entry: ContextEntry): void {
    const written: WrittenTurn = { entry, heard };
    for (const { utterance } of heard) this.#written.set(utterance, written);
    for (const oldest of this.#written.keys()) {
      if (this.#written.size <= maxRemembered) break;
      this.#written.delete(oldest);
    }
  }

  /** Who interrupted decides what comes next; and while the user speaks, an answer would be cut at once. */
  #toolsAnswered(): void {
    const { interruption } = this.#answering;
    if (interruption === 'by others') return;
    if (interruption === 'by the user' || this.#turn.open) this.#answering.owe();
    else this.#answering.ask();
  }

  /** A transcript is sent both ways, and may come by both when branches join. */
  #takesOnce({ id }: FrameOf<'transcription'>): boolean {
    if (this.#taken.includes(id)) return false;
    this.#taken = [...this.#taken, id].slice(-maxRemembered);
    return true;
  }
}

function userMessage(heard: readonly Heard[]): UserMessage {
  return madeOf(
    { role: 'user', content: joinHeard(heard) },
    heard.filter(({ text }) => text !== '').map(({ utterance, item }) => item ?? utterance),
  );
}
