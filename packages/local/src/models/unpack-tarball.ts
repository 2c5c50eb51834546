import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

const BLOCK = 512;

/**
 * Writes some files of a `.tgz` to disk and skips the rest. It reads the ustar format that npm writes, in a stream, so
 * that memory does not grow with the archive.
 *
 * @param tarball - Path of the archive.
 * @param wanted - Path inside the archive → path of the file to write.
 * @returns The paths inside the archive that were found.
 * @throws Error when the archive is cut short or is not gzip.
 */
export async function unpackTarball(
  tarball: string,
  wanted: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<Set<string>> {
  const found = new Set<string>();
  let header = Buffer.alloc(0);
  let contentBytes = 0;
  let paddingBytes = 0;
  let target: FileHandle | undefined;
  const source = createReadStream(tarball, { highWaterMark: 1 << 18, signal });
  const archive = createGunzip();
  source.once('error', (error) => archive.destroy(error));
  try {
    for await (const part of source.pipe(archive)) {
      let rest: Buffer = part;
      while (rest.length > 0) {
        if (contentBytes > 0) {
          const content = rest.subarray(0, contentBytes);
          if (target) await target.write(content);
          contentBytes -= content.length;
          rest = rest.subarray(content.length);
        } else if (paddingBytes > 0) {
          const skipped = Math.min(paddingBytes, rest.length);
          paddingBytes -= skipped;
          rest = rest.subarray(skipped);
        } else {
          await target?.close();
          target = undefined;
          const missing = BLOCK - header.length;
          header = Buffer.concat([header, rest.subarray(0, missing)]);
          rest = rest.subarray(missing);
          if (header.length < BLOCK) continue;
          const entry = readHeader(header);
          header = Buffer.alloc(0);
          contentBytes = entry.bytes;
          paddingBytes = (BLOCK - (entry.bytes % BLOCK)) % BLOCK;
          const destination = wanted.get(entry.path);
          if (destination !== undefined && entry.isFile) {
            target = await open(destination, 'w');
            found.add(entry.path);
          }
        }
      }
    }
  } finally {
    await target?.close();
    source.destroy();
  }
  if (contentBytes > 0) throw new Error(`${tarball} ends in the middle of a file.`);
  return found;
}

function readHeader(block: Buffer): { readonly path: string; readonly bytes: number; readonly isFile: boolean } {
  const text = (from: number, to: number) => block.toString('utf8', from, to).replace(/\0.*$/s, '');
  const prefix = text(345, 500);
  const name = text(0, 100);
  const type = text(156, 157);
  return {
    path: prefix ? `${prefix}/${name}` : name,
    bytes: Number.parseInt(text(124, 136).trim() || '0', 8),
    isFile: type === '0' || type === '',
  };
}
