import type { TappedFrame } from '@voxrill/core';
import { notableFrames, type TimelineColumn, type TimelineEntry, timelineEntry } from './notable.js';

/** Something that no frame tells of, for a line of its own. */
export interface TimelineNote extends Pick<TimelineEntry, 'column' | 'text'> {
  /** Session milliseconds. */
  readonly at: number;
  /** Stands behind so many of the frames. @defaultValue behind all of its millisecond */
  readonly afterFrames?: number;
  /** Points at the line: this is what went wrong. */
  readonly failed?: boolean;
}

/** Options of {@link timeline}. */
export interface TimelineOptions {
  readonly notes?: readonly TimelineNote[];
  /** Shows only the last lines. @defaultValue all */
  readonly lastLines?: number;
  /** Characters in a column at most; longer text is cut. @defaultValue 56 */
  readonly columnWidth?: number;
}

interface Line {
  readonly at: number;
  /** Number of frames before it, this one included. */
  readonly order: number;
  readonly mark: string;
  readonly turn: string;
  readonly column: TimelineColumn;
  readonly text: string;
}

const columns: readonly TimelineColumn[] = ['user', 'bot', 'services'];

/**
 * Writes down what happened in a session, for a person to read: a line for each event, with the session's milliseconds, how
 * much later than the line before it was, and the turn. `✂` marks an interruption, `✗` an error, `→` what went wrong.
 *
 * @example
 * ```ts
 * import { createSession, defineProcessor, pipeline, type TappedFrame } from '@voxrill/core';
 *
 * const session = createSession(pipeline(defineProcessor('nothing', {})));
 * const frames: TappedFrame[] = [];
 * session.frames$.subscribe((tapped) => frames.push(tapped));
 * console.log(timeline(frames));
 * ```
 */
export function timeline(frames: Iterable<TappedFrame>, options: TimelineOptions = {}): string {
  const { notes = [], lastLines = Number.POSITIVE_INFINITY, columnWidth = 56 } = options;
  const all = merge(linesOf(frames), notes.map(noteLine));
  const shown = Number.isFinite(lastLines) ? all.slice(-lastLines) : all;
  const left = all.length - shown.length;

  const cells = shown.map((line, i) => {
    const before = all[left + i - 1];
    return [
      line.mark,
      milliseconds(line.at),
      before === undefined ? '' : `+${milliseconds(line.at - before.at)}`,
      ...columns.map((column) => (column === line.column ? cut(line.text, columnWidth) : '')),
      line.turn,
    ];
  });
  const table = [['', 'ms', '+ms', ...columns, 'turn'], ...cells];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => width(row[column] ?? '')))) ?? [];
  const rows = table.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, column))
      .join(' │ ')
      .trimEnd(),
  );
  const rule = widths.map((size) => '─'.repeat(size)).join('─┼─');
  const [head = '', ...body] = rows;
  return [head, rule, ...(left > 0 ? [`… ${left} earlier lines`] : []), ...body].join('\n');
}

function linesOf(frames: Iterable<TappedFrame>): Line[] {
  const notable = notableFrames();
  return [...frames].flatMap((tapped, index): Line[] => {
    if (!notable.see(tapped)) return [];
    const entry = timelineEntry(tapped.frame);
    if (entry === undefined) return [];
    const { column, text, mark = ' ' } = entry;
    return [{ at: tapped.at, order: index + 1, mark, column, text, turn: String(tapped.frame.turn) }];
  });
}

function noteLine({ at, afterFrames = Number.POSITIVE_INFINITY, column, text, failed = false }: TimelineNote): Line {
  return { at, order: afterFrames, mark: failed ? '→' : ' ', column, text, turn: '' };
}

/** Both are in order of time. */
function merge(lines: readonly Line[], notes: readonly Line[]): Line[] {
  const merged: Line[] = [];
  let next = 0;
  for (const line of lines) {
    for (let note = notes[next]; note !== undefined && (note.at < line.at || note.order < line.order); note = notes[next]) {
      merged.push(note);
      next++;
    }
    merged.push(line);
  }
  return [...merged, ...notes.slice(next)];
}

function milliseconds(value: number): string {
  return String(Math.round(value));
}

/** Numbers stand to the right. */
function pad(cell: string, size: number, column: number): string {
  const space = ' '.repeat(Math.max(0, size - width(cell)));
  return column === 1 || column === 2 || column === 6 ? space + cell : cell + space;
}

function cut(text: string, size: number): string {
  const characters = [...text.replaceAll(/\s+/gu, ' ')];
  return characters.length <= size ? characters.join('') : `${characters.slice(0, size - 1).join('')}…`;
}

function width(text: string): number {
  return [...text].length;
}
