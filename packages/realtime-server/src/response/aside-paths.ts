import { chain, createSession, defineProcessor, type FrameProcessor, type Session } from '@voxrill/core';
import { inputEmits, type MakePipeline, type RealtimeCallParts } from '../call/call-parts.js';
import type { CallScope } from '../call/call-scope.js';
import { pathEnded, ReplyPath } from './reply-path.js';
import { withWrittenReplies } from './written-reply.js';

/** One such path. */
export interface Aside {
  readonly path: ReplyPath;
  readonly session: Session;
  /** Resolves when replies can be made; to a sentence if they cannot. */
  readonly ready: Promise<string | undefined>;
}

/** Whom a response beside the conversation hears. */
const nobody = defineProcessor('aside.nobody', {}, { fit: { emits: inputEmits } });

/**
 * Paths for responses beside the conversation. Each is a session of its own over the stages from the conversation on, so that
 * nothing of the conversation can be held up, interrupted or heard by it; one that is free is used again.
 */
export class AsidePaths {
  readonly #call: CallScope;
  readonly #parts: RealtimeCallParts;
  readonly #pipeline: FrameProcessor;
  readonly #makePipeline: MakePipeline;
  #free: readonly Aside[] = [];
  #all: readonly Aside[] = [];

  constructor(call: CallScope, parts: RealtimeCallParts, pipeline: FrameProcessor, makePipeline: MakePipeline) {
    this.#call = call;
    this.#parts = parts;
    this.#pipeline = pipeline;
    this.#makePipeline = makePipeline;
  }

  /** Undefined when no more are allowed at one time. */
  take(): Aside | undefined {
    // Its pipeline may have ended by itself while nobody used it.
    this.#all = this.#all.filter(isAlive);
    const free = this.#free.filter(isAlive);
    const used = free.at(-1);
    this.#free = free.slice(0, -1);
    if (used !== undefined) return used;
    if (this.#all.length >= this.#call.limits.asides) return undefined;
    const made = this.#make();
    this.#all = [...this.#all, made];
    return made;
  }

  giveBack(aside: Aside): void {
    if (isAlive(aside)) this.#free = [...this.#free, aside];
  }

  close(reason: string): void {
    for (const { session } of this.#all) session.cancel(reason);
    this.#free = [];
  }

  #make(): Aside {
    const { clock } = this.#call;
    const path = new ReplyPath('aside', { onTranscript: () => undefined, onUnasked: () => undefined });
    const errors = defineProcessor('aside.input', (stage) => {
      // Before the path itself lets go of whoever waits for it.
      stage.session.onClose(() => path.fail(pathEnded));
      return {
        up: {
          error: (frame) => {
            path.fail(frame.message);
            return frame;
          },
        },
      };
    });
    const session = createSession(withWrittenReplies(this.#compose(path, errors), path), { clock, onUnusable: 'report' });
    const ready = session.start().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    return { path, session, ready };
  }

  /** From the conversation on, if it stands in a row of stages; else the pipeline as a whole. */
  #compose(path: ReplyPath, input: FrameProcessor): FrameProcessor {
    const { conversation, output } = this.#parts;
    const { composition } = this.#pipeline;
    const parts = composition?.kind === 'series' ? composition.parts : [];
    const at = parts.indexOf(conversation);
    if (at === -1 || !parts.includes(output)) {
      const whole = this.#makePipeline({ ...this.#parts, input: nobody, conversation: path.conversation, output: path.output });
      return chain('aside', input, whole);
    }
    const behind = parts.slice(at + 1).map((part) => (part === output ? path.output : part));
    return chain('aside', input, path.conversation, ...behind);
  }
}

const isAlive = ({ session }: Aside): boolean => session.state === 'running' || session.state === 'starting';
