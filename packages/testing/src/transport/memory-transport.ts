import { inputTransport, outputTransport } from '@voxrill/core';
import { type LineOptions, MemoryLine, memoryInput } from './memory-line.js';

/** Options of {@link memoryTransport}. */
export interface MemoryTransportOptions {
  /** Of the user's voice, samples a second. @defaultValue 16_000 */
  readonly sampleRate?: number;
  /** Length of a chunk of the user's audio. @defaultValue 20 */
  readonly chunkMs?: number;
  /** Whether the microphone delivers silence while the user says nothing. @defaultValue false, which is faster */
  readonly silence?: boolean;
  /** `instant`: audio counts as played when it is written, without a timer; for benchmarks. @defaultValue 'paced' */
  readonly play?: 'paced' | 'instant';
  /** How far ahead of time audio is handed to the loudspeaker. @defaultValue 0 */
  readonly leadMs?: number;
}

const defaults = {
  sampleRate: 16_000,
  chunkMs: 20,
  silence: false,
  play: 'paced',
  leadMs: 0,
} as const satisfies MemoryTransportOptions;

/** Both ends of a call without a network. */
export interface MemoryTransport {
  /** The head of the pipeline. */
  readonly input: ReturnType<typeof inputTransport>;
  /** Stands behind the voice. */
  readonly output: ReturnType<typeof outputTransport>;
  /** The user's end of one session. */
  of(session: { readonly signal: AbortSignal }): MemoryLine;
}

/**
 * A transport in memory: the test is the user. What it hears is taken from the audio that was played, at the pace of the
 * session's clock.
 *
 * @example
 * ```ts
 * const bot = cascadeBot({ transport: memoryTransport({ silence: true, chunkMs: 10 }) });
 * ```
 */
export function memoryTransport(options: MemoryTransportOptions = {}): MemoryTransport {
  const resolved: LineOptions = { ...defaults, ...options };
  // A session is told by its signal, which is the same object for its owner and for its processors.
  const lines = new WeakMap<AbortSignal, MemoryLine>();
  const of = (session: { readonly signal: AbortSignal }): MemoryLine => {
    const known = lines.get(session.signal);
    if (known !== undefined) return known;
    const line = new MemoryLine(resolved);
    lines.set(session.signal, line);
    return line;
  };
  return {
    input: inputTransport({ name: memoryInput, open: (port) => of(port.session).attach(port) }),
    output: outputTransport({ openSink: (format, session) => of(session).openSink(format, session) }),
    of,
  };
}
