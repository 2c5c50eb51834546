// npm run test:interop [-- vitest arguments]: published clients of the Realtime protocol hold conversations with our server.
// They are in a workspace of their own, test/interop, which is installed when it is missing or older than its lock file.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bootstrap, fail, installWorkspace, root } from './bootstrap.mjs';
import { launch, sourceArguments } from './launch.mjs';

const folder = join(root, 'test', 'interop');
await bootstrap();
await installWorkspace(folder);
const types = spawnSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder], {
  stdio: 'inherit',
});
if (types.status !== 0) fail('The tests in test/interop do not compile: see the lines above.');
// The weights of the recogniser: once, and not by each test that needs them.
spawnSync(process.execPath, sourceArguments(join('packages', 'cli', 'src', 'fetch-models.ts')), { stdio: 'inherit', cwd: root });
launch([join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', folder, ...process.argv.slice(2)]);
