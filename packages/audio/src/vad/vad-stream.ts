import { FrameCutter } from './frame-cutter.js';
import type { SpeechJudge } from './speech-judge.js';
import type { SpeechModel } from './speech-model.js';
import { SpeechTimeline } from './speech-timeline.js';
import type { VadDecision } from './vad-engine.js';
import type { ResolvedVadOptions } from './vad-options.js';

const nothing = new Float32Array(0);

/** What an engine is made of. */
export interface VadParts<Model extends SpeechModel<number | Promise<number>> | undefined> {
  readonly name: string;
  readonly model: Model;
  readonly judge: SpeechJudge;
  readonly options: ResolvedVadOptions;
}

/** What engines that compute at once and those that wait have in common: frames in, decisions out. */
export class VadStream {
  readonly cutter: FrameCutter;
  readonly #judge: SpeechJudge;
  readonly #timeline: SpeechTimeline;

  constructor(judge: SpeechJudge, options: ResolvedVadOptions) {
    this.cutter = new FrameCutter(options.sampleRate);
    this.#judge = judge;
    this.#timeline = new SpeechTimeline({
      frameMs: this.cutter.frameMs,
      startMs: options.startMs,
      stopMs: options.stopMs,
      resumeMs: judge.resumeMs,
      lagMs: judge.lagMs,
    });
  }

  /** Takes the next frame and adds what it decides. */
  hear(frame: Float32Array, probability: number, inside: Float32Array | undefined, decisions: VadDecision[]): void {
    const decision = this.#timeline.advance(this.#judge.hear(frame, probability, inside ?? nothing, this.#timeline.speaking));
    if (decision !== undefined) decisions.push({ ...decision, atMs: decision.atMs + this.cutter.delayMs });
  }

  /** Ends what is open and forgets the stream. The filled-up part of the last frame does not count. */
  end(decisions: VadDecision[]): readonly VadDecision[] {
    const last = this.#timeline.close();
    if (last !== undefined) decisions.push(last);
    const { heardMs } = this.cutter;
    this.reset();
    return decisions.map(({ type, atMs, speechAtMs }) => ({
      type,
      atMs: Math.min(atMs, heardMs),
      speechAtMs: Math.min(speechAtMs, heardMs),
    }));
  }

  reset(): void {
    this.cutter.reset();
    this.#judge.reset();
    this.#timeline.reset();
  }
}
