// npm test [-- vitest arguments]: installs what is missing, then runs the tests once on the Node that was called.
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { launch } from './launch.mjs';

await bootstrap();
launch([join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)]);
