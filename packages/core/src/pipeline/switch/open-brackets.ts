import type { Frame, FrameOf } from '../../frames/frame.js';
import type { SessionContext } from '../../session/session-context.js';

type Started = FrameOf<'llm-response-start'> | FrameOf<'tts-started'>;

interface Open {
  readonly start: Started;
  /** Something between the brackets has gone out. */
  begun: boolean;
}

/** The responses and utterances that a branch has begun and not ended, as those behind it see them. */
export class OpenBrackets {
  #open = new Map<string, Open>();

  /** Whether something is in the middle of being said or answered. */
  get begun(): boolean {
    return [...this.#open.values()].some(({ begun }) => begun);
  }

  /** Looks at a frame of the branch's own; returns what it ends. */
  see(frame: Frame): Started | undefined {
    switch (frame.kind) {
      case 'llm-response-start':
        this.#open.set(`response ${frame.response}`, { start: frame, begun: false });
        return undefined;
      case 'tts-started':
        this.#open.set(`utterance ${frame.utterance}`, { start: frame, begun: false });
        return undefined;
      case 'llm-text':
        this.#begin(`response ${frame.response}`);
        return undefined;
      case 'tts-audio':
        this.#begin(`utterance ${frame.utterance}`);
        return undefined;
      case 'llm-response-end':
        return this.#end(`response ${frame.response}`);
      case 'tts-stopped':
        return this.#end(`utterance ${frame.utterance}`);
      default:
        return undefined;
    }
  }

  clear(): void {
    this.#open = new Map();
  }

  /** The frames that close what is open, the innermost first. */
  closing(session: SessionContext): readonly Frame[] {
    const open = [...this.#open.values()].toReversed();
    this.clear();
    return open.map(({ start }) =>
      start.kind === 'tts-started'
        ? session.frame('tts-stopped', { utterance: start.utterance, broken: true }, start.turn)
        : session.frame('llm-response-end', { response: start.response }, start.turn),
    );
  }

  #begin(name: string): void {
    const open = this.#open.get(name);
    if (open !== undefined) open.begun = true;
  }

  #end(name: string): Started | undefined {
    const open = this.#open.get(name);
    this.#open.delete(name);
    return open?.start;
  }
}
