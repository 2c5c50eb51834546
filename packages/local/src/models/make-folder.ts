import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and its parents. Node's own `recursive` never returns where the file system answers "no such file" to
 * the making of a folder in an existing one, as `/proc` does (seen with Node 20).
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path).catch(async (again: unknown) => {
      // Another process may have made it in between.
      const made = await stat(path).catch(() => undefined);
      if (!made?.isDirectory()) throw again;
    });
  }
}
