// extract.ts --out FILE [--extra FOLDER] [--takes N] [--seed N]: mixes speech with noise and writes, for each frame, whether it is speech
// and what the network that tells a voice in the foreground is shown of it. See README.md.
import { createWriteStream } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { label } from '../../../test/vad/labels.js';
import { type MixOptions, mixSpeech } from '../../../test/vad/mix.js';
import { random } from '../../../test/vad/random.js';
import { type Recording, readRecordings } from '../../../test/vad/recordings.js';
import { resample } from '../src/resample/resampler.js';
import { Foreground } from '../src/vad/foreground.js';
import { loadForegroundWeights } from '../src/vad/load-foreground-weights.js';
import { loadSileroWeights } from '../src/vad/load-silero-weights.js';
import { SileroV6 } from '../src/vad/silero-v6.js';
import { decodeWav } from '../src/wav/decode-wav.js';

const { values } = parseArgs({
  options: {
    speech: { type: 'string', default: fileURLToPath(new URL('../../../test/speech', import.meta.url)) },
    extra: { type: 'string' },
    out: { type: 'string', default: 'features' },
    takes: { type: 'string', default: '44' },
    seed: { type: 'string', default: '602' },
  },
});

const next = random(Number(values.seed));
const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;

/** The same words from another throat and another microphone: up to 20 % faster or slower, up to 6 dB brighter or darker. */
function vary(recording: Recording): Recording {
  const speed = Math.exp((next() * 2 - 1) * 0.2);
  const tilt = next() - 0.5;
  const { samples } = recording;
  let before = 0;
  const varied = Float64Array.from({ length: Math.floor(samples.length / speed) }, (_, i) => {
    const at = Math.floor(i * speed);
    const [a, b, c, d] = [samples[at - 1] ?? 0, samples[at] ?? 0, samples[at + 1] ?? 0, samples[at + 2] ?? 0];
    const x = i * speed - at;
    const value = b + 0.5 * x * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)));
    const tilted = value - tilt * before;
    before = value;
    return tilted;
  });
  return { ...recording, samples: varied };
}

async function readExtra(folder: string): Promise<Recording[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.wav')).sort();
  return Promise.all(
    files.map(async (file) => {
      const { samples, sampleRate } = await decodeWav(await readFile(join(folder, file)));
      const wide = resample(samples, { fromRate: sampleRate, toRate: 16_000 });
      return {
        name: file,
        voice: basename(file).replace(/-\d+\.wav$/, ''),
        samples: Float64Array.from(wide, (value) => value / 32_768),
      };
    }),
  );
}

function draw(recording: Recording, voices: readonly Recording[]): { readonly mute: boolean; readonly options: MixOptions } {
  const chance = next();
  const kind = chance < 0.65 ? 'babble' : chance < 0.85 ? 'white' : 'pink';
  const options: MixOptions = {
    recording,
    voices,
    kind,
    snrDb: kind === 'babble' ? pick([20, 15, 10, 10, 7, 5, 5, 5, 3]) : pick([60, 30, 20, 10, 5]),
    speechDbfs: -10 - 30 * next(),
    leadMs: pick([0, 300, 600, 1000, 1500, 2000, 3000, 4000]),
    trailMs: 1500 + 1500 * next(),
    seed: Math.floor(next() * 1e9),
    telephone: next() < 0.25,
  };
  return { mute: next() < 0.08, options };
}

const human = await readRecordings(values.speech);
const extra = values.extra === undefined ? [] : await readExtra(values.extra);
const recordings = [...human, ...extra];
const sets = [recordings, ...Array.from({ length: 8 }, () => recordings.map(vary))];
const silero = await loadSileroWeights();
const foregroundWeights = await loadForegroundWeights();
const out = createWriteStream(`${values.out}.f32`);
const mixes: { voice: string; kind: string; snrDb: number; frames: number }[] = [];
for (const [index] of recordings.entries()) {
  const takes = index < human.length ? Number(values.takes) : Math.ceil(Number(values.takes) / 4);
  for (let take = 0; take < takes; take++) {
    const recording = pick(sets)[index] as Recording;
    const { mute, options } = draw(recording, pick(sets));
    const silent = { ...recording, samples: recording.samples.map((value) => value * 1e-6) };
    const mix = mixSpeech(mute ? { ...options, recording: silent, snrDb: -100, speechDbfs: options.speechDbfs - 100 } : options);
    const samples = mix.sampleRate === 16_000 ? mix.samples : resample(mix.samples, { fromRate: 8000, toRate: 16_000 });
    // Pauses inside the utterance teach nothing: they sound like the background, and are bridged later.
    const loud = label(recording.samples, 16_000, { rangeDb: 25, gapMs: 1, leastMs: 20 });
    const within = (t: number, margin: number, list: readonly { fromMs: number; toMs: number }[], shift: number) =>
      !mute && list.some(({ fromMs, toMs }) => t >= fromMs + shift - margin && t < toMs + shift + margin);
    const network = new SileroV6(silero);
    const foreground = new Foreground(foregroundWeights);
    const frame = new Float32Array(512);
    let frames = 0;
    // A few streams begin in the middle of a word.
    for (let at = next() < 0.04 ? Math.floor(16 * (options.leadMs + 1000 * next())) : 0; at + 512 <= samples.length; at += 512) {
      for (let i = 0; i < 512; i++) frame[i] = (samples[at + i] ?? 0) / 32_768;
      const probability = network.probability(frame);
      foreground.hear(frame, probability, network.inside);
      const t = at / 16 + 16;
      const row = new Float32Array(1 + foreground.features.length);
      row[0] = within(t, 0, loud, options.leadMs) ? 1 : within(t, 60, mix.speech, 0) ? -1 : 0;
      row.set(foreground.features, 1);
      out.write(Buffer.from(row.buffer));
      frames += 1;
    }
    mixes.push({ voice: recording.voice, kind: options.kind, snrDb: options.snrDb, frames });
  }
}
out.end();
await writeFile(`${values.out}.json`, JSON.stringify(mixes));
