// Imports every built package by its name, as a program that installed it would, and expects it to export something.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap.mjs';

let failed = false;
for (const folder of readdirSync(join(root, 'packages'))) {
  const file = join(root, 'packages', folder, 'package.json');
  if (!existsSync(file)) continue;
  const { name, exports } = JSON.parse(readFileSync(file, 'utf8'));
  for (const door of Object.keys(exports ?? {})) {
    const entry = name + door.slice(1);
    // A package may import itself by name, which goes through its exports like anybody else's import.
    const program = `import(${JSON.stringify(entry)}).then((all) => process.exit(Object.keys(all).length > 0 ? 0 : 3))`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', program], {
      cwd: join(root, 'packages', folder),
      encoding: 'utf8',
    });
    if (status === 0) continue;
    failed = true;
    process.stdout.write(status === 3 ? `${entry} exports nothing.\n` : `${entry} cannot be imported from dist:\n${stderr}\n`);
  }
}
process.exit(failed ? 1 : 0);
