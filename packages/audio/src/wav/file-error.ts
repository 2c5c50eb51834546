import { WavError } from './wav-error.js';

const sentences: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `There is no file at "${path}"; check the path.`,
  EISDIR: (path) => `"${path}" is a directory; name a WAV file.`,
  ENOTDIR: (path) => `A part of the path "${path}" is a file, not a directory; check the path.`,
  EACCES: (path) => `"${path}" may not be accessed; change its permissions or choose another path.`,
  EPERM: (path) => `"${path}" may not be accessed; change its permissions or choose another path.`,
  EROFS: (path) => `"${path}" lies on a read-only file system; choose another path.`,
  ENOSPC: (path) => `There is no space left for "${path}"; free some or choose another disk.`,
  EMFILE: (path) => `"${path}" could not be opened because too many files are open; close some or raise the limit.`,
  ENAMETOOLONG: (path) => `The path "${path}" is too long; choose a shorter one.`,
};

/** Makes one sentence of what the file system said about `path`. A `WavError` stays as it is. */
export function fileError(path: string, cause: unknown): WavError {
  if (cause instanceof WavError) return cause;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const sentence = sentences[code]?.(path);
  return new WavError(sentence ?? `"${path}" could not be used (${code || String(cause)}); check the disk and try again.`, {
    cause,
  });
}
