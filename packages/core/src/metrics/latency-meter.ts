import type { ObservedSession } from './each-frame-once.js';
import { observeLatency } from './observe-latency.js';
import { type Distribution, Reservoir } from './reservoir.js';
import { type LatencyPart, latencyParts, type TurnLatency } from './turn-latency.js';

/** The latencies of spoken turns; milliseconds. Plain data. */
export interface LatencyReport {
  /** Spoken turns that were answered; all figures are about these. */
  readonly turns: number;
  /** Typed turns that were answered. */
  readonly typedTurns: number;
  /** What people waited: from the end of their speech to the first sample of the answer that was played. */
  readonly voiceToVoice?: Distribution;
  /** What it was made of. The parts of one turn add up to its whole; percentiles of parts do not. */
  readonly parts: Readonly<Partial<Record<LatencyPart, Distribution>>>;
  /** By service, from one request to its first piece: neither the end of the turn nor the playout is in it. */
  readonly inferenceTtfb: Readonly<Record<string, Distribution>>;
  /** Not measured, and in no figure. */
  readonly device: 'unknown';
}

/** Options of {@link latencyMeter}. */
export interface LatencyMeterOptions {
  /** Also called for each turn. */
  readonly onTurn?: (turn: TurnLatency) => void;
  /** From how many values percentiles are taken; beyond it, from a fair sample of so many. @defaultValue 1024 */
  readonly maxSamples?: number;
}

/** Gathers the latencies of sessions. */
export interface LatencyMeter {
  /** Takes another session in; the returned function ends it. Sessions that are over need not be taken out. */
  watch(session: ObservedSession): () => void;
  report(): LatencyReport;
}

/** More services than any pipeline has. */
const maxServices = 64;

/**
 * Measures what people wait, over any number of turns and sessions, in bounded memory.
 *
 * @example
 * ```ts
 * const session = createSession(pipeline(defineProcessor('nothing', {})));
 * const meter = latencyMeter();
 * meter.watch(session);
 * await session.start();
 * await session.end();
 * console.log(meter.report().voiceToVoice?.p50);
 * ```
 */
export function latencyMeter(options: LatencyMeterOptions = {}): LatencyMeter {
  const { onTurn, maxSamples } = options;
  const voiceToVoice = new Reservoir(maxSamples);
  const parts = new Map<LatencyPart, Reservoir>();
  const services = new Map<string, Reservoir>();
  let typedTurns = 0;

  const of = <K>(reservoirs: Map<K, Reservoir>, key: K): Reservoir => {
    const known = reservoirs.get(key);
    if (known !== undefined) return known;
    const fresh = new Reservoir(maxSamples);
    reservoirs.set(key, fresh);
    return fresh;
  };
  const add = (turn: TurnLatency): void => {
    if (turn.input === 'text') typedTurns++;
    else {
      voiceToVoice.add(turn.voiceToVoiceMs);
      for (const part of latencyParts) {
        const value = turn.parts[part];
        if (value !== undefined) of(parts, part).add(value);
      }
      for (const [service, value] of Object.entries(turn.inferenceTtfbMs)) {
        if (services.size < maxServices || services.has(service)) of(services, service).add(value);
      }
    }
    onTurn?.(turn);
  };

  return {
    watch: (session) => observeLatency(session, add),
    report: () => {
      const whole = voiceToVoice.distribution;
      return {
        turns: whole?.count ?? 0,
        typedTurns,
        ...(whole === undefined ? {} : { voiceToVoice: whole }),
        parts: distributions(parts),
        inferenceTtfb: distributions(services),
        device: 'unknown',
      };
    },
  };
}

function distributions<K extends string>(reservoirs: ReadonlyMap<K, Reservoir>): Record<K, Distribution> {
  const entries = [...reservoirs].flatMap(([key, { distribution }]) => (distribution === undefined ? [] : [[key, distribution]]));
  return Object.fromEntries(entries);
}
