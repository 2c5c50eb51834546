import {
  createSession,
  type FrameProcessor,
  type Session,
  type SessionOptions,
  type SessionReport,
  type TappedFrame,
} from '@voxrill/core';
import type { MemoryTransportOptions } from '../transport/memory-transport.js';
import { compareFrames, type FrameDifference } from './compare-frames.js';
import { MadeFrames } from './made-frames.js';
import { firstSightings, type OutsideEvent } from './outside-event.js';
import { outsideEvents } from './outside-events.js';
import type { Recording } from './read-recording.js';
import { type RecordedParts, ReplayParts } from './recorded-parts.js';
import { ReplayClock } from './replay-clock.js';

/** Options of {@link replay}. */
export interface ReplayOptions {
  readonly session?: Omit<SessionOptions, 'clock'>;
  /** How the bot's speech is played; as in the recorded session, if the positions are to be the same. */
  readonly transport?: MemoryTransportOptions;
}

/** What came of a replay. */
export interface ReplayResult {
  /** Each frame of the replayed session, where it was first seen. */
  readonly frames: readonly TappedFrame[];
  /** Where it parts from the recording; undefined when it does not. Of one time, each processor's frames are in order. */
  readonly difference: FrameDifference | undefined;
  readonly report: SessionReport;
  /** The session, which is over: to look up the context, say. */
  readonly session: Session;
}

/** A frame that was made is handed on, or dropped, within a few promises. */
const maxSteps = 32;

/** Two times that lie no further apart are the same; sums of fractions are not exact to the last bit. */
const sameMs = 1e-6;

/**
 * Plays a recorded session again, in virtual time. What came from outside comes again at its time and in its place among the
 * frames: what the input transport handed in, and its trouble; what the application sent, said, interrupted, ended; what the
 * recogniser, the model, the voice and the tools answered; what an end-to-end model made. All else is done by the pipeline that `build` makes of the recorded
 * parts, so the same pipeline gives the same frames, and a changed one shows what the change does to a real call.
 *
 * What is played is paced by the clock: a recording of a real device, whose chunks come a little late, gives the same frames
 * at slightly other times.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 *
 * const recording = await readRecording(await readFile('call.jsonl', 'utf8'));
 * const { difference } = await replay(
 *   recording,
 *   (parts) => cascadeBot({ transport: parts.transport, stt: parts.stt(), llm: parts.llm(), tts: parts.tts() }).pipeline,
 * );
 * console.log(difference?.message ?? 'the same call');
 * ```
 */
export async function replay(
  recording: Recording,
  build: (parts: RecordedParts) => FrameProcessor,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  const expected = firstSightings(recording.frames);
  const parts = new ReplayParts(expected, options.transport ?? {});
  const events = outsideEvents(recording, expected, parts.inputName);
  const clock = new ReplayClock();
  const session = createSession(build(parts), { ...options.session, clock });
  parts.checkModels();
  const driver = new ReplayDriver(session, clock, parts, events, expected.at(-1)?.at ?? 0);
  const frames = await driver.run();
  return { frames, difference: compareFrames(expected, frames, { ties: 'any' }), report: await session.done, session };
}

class ReplayDriver {
  readonly #session: Session;
  readonly #clock: ReplayClock;
  readonly #parts: ReplayParts;
  readonly #events: readonly OutsideEvent[];
  readonly #lastMs: number;
  readonly #frames: TappedFrame[] = [];
  readonly #seen = new Set<number>();
  readonly #made: MadeFrames;
  #next = 0;
  #awaited: OutsideEvent | undefined;
  #beganAt = 0;

  constructor(session: Session, clock: ReplayClock, parts: ReplayParts, events: readonly OutsideEvent[], lastMs: number) {
    this.#session = session;
    this.#clock = clock;
    this.#parts = parts;
    this.#events = events;
    this.#lastMs = lastMs;
    this.#made = new MadeFrames(session);
  }

  async run(): Promise<readonly TappedFrame[]> {
    const session = this.#session;
    const frames = session.frames$.subscribe((tapped) => this.#see(tapped));
    session.state$.subscribe((state) => {
      if (state === 'running') this.#beganAt = this.#clock.now();
    });
    let failed: unknown;
    const started = session.start().catch((error: unknown) => {
      failed = error;
    });
    await this.#drive();
    frames.unsubscribe();
    if (!this.#over()) session.cancel('The recording is over.');
    while (!this.#over() || this.#clock.nextDue < Number.POSITIVE_INFINITY) {
      await this.#clock.settle();
      if (this.#clock.nextDue === Number.POSITIVE_INFINITY) break;
      this.#clock.runNext();
    }
    await started;
    if (failed !== undefined) throw failed;
    return this.#frames;
  }

  /** Lets happen what is next: what was recorded, or a timer of the pipeline. */
  async #drive(): Promise<void> {
    for (;;) {
      await this.#clock.settle();
      if (this.#over()) return;
      const timerMs = this.#clock.nextDue;
      const event = this.#running() ? this.#events[this.#next] : undefined;
      if (event !== undefined) {
        const eventMs = this.#beganAt + event.at;
        // Of two things at one time that comes first which came first in the recording.
        if (eventMs < timerMs - sameMs || (eventMs <= timerMs + sameMs && event.index <= this.#frames.length)) {
          this.#clock.moveTo(eventMs);
          this.#next++;
          this.#do(event);
          continue;
        }
      }
      if (timerMs === Number.POSITIVE_INFINITY) return;
      if (event === undefined && this.#running() && timerMs > this.#beganAt + this.#lastMs + sameMs) return;
      this.#clock.runNext();
    }
  }

  #running(): boolean {
    return this.#session.state === 'running' || this.#session.state === 'ending';
  }

  #over(): boolean {
    return this.#session.state === 'closed';
  }

  #see(tapped: TappedFrame): void {
    if (this.#seen.has(tapped.frame.id)) return;
    this.#seen.add(tapped.frame.id);
    this.#frames.push(tapped);
    this.#made.see(tapped.frame.id);
    this.#parts.provider(tapped.from).see(tapped);
    this.#giveOn();
  }

  /** What comes behind the frame just seen, and at the same time, must not wait until all that is pending has settled. */
  #giveOn(): void {
    for (let event = this.#due(); event !== undefined; event = this.#due()) {
      if (event.act.type === 'give') {
        this.#next++;
        this.#do(event);
        continue;
      }
      // Not here, in the middle of a frame on its way. Audio comes by itself, when nothing else is under way.
      if (event === this.#awaited || (event.act.type === 'input' && event.act.frame.kind === 'input-audio')) return;
      this.#awaited = event;
      this.#await(event).catch(() => undefined);
      return;
    }
  }

  /** As soon as nothing is in the middle of its way, and as many frames have been made before it as in the recording. */
  async #await(event: OutsideEvent): Promise<void> {
    for (let steps = 0; steps < maxSteps; steps++) {
      await undefined;
      if (this.#due() !== event) return;
      if (event.unseen === undefined || event.unseen === 0 || this.#made.unseen >= event.unseen) break;
    }
    this.#next++;
    this.#do(event);
    this.#giveOn();
  }

  #due(): OutsideEvent | undefined {
    const event = this.#events[this.#next];
    if (event === undefined || !this.#running() || event.index > this.#frames.length) return undefined;
    return this.#beganAt + event.at <= this.#clock.now() + sameMs ? event : undefined;
  }

  #do({ act }: OutsideEvent): void {
    const session = this.#session;
    switch (act.type) {
      case 'give':
        this.#parts.provider(act.provider).give(act.call, act.step);
        return;
      case 'make':
        this.#parts.models.get(act.model)?.make(act.frame, act.direction);
        return;
      case 'finish':
        for (const model of this.#parts.models.values()) model.finish();
        return;
      case 'input':
        this.#hear(act.frame);
        return;
      case 'input-error':
        this.#parts.port?.fail(act.error);
        return;
      case 'send': {
        const { kind, id: _id, at: _at, turn, ...payload } = act.frame;
        session.send({ ...session.frame(kind, payload), turn });
        return;
      }
      case 'interrupt':
        if (session.turn >= act.turn) return;
        if (act.by === undefined) session.interrupt(act.reason);
        else this.#parts.transport.of(session).leave(act.reason, act.by);
        return;
      case 'end':
        if (session.state === 'running')
          void session.end({ drainMs: Number.POSITIVE_INFINITY, ...(act.reason === undefined ? {} : { reason: act.reason }) });
        return;
      case 'cancel':
        session.cancel(act.reason);
    }
  }

  #hear(frame: TappedFrame['frame']): void {
    const port = this.#parts.port;
    if (port === undefined) throw new Error('The pipeline has no input: build it with the transport of the recorded parts.');
    switch (frame.kind) {
      case 'input-audio':
        port.audio(frame);
        return;
      case 'input-text':
        port.text(frame.text);
        return;
      case 'input-dtmf':
        port.dtmf(frame.digit);
        return;
      case 'input-transport-message':
        port.message(frame.message);
        return;
      default:
    }
  }
}
