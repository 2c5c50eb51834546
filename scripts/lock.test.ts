import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const lockModule = pathToFileURL(join(dirname(fileURLToPath(import.meta.url)), 'lock.mjs')).href;
let folder: string;
let lockFile: string;
let diary: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voxrill-lock-'));
  lockFile = join(folder, 'lock');
  diary = join(folder, 'diary');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A command that notes in the diary when it holds the lock and when it lets go. */
function command(): Promise<number | null> {
  const program = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(lockModule)};
    await withLock(${JSON.stringify(lockFile)}, () => {}, async () => {
      appendFileSync(${JSON.stringify(diary)}, 'in ');
      await new Promise((resolve) => setImmediate(resolve));
      appendFileSync(${JSON.stringify(diary)}, 'out ');
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
  return new Promise((resolve) => child.on('exit', resolve));
}

it('lets one command after the other in, never two at once, and leaves nothing behind', async () => {
  expect(await Promise.all([command(), command(), command(), command()])).toEqual([0, 0, 0, 0]);
  expect(readFileSync(diary, 'utf8')).toBe('in out in out in out in out ');
  expect(existsSync(lockFile)).toBe(false);
});

it('takes over what a killed command has left behind', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(lockFile, String(pid));
  expect(await Promise.all([command(), command()])).toEqual([0, 0]);
  expect(readFileSync(diary, 'utf8')).toBe('in out in out ');
});
