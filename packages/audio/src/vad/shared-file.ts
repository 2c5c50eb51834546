import { readFile } from 'node:fs/promises';

/**
 * A file of this package that is read when it is first needed. What it holds is kept weakly: all streams of a process share one copy, and
 * with the last of them it goes. Nothing can tell from outside whether it was found or read.
 */
export function sharedFile<Content extends object>(path: string, parse: (bytes: Uint8Array) => Content): () => Promise<Content> {
  let known: WeakRef<Content> | undefined;
  return async () => {
    const before = known?.deref();
    if (before !== undefined) return before;
    const content = parse(await readWeights(new URL(`../../weights/${path}`, import.meta.url)));
    known = new WeakRef(content);
    return content;
  };
}

/** @throws Error that says what to do when the file cannot be read. */
export async function readWeights(path: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The weights of the voice detector cannot be read (${why}); reinstall @voxrill/audio or give the path of the file.`,
      {
        cause,
      },
    );
  }
}
