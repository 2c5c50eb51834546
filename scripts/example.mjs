// npm run example [NAME] [args…]: runs examples/NAME.ts, or lists the names.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, fail, root } from './bootstrap.mjs';
import { launchSource } from './launch.mjs';

const names = readdirSync(join(root, 'examples'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();
const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  process.stdout.write(`${names.join('\n')}\n`);
} else if (!names.includes(name)) {
  fail(`There is no example "${name}"; the examples are: ${names.join(', ')}.`, 2);
} else {
  await bootstrap();
  launchSource(join('examples', `${name}.ts`), args);
}
