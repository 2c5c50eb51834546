import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  type AsyncVadEngine,
  combinedVad,
  detectSpeech,
  energyVad,
  sileroVad,
  type VadDecision,
  type VadEngine,
} from '@voxrill/audio';
import { type Mix, type MixOptions, mixNoise, mixSpeech } from './mix.js';
import type { NoiseKind } from './noise.js';
import { random } from './random.js';
import { type Recording, readRecordings } from './recordings.js';
import { addScore, emptyScore, median, precision, recall, type Score } from './score.js';

const { values } = parseArgs({
  options: {
    speech: { type: 'string', default: fileURLToPath(new URL('../speech', import.meta.url)) },
    seed: { type: 'string', default: '1' },
    takes: { type: 'string', default: '1' },
    engines: { type: 'string', default: 'combined,v4,v6,energy' },
    /** Only these are spoken; the others are still heard in the babble. */
    voices: { type: 'string' },
    conditions: { type: 'string', default: '' },
  },
});

interface Condition {
  readonly name: string;
  readonly kind: NoiseKind;
  readonly snrDb: number;
  readonly telephone?: boolean;
  readonly clicks?: boolean;
  readonly empty?: boolean;
}

const conditions: readonly Condition[] = [
  { name: 'clean', kind: 'white', snrDb: 60 },
  ...(['white', 'pink', 'babble'] as const).flatMap((kind) =>
    [20, 10, 5].map((snrDb): Condition => ({ name: `${kind}, ${snrDb} dB`, kind, snrDb })),
  ),
  { name: 'clicks', kind: 'white', snrDb: 40, clicks: true },
  { name: 'telephone, clean', kind: 'white', snrDb: 40, telephone: true },
  { name: 'telephone, babble 10 dB', kind: 'babble', snrDb: 10, telephone: true },
  { name: 'white noise alone', kind: 'white', snrDb: 0, empty: true },
  { name: 'pink noise alone', kind: 'pink', snrDb: 0, empty: true },
  { name: 'babble alone', kind: 'babble', snrDb: 0, empty: true },
];

type Engine = VadEngine | AsyncVadEngine;
const makers: Record<string, (sampleRate: number) => Engine | Promise<Engine>> = {
  combined: (sampleRate) => combinedVad({ sampleRate }),
  v4: (sampleRate) => sileroVad({ sampleRate, model: 'v4' }),
  v6: (sampleRate) => sileroVad({ sampleRate }),
  energy: (sampleRate) => energyVad({ sampleRate }),
};

/** Lead-ins from none to four seconds, levels from −10 to −40 dBFS: drawn anew for each mix, the same for each engine. */
function draw(condition: Condition, recording: Recording, voices: readonly Recording[], next: () => number): Mix {
  const seed = Math.floor(next() * 2 ** 31);
  const speechDbfs = -10 - 30 * next();
  const leadMs = [0, 300, 1000, 2000, 4000][Math.floor(next() * 5)] ?? 0;
  const trailMs = 1000 + Math.floor(next() * 150) * 10;
  if (condition.empty) return mixNoise({ kind: condition.kind, seed, noiseDbfs: -20 - 20 * next(), durationMs: 15_000, voices });
  const options: MixOptions = { ...condition, recording, voices, speechDbfs, leadMs, trailMs, seed };
  return mixSpeech(options);
}

async function hear(engine: Engine, { samples, sampleRate }: Mix): Promise<VadDecision[]> {
  const chunk = sampleRate / 50;
  const chunks = Array.from({ length: Math.ceil(samples.length / chunk) }, (_, i) =>
    samples.subarray(i * chunk, (i + 1) * chunk),
  );
  const decisions: VadDecision[] = [];
  for await (const decision of detectSpeech(chunks, engine)) decisions.push(decision);
  return decisions;
}

function row(name: string, engine: string, score: Score): string {
  const ratio = (value: number) => value.toFixed(3);
  const ms = (list: readonly number[]) => (list.length === 0 ? '–' : median(list).toFixed(0));
  const perMinute = ((score.falseStarts * 60_000) / Math.max(1, score.quiet)).toFixed(1);
  const spoken = score.found + score.missed > 0;
  const cells = [
    spoken ? ratio(precision(score)) : '–',
    spoken ? ratio(recall(score)) : '–',
    ms(score.onsets),
    ms(score.offsets),
    perMinute,
  ];
  return `| ${name} | ${engine} | ${cells.join(' | ')} |`;
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const recordings = await readRecordings(values.speech);
const names = values.engines.split(',');
print('| condition | detector | precision | recall | onset, ms | offset, ms | false starts a minute |');
print('|---|---|---|---|---|---|---|');
for (const condition of conditions.filter(({ name }) => name.includes(values.conditions))) {
  for (const name of names) {
    const make = makers[name];
    if (make === undefined) throw new Error(`There is no detector "${name}"; name some of ${Object.keys(makers).join(', ')}.`);
    const engine = await make(condition.telephone ? 8000 : 16_000);
    const next = random(Number(values.seed));
    const score = emptyScore();
    for (const recording of recordings.filter(({ voice }) => values.voices?.split(',').includes(voice) ?? true)) {
      for (let take = 0; take < Number(values.takes); take++) {
        const mix = draw(condition, recording, recordings, next);
        addScore(score, await hear(engine, mix), mix.speech, mix.durationMs);
      }
    }
    print(row(condition.name, name, score));
  }
}
