import { existsSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import type { Frame, SessionReport } from '@voxrill/core';
import type { Audience } from './audience.js';
import type { RunOptions } from './run-options.js';
import type { TurnTiming } from './turn-timings.js';

const clearLine = '\r\u001b[2K';

/** Tells a person, as it happens: interim results are written over each other where the terminal allows it. */
export class Narrator implements Audience {
  readonly #out: WriteStream;
  #interim = false;

  constructor(out: WriteStream) {
    this.#out = out;
  }

  sees(frame: Frame, timing: TurnTiming | undefined, said: readonly string[]): void {
    for (const text of said) this.#say(frame.at, 'bot', text);
    switch (frame.kind) {
      case 'interim-transcription':
        this.#say(frame.at, 'you', `${frame.text} …`, true);
        break;
      case 'transcription':
        if (frame.text !== '') this.#say(frame.at, 'you', frame.text);
        break;
      case 'bot-spoke':
        if (frame.state === 'interrupted') this.#say(frame.at, 'bot', `(cut off; you heard: "${frame.text}")`);
        break;
      case 'error':
        this.#say(frame.at, 'error', `${frame.message} (${frame.processor}, ${frame.category})`);
        break;
      default:
    }
    if (timing !== undefined)
      this.#say(timing.botStartedAtMs, '', `the answer began ${Math.round(timing.voiceToVoiceMs)} ms after you stopped`);
  }

  concludes(report: SessionReport, turns: readonly TurnTiming[], { output }: RunOptions): void {
    if (turns.length > 0) this.#out.write(`\n${table(turns)}\n`);
    if (turns.length > 0 && existsSync(output))
      this.#out.write(`\nThe reply is in ${output}. The call lasted ${(report.durationMs / 1000).toFixed(1)} s.\n`);
  }

  #say(atMs: number, who: string, text: string, interim = false): void {
    const line = `${(atMs / 1000).toFixed(2).padStart(7)} s  ${who.padEnd(5)}  ${text}`;
    if (!this.#out.isTTY) {
      this.#out.write(`${line}\n`);
      return;
    }
    // A line that does not fit cannot be written over.
    const fitting = interim ? line.slice(0, Math.max(20, this.#out.columns - 1)) : line;
    this.#out.write(`${this.#interim ? clearLine : ''}${fitting}${interim ? '' : '\n'}`);
    this.#interim = interim;
  }
}

/** Where the wait of each turn went, in milliseconds. */
function table(turns: readonly TurnTiming[]): string {
  const columns: readonly (readonly [string, (turn: TurnTiming) => number | undefined])[] = [
    ['silence', (turn) => turn.silenceMs],
    ['transcript', (turn) => turn.transcriptMs],
    ['model', (turn) => turn.modelMs],
    ['voice', (turn) => turn.voiceMs],
    ['voice to voice', (turn) => turn.voiceToVoiceMs],
  ];
  const row = (cells: readonly string[]): string =>
    cells.map((cell, i) => cell.padStart(i === 0 ? 6 : Math.max(10, columns[i - 1]?.[0].length ?? 0))).join('  ');
  const rows = turns.map((turn, i) =>
    row([String(i + 1), ...columns.map(([, read]) => (read(turn) === undefined ? '–' : `${Math.round(read(turn) ?? 0)}`))]),
  );
  return [row(['turn', ...columns.map(([name]) => name)]), ...rows, '(milliseconds)'].join('\n');
}
