import {
  defineProcessor,
  type Frame,
  type FrameKind,
  type FramePorts,
  type FrameProcessor,
  realtimeFit,
  ServiceError,
  type SessionContext,
  type StageScope,
  type TappedFrame,
} from '@voxrill/core';

/** What an end-to-end model makes for those behind it only; everything else it tells both sides. */
const forThoseBehind: ReadonlySet<FrameKind> = new Set<FrameKind>([
  'llm-response-start',
  'llm-text',
  'llm-response-end',
  'tts-started',
  'tts-text',
  'tts-audio',
  'tts-words',
  'tts-stopped',
]);

/** An end-to-end model that makes the frames that one has made in a recording, when it has made them. It is asked for nothing. */
export class RecordedRealtime implements FrameProcessor<typeof realtimeFit> {
  readonly name: string;
  readonly fit = realtimeFit;
  #stage: StageScope | undefined;
  /** It has nothing more to do: a graceful end need not wait for it. */
  #done = false;
  #release: (() => void) | undefined;

  constructor(name: string) {
    this.name = name;
  }

  connect(input: FramePorts, session: SessionContext): FramePorts {
    const taken = (): void => undefined;
    const stand = defineProcessor(this.name, (stage) => {
      this.#stage = stage;
      session.onEnd(() => {
        if (!this.#done) this.#release = session.hold(`${this.name}, as long as in the recording`);
      });
      return { down: { 'llm-context': taken, 'llm-context-changed': taken, 'tts-speak': taken } };
    });
    return stand.connect(input, session);
  }

  /** Makes a recorded frame again, and sends it where it went. */
  make({ kind, id: _id, at: _at, turn, ...payload }: Frame, direction: TappedFrame['direction']): void {
    const stage = this.#stage;
    if (stage === undefined) return;
    const frame = { ...stage.frame(kind, payload), turn };
    if (frame.kind === 'error') {
      const { category, message, usable } = frame;
      stage.fail(frame.cause ?? new ServiceError(category, message, { usable }));
    } else if (forThoseBehind.has(frame.kind)) stage.pushDown(frame);
    else if (direction === 'down') stage.broadcast(frame);
    else {
      stage.pushUp(frame);
      stage.pushDown(frame);
    }
  }

  /** The recorded session has ended here. */
  finish(): void {
    this.#done = true;
    this.#release?.();
  }
}
