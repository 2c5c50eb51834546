import type { Frame, TappedFrame } from '@voxrill/core';
import { decodeValue, isFields } from './decode-value.js';
import { recordingVersion } from './record-frames.js';

/** The session began to end gracefully, after so many of the frames. */
export interface RecordedEnding {
  /** Session milliseconds. */
  readonly at: number;
  readonly afterFrames: number;
}

/** The turn epoch rose, by an interruption or a cancel, after so many of the frames. */
export interface RecordedTurn {
  readonly turn: number;
  /** Session milliseconds. */
  readonly at: number;
  readonly afterFrames: number;
}

/** A recorded session, in memory. */
export interface Recording {
  /** The session's id. */
  readonly session: string;
  /** Whether it holds each frame once, or each hop. */
  readonly hops: 'first' | 'all';
  /** In the order in which they were seen. */
  readonly frames: readonly TappedFrame[];
  readonly ending: RecordedEnding | undefined;
  /** In order. Its frame comes behind what an interruption does; this is where it began. */
  readonly turns: readonly RecordedTurn[];
  /** Whether it was written to its end, and nothing was left out. */
  readonly complete: boolean;
}

/** Thrown for a recording that cannot be read; names the line, counted from 1. */
export class RecordingError extends Error {
  readonly line: number;

  constructor(line: number, what: string, options: { readonly cause?: unknown } = {}) {
    super(`Line ${line} of the recording: ${what}`, options);
    this.name = 'RecordingError';
    this.line = line;
  }
}

/**
 * Reads what `recordFrames` has written: the text as a whole, or its lines. Frames of kinds that nobody here knows are kept
 * as they are. Rejects with a {@link RecordingError} that names the line; a last line that was cut short by a crash is left
 * out, and the recording says that it is not complete.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 *
 * const recording = await readRecording(await readFile('call.jsonl', 'utf8'));
 * console.log(recording.frames.length);
 * ```
 */
export async function readRecording(lines: string | Iterable<string> | AsyncIterable<string>): Promise<Recording> {
  const reader = new Reader();
  let number = 0;
  let bad: RecordingError | undefined;
  for await (const line of typeof lines === 'string' ? lines.split('\n') : lines) {
    number++;
    if (line.trim() === '') continue;
    if (bad !== undefined) throw bad;
    const parsed = parse(line, number);
    // Only the last line may be broken, so it is known one line later.
    if (parsed instanceof RecordingError) bad = parsed;
    else reader.take(parsed, number);
  }
  if (bad?.line === 1) throw bad;
  return reader.recording(bad === undefined, number);
}

function parse(line: string, number: number): Readonly<Record<string, unknown>> | RecordingError {
  try {
    const value: unknown = JSON.parse(line);
    if (isFields(value)) return value;
    return new RecordingError(number, 'it must hold one JSON object.');
  } catch (cause) {
    return new RecordingError(number, 'it is not JSON; each line holds one object.', { cause });
  }
}

type Fields = Readonly<Record<string, unknown>>;

class Reader {
  #head: { readonly session: string; readonly hops: 'first' | 'all' } | undefined;
  readonly #frames: TappedFrame[] = [];
  #ending: RecordedEnding | undefined;
  readonly #turns: RecordedTurn[] = [];
  #complete = false;

  take(line: Fields, number: number): void {
    if (this.#head === undefined) this.#head = head(line, number);
    else if (this.#complete) throw new RecordingError(number, 'it stands behind the line that ends the recording.');
    else if ('frame' in line) this.#frames.push(tappedFrame(line, number));
    else if ('turn' in line) this.#turns.push(this.#turn(line, number));
    else if ('state' in line) this.#ending ??= { at: numberOf(line, 'at', number), afterFrames: this.#frames.length };
    else if ('end' in line) this.#complete = isFields(line.end) && line.end.dropped === 0;
    // Lines of other kinds may come with later versions, and are none of our business.
  }

  #turn(line: Fields, number: number): RecordedTurn {
    return { turn: numberOf(line, 'turn', number), at: numberOf(line, 'at', number), afterFrames: this.#frames.length };
  }

  recording(whole: boolean, lines: number): Recording {
    if (this.#head === undefined) throw new RecordingError(Math.max(1, lines), 'there is nothing in it.');
    return { ...this.#head, frames: this.#frames, ending: this.#ending, turns: this.#turns, complete: whole && this.#complete };
  }
}

function head(line: Fields, number: number) {
  if (line.voxrill !== 'recording') throw new RecordingError(number, 'it does not begin a recording; recordFrames writes one.');
  if (line.version !== recordingVersion) {
    throw new RecordingError(number, `it is of version ${String(line.version)}, and this reads version ${recordingVersion}.`);
  }
  return { session: textOf(line, 'session', number), hops: line.hops === 'all' ? 'all' : 'first' } as const;
}

function tappedFrame(line: Fields, number: number): TappedFrame {
  const { direction } = line;
  if (direction !== 'down' && direction !== 'up') throw new RecordingError(number, '"direction" must be "down" or "up".');
  return {
    frame: frameOf(line.frame, number),
    from: textOf(line, 'from', number),
    to: textOf(line, 'to', number),
    direction,
    at: numberOf(line, 'at', number),
  };
}

function frameOf(encoded: unknown, number: number): Frame {
  let decoded: unknown;
  try {
    decoded = decodeValue(encoded);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RecordingError(number, `its frame cannot be read: ${why}`, { cause });
  }
  if (!isFields(decoded)) throw new RecordingError(number, '"frame" must be an object.');
  textOf(decoded, 'kind', number);
  for (const key of ['id', 'at', 'turn']) numberOf(decoded, key, number);
  checkPayload(decoded, number);
  const frame: unknown = decoded;
  // The header was checked, and so was the payload of the kinds that are fed back; the others are as they were written.
  return frame as Frame;
}

/** What is needed of the kinds that a replay feeds back. */
const needed: Readonly<Record<string, Readonly<Record<string, 'text' | 'number' | 'samples'>>>> = {
  'input-audio': { samples: 'samples', sampleRate: 'number', channels: 'number' },
  'tts-audio': { samples: 'samples', sampleRate: 'number', channels: 'number', utterance: 'text' },
  'input-text': { text: 'text' },
  'input-dtmf': { digit: 'text' },
  'interim-transcription': { text: 'text', utterance: 'text' },
  transcription: { text: 'text', utterance: 'text' },
  'llm-text': { text: 'text', response: 'text' },
};

function checkPayload(frame: Fields, number: number): void {
  for (const [key, what] of Object.entries(needed[String(frame.kind)] ?? {})) {
    if (what === 'text') textOf(frame, key, number);
    else if (what === 'number') numberOf(frame, key, number);
    else if (!(frame[key] instanceof Int16Array))
      throw new RecordingError(number, `"${key}" must be 16-bit samples, as {"$pcm": base64}.`);
  }
}

function textOf(line: Fields, key: string, number: number): string {
  const value = line[key];
  if (typeof value !== 'string') throw new RecordingError(number, `"${key}" must be text.`);
  return value;
}

function numberOf(line: Fields, key: string, number: number): number {
  const value = line[key];
  if (typeof value !== 'number') throw new RecordingError(number, `"${key}" must be a number.`);
  return value;
}
