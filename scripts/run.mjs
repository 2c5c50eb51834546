// node scripts/run.mjs FILE.ts [args…]: installs what is missing, then runs a TypeScript file of the workspace.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, fail, root } from './bootstrap.mjs';
import { launchSource } from './launch.mjs';

const [file, ...args] = process.argv.slice(2);
if (file === undefined || !existsSync(join(root, file))) fail(`There is no file ${file ?? 'given'} to run in this checkout.`, 2);
await bootstrap();
launchSource(file, args);
