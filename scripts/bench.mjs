// npm run bench [-- --json] [--only NAME]: compiles the packages and the benchmarks and measures what is published, not
// the TypeScript sources, so that the loader of the sources costs no figure anything. Standard output carries the figures
// only.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bootstrap, fail, root } from './bootstrap.mjs';
import { launch } from './launch.mjs';

await bootstrap();
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const bench = join(root, 'test', 'bench');
// With all that the project references of the benchmarks name.
const build = spawnSync(process.execPath, [tsc, '-b', bench], { stdio: ['ignore', 2, 2], cwd: root });
if (build.status !== 0) fail('The packages do not compile, so there is nothing to measure: see the lines above.');
launch(['--expose-gc', join(bench, 'dist', 'run.js'), ...process.argv.slice(2)]);
