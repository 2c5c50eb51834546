/** Where speech is, in milliseconds. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LabelRule {
  /** How far below the loud frames of a recording a frame is still speech, in dB. */
  readonly rangeDb: number;
  /** A gap shorter than this between two loud stretches is speech: a turn does not end there. */
  readonly gapMs: number;
  /** A loud stretch shorter than this, alone, is a click of the lips and no speech. */
  readonly leastMs: number;
}

export const labelRule = { rangeDb: 25, gapMs: 300, leastMs: 40 } as const satisfies LabelRule;

const HOP_MS = 10;

/**
 * Labels the speech of a clean recording by its own level: frames of 10 ms no more than `rangeDb` below the 95th percentile
 * of the frame levels, gaps closed, lone blips dropped.
 */
export function label(samples: Float64Array, sampleRate: number, rule: LabelRule = labelRule): readonly Interval[] {
  const hop = (sampleRate * HOP_MS) / 1000;
  const levels: number[] = [];
  for (let at = 0; at + hop <= samples.length; at += hop) {
    let sum = 0;
    for (let i = at; i < at + hop; i++) sum += (samples[i] ?? 0) ** 2;
    levels.push(10 * Math.log10(sum / hop + 1e-12));
  }
  const loud = [...levels].sort((a, b) => a - b)[Math.floor(0.95 * (levels.length - 1))] ?? 0;
  const runs: { fromMs: number; toMs: number }[] = [];
  levels.forEach((level, index) => {
    if (level < loud - rule.rangeDb) return;
    const fromMs = index * HOP_MS;
    const last = runs.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = fromMs + HOP_MS;
    else runs.push({ fromMs, toMs: fromMs + HOP_MS });
  });
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const run of runs) {
    const last = merged.at(-1);
    if (last !== undefined && run.fromMs - last.toMs < rule.gapMs) last.toMs = run.toMs;
    else merged.push({ ...run });
  }
  return merged.filter(({ fromMs, toMs }) => toMs - fromMs >= rule.leastMs);
}
