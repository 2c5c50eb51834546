// npm run bench [-- --json]: builds the packages and measures what is published, not the TypeScript sources, so that
// the loader of the sources costs no figure anything. Standard output carries the figures only.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bootstrap, fail, root } from './bootstrap.mjs';
import { launch } from './launch.mjs';

await bootstrap();
const build = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: ['ignore', 2, 2], cwd: root });
if (build.status !== 0) fail('The packages do not compile, so there is nothing to measure: see the lines above.');
launch(['--expose-gc', '--import', 'tsx', join(root, 'test', 'bench', 'run.ts'), ...process.argv.slice(2)]);
