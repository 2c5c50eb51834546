// npm run check [NAME…]: everything that is held against the sources without running them. Prints a line a check and the
// output of those that fail. `--list` prints the names, `--fix` formats and repairs what can be repaired.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, fail, root } from './bootstrap.mjs';

const bin = (...path) => join(root, 'node_modules', ...path);
const packages = readdirSync(join(root, 'packages'))
  .map((name) => `packages/${name}/src`)
  .filter((folder) => existsSync(join(root, folder)));
const biome = bin('@biomejs', 'biome', 'bin', 'biome');
const checks = {
  lint: [biome, 'check', '--error-on-warnings', '--max-diagnostics=200'],
  types: [bin('typescript', 'bin', 'tsc'), '-p', '.'],
  direction: [
    bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.mjs',
    ...packages,
    'examples',
    'test',
  ],
  manifests: ['scripts/check-manifests.mjs'],
  unused: [bin('knip', 'bin', 'knip.js'), '--no-config-hints'],
  snippets: ['scripts/check-snippets.mjs'],
  build: ['scripts/build.mjs'],
  // A user of the published packages knows nothing of the source condition: each must load from dist alone.
  doors: ['scripts/check-doors.mjs'],
};

const names = process.argv.slice(2);
if (names.includes('--list')) {
  process.stdout.write(`${Object.keys(checks).join('\n')}\n`);
  process.exit(0);
}
await bootstrap();
if (names.includes('--fix')) process.exit(run([biome, 'check', '--write'], 'inherit').status ?? 1);
for (const name of names) {
  if (!(name in checks)) fail(`There is no check "${name}"; the checks are: ${Object.keys(checks).join(', ')}.`, 2);
}

let failed = 0;
const chosen = names.length === 0 ? Object.keys(checks) : names;
for (const name of chosen) {
  const startedAt = Date.now();
  const { status, stdout, stderr } = run(checks[name], 'pipe');
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
  if (status === 0) continue;
  failed += 1;
  process.stdout.write(`${stdout}${stderr}\n`);
}
if (chosen.length > 1) process.stdout.write(`${chosen.length - failed} checks passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

function run(args, stdio) {
  return spawnSync(process.execPath, args, { cwd: root, stdio, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
