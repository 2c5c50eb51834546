import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bench } from './figure.js';
import { median } from './measure.js';

/** From here the core finds its own dependencies. */
const core = fileURLToPath(new URL('../../../packages/core/', import.meta.url));

const runs = 15;

/** How long a fresh Node takes to import something, milliseconds, its own start included. */
function importMs(specifier: string | undefined): number {
  const program = specifier === undefined ? '' : `await import(${JSON.stringify(specifier)})`;
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: core, encoding: 'utf8' });
  const ms = performance.now() - began;
  if (status !== 0) throw new Error(`${specifier} could not be imported: ${stderr}`);
  return ms;
}

/** What an import adds to the start of an empty process, ms. */
export const importTime: Bench = (emit) => {
  const modules = {
    'import.core': './dist/index.js',
    'import.core.control-rxjs': 'rxjs',
    'import.core.control-zod': 'zod',
  };
  const taken = new Map<string, number[]>();
  const empty: number[] = [];
  for (let run = -2; run < runs; run++) {
    const nothing = importMs(undefined);
    if (run >= 0) empty.push(nothing);
    for (const [bench, specifier] of Object.entries(modules)) {
      const ms = importMs(specifier) - nothing;
      if (run >= 0) taken.set(bench, [...(taken.get(bench) ?? []), ms]);
    }
  }
  for (const [bench, values] of taken) emit({ bench, value: median(values), unit: 'ms', runs });
  emit({ bench: 'import.core.control-empty-process', value: median(empty), unit: 'ms', runs });
};
