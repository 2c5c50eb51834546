// npm run build: compiles every package to its dist folder, in the order of the project references.
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { launch } from './launch.mjs';

await bootstrap();
launch([join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', 'tsconfig.build.json', ...process.argv.slice(2)]);
