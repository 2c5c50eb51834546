import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bench } from './figure.js';
import { median } from './measure.js';

/** From here the core finds its own dependencies. */
const core = fileURLToPath(new URL('../../../packages/core/', import.meta.url));

const runs = 15;

/** How long a fresh Node takes to import something, its own start included: as a person waits, and as the processor works. */
function importMs(specifier: string | undefined): { readonly wallMs: number; readonly cpuMs: number } {
  const load = specifier === undefined ? '' : `await import(${JSON.stringify(specifier)});`;
  const program = `${load} const { user, system } = process.cpuUsage(); process.stdout.write(String((user + system) / 1000))`;
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: core,
    encoding: 'utf8',
  });
  const wallMs = performance.now() - began;
  if (status !== 0) throw new Error(`${specifier} could not be imported: ${stderr}`);
  return { wallMs, cpuMs: Number(stdout) };
}

/** What an import adds to the start of an empty process, ms. */
export const importTime: Bench = (emit) => {
  const modules = {
    'import.core': './dist/index.js',
    'import.core.control-rxjs': 'rxjs',
    'import.core.control-zod': 'zod',
  };
  const taken = new Map<string, number[]>();
  const take = (bench: string, ms: number): void => void taken.set(bench, [...(taken.get(bench) ?? []), ms]);
  for (let run = -2; run < runs; run++) {
    const nothing = importMs(undefined);
    const all = Object.entries(modules).map(([bench, specifier]) => [bench, importMs(specifier)] as const);
    if (run < 0) continue;
    for (const [bench, { wallMs, cpuMs }] of all) {
      take(bench, wallMs - nothing.wallMs);
      // On a busy machine the wall clock counts the work of others as well.
      if (bench === 'import.core') take('import.core.processor-time', cpuMs - nothing.cpuMs);
    }
    take('import.core.control-empty-process', nothing.wallMs);
  }
  for (const [bench, values] of taken) emit({ bench, value: median(values), unit: 'ms', runs });
};
