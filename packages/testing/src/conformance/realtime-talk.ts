import {
  type ChatMessage,
  type Clock,
  type ContextPair,
  contextPair,
  createSession,
  type Frame,
  type FrameKind,
  type FrameOf,
  type FrameProcessor,
  messageText,
  pipeline,
  type Session,
} from '@voxrill/core';
import { fakeVad } from '../fakes/fake-vad.js';
import type { MemoryLine } from '../transport/memory-line.js';
import { type MemoryTransport, memoryTransport } from '../transport/memory-transport.js';
import { type CaseScope, must } from './conformance-case.js';
import { type RealtimeScene, realtimeScene } from './realtime-scene.js';

/** What a model is made for. */
export interface RealtimeSetting {
  readonly clock: Clock;
  readonly scene: RealtimeScene;
  /** Whether what the user says is written down, and when: long before the answer is over, or long after it has begun. */
  readonly transcripts: 'none' | 'soon' | 'late';
}

/** An end-to-end model, and what stands around it in a pipeline. */
export interface RealtimeUnderTest {
  readonly model: FrameProcessor;
  /** Who finds the turns of the user: a detector before the model, or the model. @defaultValue 'own' */
  readonly turns?: 'own' | 'service';
  /** In which the user is heard, samples a second. @defaultValue 16_000 */
  readonly sampleRate?: number;
  /** Called when the case is over. */
  close?(): void | Promise<void>;
}

/** How long any one thing of a conversation may take. */
const patienceMs = 20_000;

/** One pipeline around a model, which may carry several conversations. */
export class RealtimeStudio {
  readonly #scope: CaseScope;
  readonly #subject: RealtimeUnderTest;
  readonly #talks: RealtimeTalk[] = [];

  constructor(scope: CaseScope, subject: RealtimeUnderTest) {
    this.#scope = scope;
    this.#subject = subject;
  }

  /** Several sessions of the one pipeline, each of which has begun. */
  async talks(count: number): Promise<RealtimeTalk[]> {
    const { model, turns = 'own', sampleRate = 16_000 } = this.#subject;
    const { system, before, tools } = realtimeScene;
    const transport = memoryTransport({ sampleRate, silence: true });
    const context = contextPair({ system, messages: before, tools });
    const { input, output } = transport;
    const bot: FrameProcessor =
      turns === 'own'
        ? pipeline(input, fakeVad(), context.user, model, output, context.assistant)
        : pipeline(input, context.user, model, output, context.assistant);
    const talks = Array.from({ length: count }, () => {
      const session = createSession(bot, { clock: this.#scope.clock });
      return new RealtimeTalk(session, context, transport, this.#scope);
    });
    this.#talks.push(...talks);
    await Promise.all(talks.map(({ session }) => session.start()));
    return talks;
  }

  /** Ends whatever is still going on. */
  async close(): Promise<void> {
    for (const { session } of this.#talks) {
      if (session.state !== 'created') session.cancel('The case is over.');
    }
    await this.#subject.close?.();
  }
}

/** A conversation of the kit: what a user does, and what came of it. */
export class RealtimeTalk {
  readonly session: Session;
  /** Each frame once, in the order in which they were first seen; what is made in reply, where it leaves the model. */
  readonly frames: Frame[] = [];
  readonly #context: ContextPair;
  readonly #transport: MemoryTransport;
  readonly #scope: CaseScope;
  readonly #seen = new Set<number>();
  #waiting: (() => void)[] = [];

  constructor(session: Session, context: ContextPair, transport: MemoryTransport, scope: CaseScope) {
    this.session = session;
    this.#context = context;
    this.#transport = transport;
    this.#scope = scope;
    const output = transport.output.name;
    session.frames$.subscribe(({ frame, to }) => {
      if (this.#seen.has(frame.id) || (madeInReply.has(frame.kind) && to !== output)) return;
      this.#seen.add(frame.id);
      this.frames.push(frame);
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const look of waiting) look();
    });
  }

  get line(): MemoryLine {
    return this.#transport.of(this.session);
  }

  /** What stands in the conversation beside what stood there before. */
  get messages(): readonly ChatMessage[] {
    return this.#context
      .of(this.session)
      .messages.filter(({ role }) => role !== 'system')
      .slice(realtimeScene.before.length);
  }

  /** The text of one of these. */
  text(index: number): string {
    const message = this.messages[index];
    return message === undefined ? '' : messageText(message);
  }

  /** The application writes something into the conversation, and tells a model that keeps it itself. */
  tell(content: string): void {
    const { session } = this;
    const context = this.#context.of(session);
    context.append({ role: 'user', content }, session.turn);
    session.send(session.frame('llm-context-changed', { messages: context.messages, tools: [] }));
  }

  of<K extends FrameKind>(kind: K): FrameOf<K>[] {
    return this.frames.filter((frame): frame is FrameOf<K> => frame.kind === kind);
  }

  /** Waits until something holds, which a frame makes true. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const came = async (): Promise<void> => {
      while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    };
    await this.#scope.settles(came(), patienceMs, `${what} did not come about within ${patienceMs} ms.`);
  }

  /** Says something, and waits until the bot has spoken to its end. */
  async asks(text: string): Promise<void> {
    const before = this.#finished;
    await this.line.say(text);
    await this.until(`An answer to “${text}”`, () => this.#finished > before);
  }

  /** Says something, and waits until the answer has been heard for so long. */
  async asksAndHears(text: string, playedMs: number): Promise<void> {
    const before = this.of('bot-started-speaking').length;
    await this.line.say(text);
    await this.until(`An answer to “${text}”`, () => this.of('bot-started-speaking').length > before);
    await this.pass(playedMs);
  }

  pass(ms: number): Promise<void> {
    return this.#scope.clock.sleep(ms);
  }

  /** What the user heard of the bot, utterance by utterance. */
  get heard(): readonly FrameOf<'bot-spoke'>[] {
    return this.of('bot-spoke').filter(({ state }) => state !== 'playing');
  }

  /** Fails if anything that was made in reply is seen from here on, while `during` goes on, that is of a dead turn. */
  async nothingStale(during: () => Promise<unknown>): Promise<void> {
    const { turn } = this.session;
    const from = this.frames.length;
    await during();
    const stale = this.frames.slice(from).find((frame) => madeInReply.has(frame.kind) && frame.turn < turn);
    must(stale === undefined, `After the interruption there was a ${stale?.kind} of the dead turn ${stale?.turn}.`);
    must(this.line.staleMs === 0, `${this.line.staleMs} ms of the dead turn were played.`);
  }

  get #finished(): number {
    return this.of('bot-stopped-speaking').length;
  }
}

const madeInReply: ReadonlySet<FrameKind> = new Set<FrameKind>([
  'llm-response-start',
  'llm-text',
  'llm-response-end',
  'tts-started',
  'tts-text',
  'tts-audio',
  'tts-stopped',
  'tool-calls',
]);
