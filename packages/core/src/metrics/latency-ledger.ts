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

/** More services than any pipeline has. */
const maxServices = 64;

/** Gathers the latencies of turns. */
export class LatencyLedger {
  readonly #maxSamples: number | undefined;
  readonly #voiceToVoice: Reservoir;
  readonly #parts = new Map<LatencyPart, Reservoir>();
  readonly #services = new Map<string, Reservoir>();
  #typedTurns = 0;

  constructor(maxSamples: number | undefined) {
    this.#maxSamples = maxSamples;
    this.#voiceToVoice = new Reservoir(maxSamples);
  }

  add(turn: TurnLatency): void {
    if (turn.input === 'text') {
      this.#typedTurns++;
      return;
    }
    this.#voiceToVoice.add(turn.voiceToVoiceMs);
    for (const part of latencyParts) {
      const value = turn.parts[part];
      if (value !== undefined) this.#of(this.#parts, part).add(value);
    }
    for (const [service, value] of Object.entries(turn.inferenceTtfbMs)) {
      if (this.#services.size < maxServices || this.#services.has(service)) this.#of(this.#services, service).add(value);
    }
  }

  report(): LatencyReport {
    const whole = this.#voiceToVoice.distribution;
    return {
      turns: whole?.count ?? 0,
      typedTurns: this.#typedTurns,
      ...(whole === undefined ? {} : { voiceToVoice: whole }),
      parts: distributions(this.#parts),
      inferenceTtfb: distributions(this.#services),
      device: 'unknown',
    };
  }

  #of<K>(reservoirs: Map<K, Reservoir>, key: K): Reservoir {
    const known = reservoirs.get(key);
    if (known !== undefined) return known;
    const fresh = new Reservoir(this.#maxSamples);
    reservoirs.set(key, fresh);
    return fresh;
  }
}

function distributions<K extends string>(reservoirs: ReadonlyMap<K, Reservoir>): Record<K, Distribution> {
  const entries = [...reservoirs].flatMap(([key, { distribution }]) => (distribution === undefined ? [] : [[key, distribution]]));
  return Object.fromEntries(entries);
}
