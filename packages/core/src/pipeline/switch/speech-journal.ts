import type { Frame, FrameOf } from '../../frames/frame.js';
import { Fifo } from '../../rx/fifo.js';
import { prerollMs, usualPrefixMs } from '../../services/preroll.js';

type Heard = FrameOf<'transcription'> | FrameOf<'interim-transcription'>;

/** A frame for whoever takes over; `of` is the one that had come in. */
export interface Replayed {
  readonly frame: Frame;
  readonly of: Frame;
  /** It is needed also by those who have had it before. */
  readonly again: boolean;
}

interface Spoken {
  readonly startMs: number;
  readonly onset: FrameOf<'vad-user-started-speaking'>;
  stop: FrameOf<'vad-user-stopped-speaking'> | undefined;
  /** The epoch it was spoken in: the present one as long as it lasts. */
  turn: number;
  /** The name under which something of it has been sent already. */
  id: string | undefined;
}

/** Two minutes of 20 ms frames; beyond it the oldest go, and with them the beginning of a very long utterance. */
const maxFrames = 6000;
const maxSpoken = 16;

/** The audio of what the user has said and nobody has understood yet, with the marks of voice activity around it. */
export class SpeechJournal {
  readonly #audio = new Fifo<FrameOf<'input-audio'>>();
  #spoken: readonly Spoken[] = [];

  /** Whether speech is outstanding. */
  get owes(): boolean {
    return this.#spoken.length > 0;
  }

  enter(frame: Frame, turn: number): void {
    if (frame.kind === 'input-audio') this.#push(frame);
    else if (frame.kind === 'vad-user-started-speaking') {
      const spoken: Spoken = { startMs: frame.speechAtMs, onset: frame, stop: undefined, turn, id: undefined };
      this.#spoken = [...this.#spoken, spoken].slice(-maxSpoken);
    } else if (frame.kind === 'vad-user-stopped-speaking') {
      const last = this.#spoken.at(-1);
      if (last !== undefined) last.stop ??= frame;
    }
  }

  /** The speech that interrupts belongs to the turn that it begins. */
  interrupted(turn: number): void {
    const last = this.#spoken.at(-1);
    if (last !== undefined && last.stop === undefined) last.turn = turn;
  }

  /**
   * A transcript is about to leave: gives it the name and the turn that its speech has had from the beginning, whichever
   * branch it comes from.
   */
  heard<F extends Heard>(frame: F): F {
    const spoken = this.#of(frame);
    if (spoken === undefined) return frame;
    spoken.id ??= frame.utterance;
    if (frame.utterance === spoken.id && frame.turn === spoken.turn) return frame;
    return { ...frame, utterance: spoken.id, turn: spoken.turn };
  }

  /** This speech has been understood. */
  settle(frame: Heard): void {
    const spoken = this.#of(frame) ?? this.#spoken[0];
    if (spoken !== undefined) this.#drop((other) => other === spoken);
  }

  /** All speech that is over has been dealt with. */
  settleStopped(): void {
    this.#drop(({ stop }) => stop !== undefined);
  }

  /**
   * What somebody else must get in order to hear what is outstanding, from its onset. The audio before an onset comes behind
   * its mark, which says that nothing that was heard before is a part of it: whoever takes over may have heard some already.
   */
  replay(nowMs: number): readonly Replayed[] {
    const heard: FrameOf<'input-audio'>[] = [];
    this.#audio.filter((frame) => heard.push(frame) > 0);
    const frames: Replayed[] = [];
    const audio = (from: (at: number) => boolean, again: boolean): void => {
      for (const frame of heard) if (from(frame.at)) frames.push({ frame, of: frame, again });
    };
    let toMs = Number.NEGATIVE_INFINITY;
    for (const spoken of this.#spoken) {
      const { startMs, onset, stop } = spoken;
      const fromMs = Math.max(toMs, startMs - (onset.prefixMs ?? usualPrefixMs));
      audio((at) => at > toMs && at <= fromMs, false);
      frames.push({ frame: { ...onset, prefixMs: startMs - nowMs - 1 }, of: onset, again: true });
      toMs = stop?.at ?? Number.POSITIVE_INFINITY;
      const endMs = toMs;
      audio((at) => at > fromMs && at <= endMs, true);
      if (stop !== undefined) frames.push({ frame: stop, of: stop, again: true });
    }
    audio((at) => at > toMs, false);
    return frames;
  }

  #of({ startMs }: Heard): Spoken | undefined {
    return this.#spoken.find((spoken) => spoken.startMs === startMs);
  }

  #drop(which: (spoken: Spoken) => boolean): void {
    this.#spoken = this.#spoken.filter((spoken) => !which(spoken));
  }

  #push(frame: FrameOf<'input-audio'>): void {
    this.#audio.push(frame);
    const from = (this.#spoken[0]?.startMs ?? frame.at) - prerollMs;
    while (this.#audio.length > maxFrames || (this.#audio.peek()?.at ?? from) < from) this.#audio.shift();
  }
}
