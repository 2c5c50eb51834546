import { watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Reports how many bytes lie in a folder whenever something in it grows: npm itself says nothing while it downloads, but
 * it streams into a folder. File system events drive it, so it needs no timer.
 *
 * @returns A function that ends the watch.
 */
export function watchBytes(folder: string, report: (bytes: number) => void): () => void {
  let most = 0;
  let counting = false;
  let ended = false;
  const count = async () => {
    counting = true;
    const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    if (bytes > most && !ended) {
      most = bytes;
      report(bytes);
    }
    counting = false;
  };
  const watcher = watch(folder, { persistent: false }, () => {
    // A file that moved away between listing and counting is no trouble: the next event counts again.
    if (!counting)
      count().catch(() => {
        counting = false;
      });
  });
  // Where watching is not possible the bar jumps from nothing to everything, and that is all.
  watcher.on('error', () => watcher.close());
  return () => {
    ended = true;
    watcher.close();
  };
}
