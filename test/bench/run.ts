// npm run bench [-- --json] [--only NAME]: each group of figures in a process of its own, one after the other.
import { parseArgs } from 'node:util';
import { inChild } from './child.js';
import type { Bench, Emit, Figure } from './figure.js';
import { targets } from './targets.js';

/** By the first word of the figures that a group measures. Loaded by the process that runs it, and by no other. */
const groups: Readonly<Record<string, () => Promise<Bench>>> = {
  hop: async () => (await import('./hop.js')).hop,
  throughput: async () => (await import('./hop.js')).throughput,
  'first-audio': async () => (await import('./first-audio.js')).firstAudio,
  'barge-in': async () => (await import('./barge-in.js')).bargeIns,
  silent: async () => (await import('./silent.js')).silence,
  heap: async () => (await import('./memory.js')).heap,
  import: async () => (await import('./import-time.js')).importTime,
  memory: async () => (await import('./memory.js')).memory,
  real: async () => (await import('./real.js')).real,
  realtime: async () => (await import('./realtime/realtime.js')).realtime,
};

/** What a group runs in further processes of its own. */
const samples: typeof groups = {
  'heap.sample': async () => (await import('./memory.js')).heapSample,
  'realtime.loopback': async () => (await import('./realtime/loopback-service.js')).loopbackService,
  'realtime.heap': async () => (await import('./realtime/session-heap.js')).realtimeHeapSample,
  'realtime.server': async () => (await import('./realtime/served.js')).served,
  'realtime.callers': async () => (await import('./realtime/callers.js')).callers,
  'realtime.bystander': async () => (await import('./realtime/bystander.js')).bystander,
};

const usage = `Usage: npm run bench -- [--json] [--only NAME]
  --json       one JSON line a figure on standard output, and nothing else there
  --only NAME  a group (${Object.keys(groups).join(', ')}) or the beginning of a figure's name
`;

function rounded({ value, ...figure }: Figure): Figure {
  return { bench: figure.bench, value: Number(value.toPrecision(4)), unit: figure.unit, runs: figure.runs };
}

// A reader that has seen enough is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const printLine: Emit = (figure) => void process.stdout.write(`${JSON.stringify(rounded(figure))}\n`);

const printRow: Emit = (figure) => {
  const { bench, value, unit, runs } = rounded(figure);
  const amount = value.toLocaleString('en', { maximumSignificantDigits: 4 });
  const columns = [
    bench.padEnd(50),
    `${amount} ${unit}`.padStart(20),
    (targets.get(bench) ?? '').padStart(12),
    String(runs).padStart(6),
  ];
  process.stdout.write(`${columns.join('')}\n`);
};

async function runAll(only: string, print: Emit): Promise<void> {
  const chosen = Object.keys(groups).filter((name) => only === '' || only === name || only.startsWith(`${name}.`));
  if (chosen.length === 0) {
    process.stderr.write(`There is no bench "${only}".\n${usage}`);
    process.exitCode = 2;
    return;
  }
  for (const name of chosen) {
    try {
      await inChild([name], (figure) => {
        if (figure.bench.startsWith(only)) print(figure);
      });
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}

async function main(): Promise<void> {
  const [first, name = '', ...parameters] = process.argv.slice(2);
  const load = groups[name] ?? samples[name];
  if (first === '--child' && load !== undefined) {
    const bench = await load();
    await bench((figure) => void process.stdout.write(`${JSON.stringify(figure)}\n`), parameters);
    return;
  }
  const options = { json: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean' } } as const;
  try {
    const { values } = parseArgs({ options });
    if (values.help === true) {
      process.stdout.write(usage);
      return;
    }
    if (values.json !== true) {
      process.stdout.write(`${'figure'.padEnd(50)}${'median'.padStart(20)}${'target'.padStart(12)}${'runs'.padStart(6)}\n`);
    }
    await runAll(values.only ?? '', values.json === true ? printLine : printRow);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exitCode = 2;
  }
}

await main();
