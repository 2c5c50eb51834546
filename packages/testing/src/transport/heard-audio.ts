import { eachLetter } from '../fakes/spoken-text.js';

/** A stretch of the bot's speech as it came out of the loudspeaker, without a gap. Session milliseconds. */
export interface HeardSpeech {
  readonly startMs: number;
  readonly endMs: number;
  /** What the audio itself carried, also part of a word; independent of what anybody claims to have said. */
  readonly text: string;
  /** The turn in which it was handed to the sink. */
  readonly turn: number;
  /** It was cut off. */
  readonly interrupted: boolean;
}

interface Letter {
  readonly position: number;
  readonly letter: string;
}

interface Stretch {
  readonly startMs: number;
  readonly begin: number;
  end: number;
  readonly letters: Letter[];
  readonly turn: number;
  interrupted: boolean;
  /** The last chunk ends here in time, if nothing cuts it. */
  endMs: number;
}

/** A new stretch begins where there was a gap; sums of chunk lengths are not exact to the last bit. */
const roundingMs = 1e-3;

/** Listens to a sink: knows from the audio that was played, and from nothing else, what was heard when. */
export class HeardAudio {
  readonly #stretches: Stretch[] = [];
  #samplesPerMs = 1;
  /** Samples of one channel handed to the sink, and those due. */
  #written = 0;
  #sent = 0;
  #tags: readonly { readonly from: number; readonly turn: number }[] = [];
  #staleMs = 0;

  set sampleRate(rate: number) {
    this.#samplesPerMs = rate / 1000;
  }

  /** How much audio was played in a later turn than it was made for: anything but 0 is a fault of the framework. */
  get staleMs(): number {
    return this.#staleMs;
  }

  get speech(): readonly HeardSpeech[] {
    return this.#stretches
      .filter((stretch) => stretch.end > stretch.begin)
      .map(({ startMs, begin, end, letters, turn, interrupted }) => ({
        startMs,
        endMs: startMs + (end - begin) / this.#samplesPerMs,
        text: textOf(letters),
        turn,
        interrupted,
      }));
  }

  wrote(samples: number, turn: number): void {
    if (this.#tags.at(-1)?.turn !== turn) this.#tags = [...this.#tags, { from: this.#written, turn }];
    this.#written += samples;
  }

  played(chunk: Int16Array, channels: number, now: number, turn: number): void {
    const samples = chunk.length / channels;
    const madeIn = this.#tags.findLast(({ from }) => from <= this.#sent)?.turn ?? turn;
    if (madeIn !== turn) this.#staleMs += samples / this.#samplesPerMs;
    const last = this.#stretches.at(-1);
    const goesOn = last !== undefined && !last.interrupted && last.turn === madeIn && now <= last.endMs + roundingMs;
    const stretch = goesOn ? last : this.#begin(now, madeIn);
    eachLetter(chunk, (letter, index) => stretch.letters.push({ position: this.#sent + Math.floor(index / channels), letter }));
    this.#sent += samples;
    stretch.end = this.#sent;
    stretch.endMs = stretch.startMs + (stretch.end - stretch.begin) / this.#samplesPerMs;
  }

  /** The sink was cleared, having played up to `position`. */
  cut(position: number): void {
    const last = this.#stretches.at(-1);
    if (last !== undefined && (position < this.#sent || this.#written > this.#sent)) {
      last.interrupted = true;
      last.end = Math.max(last.begin, position);
      const kept = last.letters.findIndex((letter) => letter.position >= position);
      if (kept !== -1) last.letters.length = kept;
    }
    this.#sent = position;
    this.#written = position;
    this.#tags = this.#tags.slice(-1).map(({ turn }) => ({ from: position, turn }));
  }

  #begin(startMs: number, turn: number): Stretch {
    const stretch: Stretch = {
      startMs,
      begin: this.#sent,
      end: this.#sent,
      letters: [],
      turn,
      interrupted: false,
      endMs: startMs,
    };
    this.#stretches.push(stretch);
    this.#tags = this.#tags.slice(
      Math.max(
        0,
        this.#tags.findLastIndex(({ from }) => from <= this.#sent),
      ),
    );
    return stretch;
  }
}

function textOf(letters: readonly Letter[]): string {
  let text = '';
  for (const { letter } of letters) text += letter === '' && text !== '' ? ' ' : letter;
  return text.trim();
}
