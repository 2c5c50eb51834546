import type { Frame, FrameOf } from '../frames/frame.js';
import { Fifo } from '../rx/fifo.js';

type Heard = FrameOf<'transcription'> | FrameOf<'interim-transcription'>;

interface Spoken {
  readonly startMs: number;
  /** The epoch it was spoken in: the present one as long as it lasts. */
  turn: number;
  stopped: boolean;
  settled: boolean;
  /** The name under which something of it has been sent already. */
  id: string | undefined;
}

interface Entry {
  readonly frame: Frame;
  /** For the marks of voice activity: whose they are. */
  readonly spoken?: Spoken;
}

/** How far back before an onset a recogniser may ask: what the preroll of `STTService` keeps. */
const prerollMs = 1500;
/** Two minutes of 20 ms frames; beyond it the oldest go, and with them the beginning of a very long utterance. */
const maxEntries = 6000;
const maxSpoken = 16;

/** The audio of what the user has said and nobody has understood yet, with the marks of voice activity around it. */
export class SpeechJournal {
  readonly #entries = new Fifo<Entry>();
  #spoken: readonly Spoken[] = [];

  /** Whether speech is outstanding. */
  get owes(): boolean {
    return this.#spoken.length > 0;
  }

  /** Whether the last mark was an onset. */
  get open(): boolean {
    return this.#spoken.at(-1)?.stopped === false;
  }

  enter(frame: Frame, turn: number): void {
    if (frame.kind === 'input-audio') this.#push({ frame });
    else if (frame.kind === 'vad-user-started-speaking') {
      const spoken: Spoken = { startMs: frame.speechAtMs, turn, stopped: false, settled: false, id: undefined };
      this.#spoken = [...this.#spoken, spoken].slice(-maxSpoken);
      this.#push({ frame, spoken });
    } else if (frame.kind === 'vad-user-stopped-speaking') {
      const spoken = this.#spoken.at(-1);
      if (spoken === undefined) return;
      spoken.stopped = true;
      this.#push({ frame, spoken });
    }
  }

  /** The speech that interrupts belongs to the turn that it begins. */
  interrupted(turn: number): void {
    const last = this.#spoken.at(-1);
    if (last?.stopped === false) last.turn = turn;
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
    this.#drop(({ stopped }) => stopped);
  }

  /** What somebody else must get in order to hear what is outstanding, and the sound just before it. */
  replay(): readonly Frame[] {
    const frames: Frame[] = [];
    this.#entries.filter(({ frame, spoken }) => {
      if (spoken?.settled !== true) frames.push(frame);
      return true;
    });
    return frames;
  }

  #of({ startMs }: Heard): Spoken | undefined {
    return this.#spoken.find((spoken) => spoken.startMs === startMs);
  }

  #drop(which: (spoken: Spoken) => boolean): void {
    for (const spoken of this.#spoken) spoken.settled ||= which(spoken);
    this.#spoken = this.#spoken.filter(({ settled }) => !settled);
  }

  #push(entry: Entry): void {
    this.#entries.push(entry);
    const from = (this.#spoken[0]?.startMs ?? entry.frame.at) - prerollMs;
    while (this.#entries.length > maxEntries || (this.#entries.peek()?.frame.at ?? from) < from) this.#entries.shift();
  }
}
