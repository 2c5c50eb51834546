import type { Writable } from 'node:stream';
import type { Frame, SessionReport } from '@voxrill/core';
import type { Audience } from './audience.js';
import type { RunOptions } from './run-options.js';
import type { TurnTiming } from './turn-timings.js';

/** Tells a program: one JSON object a line. Times are whole milliseconds since the session began. */
export class JsonLines implements Audience {
  readonly #out: Writable;

  constructor(out: Writable) {
    this.#out = out;
  }

  sees(frame: Frame, timing: TurnTiming | undefined, said: readonly string[]): void {
    const atMs = frame.at;
    for (const text of said) this.#write({ type: 'bot-text', text, atMs });
    switch (frame.kind) {
      case 'interim-transcription':
      case 'transcription':
        if (frame.text !== '')
          this.#write({ type: 'transcription', text: frame.text, final: frame.kind === 'transcription', atMs });
        break;
      case 'bot-spoke':
        if (frame.state !== 'playing') {
          this.#write({
            type: 'bot-spoke',
            text: frame.text,
            interrupted: frame.state === 'interrupted',
            playedMs: frame.playedMs,
            atMs,
          });
        }
        break;
      case 'error':
        this.#write({ type: 'error', category: frame.category, message: frame.message, processor: frame.processor, atMs });
        break;
      default:
    }
    if (timing !== undefined) this.#write({ type: 'turn', ...timing });
  }

  concludes(report: SessionReport, turns: readonly TurnTiming[], { input, output }: RunOptions): void {
    this.#write({ type: 'report', ...report, answered: turns, input, output });
  }

  #write(line: Readonly<Record<string, unknown>>): void {
    this.#out.write(`${JSON.stringify(line, wholeMilliseconds)}\n`);
  }
}

function wholeMilliseconds(name: string, value: unknown): unknown {
  return typeof value === 'number' && name.endsWith('Ms') ? Math.round(value) : value;
}
