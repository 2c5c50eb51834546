// npm test [-- vitest arguments]: installs what is missing, then runs the tests once on the Node that was called.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { launch, sourceArguments } from './launch.mjs';

await bootstrap();
// Once, and not by each test file that needs them. Without a network the tests that do without go on.
spawnSync(process.execPath, sourceArguments(join('packages', 'cli', 'src', 'fetch-models.ts')), { stdio: 'inherit', cwd: root });
launch([join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)]);
