import type { Frame, FrameKind } from '../frames/frame.js';
import type { FrameProcessor } from '../processor/frame-processor.js';

const loggerFit = { emits: [] } as const;

/** Beside all control frames: transcripts, and where replies begin and end. */
const usualKinds: readonly FrameKind[] = [
  'transcription',
  'input-text',
  'input-dtmf',
  'llm-context',
  'llm-response-start',
  'llm-response-end',
  'tts-speak',
  'tts-started',
  'tts-stopped',
  'tool-calls',
  'tool-result',
];

const headerKeys: ReadonlySet<string> = new Set(['kind', 'id', 'at', 'turn']);

/** Longer values are cut. */
const maxValue = 120;

/** Options of {@link eventLogger}. */
export interface EventLoggerOptions {
  /** @defaultValue control frames, transcripts and the brackets of replies; of `bot-spoke` only what is over */
  readonly kinds?: readonly FrameKind[];
  /** @defaultValue the session's logger, at level `info` */
  readonly log?: (line: string, frame: Frame) => void;
  /** @defaultValue 'event-logger' */
  readonly name?: string;
}

/**
 * Writes a readable line for each notable frame that passes its place, with the session's id and time, the direction, and the
 * turn. Of audio it writes how many samples there are, of lists how many entries.
 *
 * @example
 * ```ts
 * const events = eventLogger({ kinds: ['user-stopped-speaking', 'bot-started-speaking', 'error'] });
 * ```
 */
export function eventLogger(options: EventLoggerOptions = {}): FrameProcessor<typeof loggerFit> {
  const { log, name = 'event-logger' } = options;
  const asked = options.kinds === undefined ? undefined : new Set<FrameKind>(options.kinds);
  const usual = new Set<FrameKind>(usualKinds);
  return {
    name,
    fit: loggerFit,
    connect(input, session) {
      const write = log ?? ((line: string) => session.log.info(line));
      const wanted = (frame: Frame): boolean => {
        if (asked !== undefined) return asked.has(frame.kind);
        if (frame.kind === 'bot-spoke') return frame.state !== 'playing';
        return session.kinds.lane(frame.kind) === 'control' || usual.has(frame.kind);
      };
      const see = (arrow: string) => (frame: Frame) => {
        if (!wanted(frame)) return;
        session.guard(name, () => write(`${session.id} ${arrow} ${eventLine(frame)}`, frame));
      };
      input.down$.subscribe(see('↓'));
      input.up$.subscribe(see('↑'));
      return input;
    },
  };
}

function eventLine(frame: Frame): string {
  return [`${Math.round(frame.at)} ms`, `turn ${frame.turn}`, frame.kind, ...details(frame)].join(' ');
}

function details(frame: Frame): readonly string[] {
  if (frame.kind === 'metrics') return frame.metrics.map(({ name, value, unit }) => `${name}=${shown(value)} ${unit}`);
  if (frame.kind === 'tool-calls') return frame.calls.map(({ name, arguments: given }) => cut(`${name}(${given})`));
  return Object.entries(frame).flatMap(([key, value]) =>
    headerKeys.has(key) || value === undefined || value === '' ? [] : [`${key}=${shown(value)}`],
  );
}

function shown(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000);
  if (Array.isArray(value)) return `[${value.length}]`;
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  if (value instanceof Error) return cut(value.message);
  if (typeof value !== 'object' || value === null) return cut(JSON.stringify(value) ?? String(value));
  const inner = Object.entries(value).map(([key, part]) => `${key}: ${typeof part === 'object' ? '…' : shown(part)}`);
  return cut(`{ ${inner.join(', ')} }`);
}

function cut(text: string): string {
  return text.length <= maxValue ? text : `${text.slice(0, maxValue - 1)}…`;
}
