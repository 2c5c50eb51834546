import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';
import { npmFailure } from './npm-failure.js';

/** How `npmPack` is run. */
export interface NpmPackOptions {
  /** An empty folder; the tarball and npm's own cache are written into it. */
  readonly into: string;
  /** `offline`: only what the user's npm cache already holds. `network`: fetch it, with a cache of its own under `into`. */
  readonly from: 'network' | 'offline';
  readonly signal?: AbortSignal | undefined;
}

/** The folder in which npm collects what it is receiving, when it is run by `npmPack` from the network. */
export function npmReceivingFolder(into: string): string {
  return join(into, 'npm', '_cacache', 'tmp');
}

/**
 * Fetches the tarball of a package with the ordinary npm client, so that a user's registry, proxy and keys of `.npmrc`
 * hold. No script of the package is run, and nothing is installed.
 *
 * @returns The path of the tarball.
 * @throws ServiceError that says what npm could not do; the signal's reason, once npm has gone, when it was stopped.
 */
export async function npmPack(spec: string, { into, from, signal }: NpmPackOptions): Promise<string> {
  await makeFolder(npmReceivingFolder(into));
  const env: NodeJS.ProcessEnv = {
    // Without these two, npm waits 10 and 60 seconds before it admits that there is no network.
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_retry_maxtimeout: '4000',
    ...process.env,
    npm_config_pack_destination: into,
    npm_config_ignore_scripts: 'true',
    npm_config_dry_run: 'false',
    npm_config_loglevel: 'error',
    npm_config_progress: 'false',
    ...(from === 'network'
      ? { npm_config_cache: join(into, 'npm'), npm_config_offline: 'false' }
      : { npm_config_offline: 'true' }),
  };
  const { status, output } = await run(['pack', spec], env, signal);
  signal?.throwIfAborted();
  const tarball = (await readdir(into)).find((name) => name.endsWith('.tgz'));
  if (status !== 0 || tarball === undefined) throw npmFailure(spec, output);
  return join(into, tarball);
}

function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<{ status: number | null; output: string }> {
  const cli = process.env.npm_execpath;
  // Below `npm start` this is the very npm that the user called, and on Windows it spares a shell.
  const [command, ...before] = cli?.endsWith('npm-cli.js') ? [process.execPath, cli] : ['npm'];
  return new Promise((resolve, reject) => {
    const child = spawn(command ?? 'npm', [...before, ...args], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32' && before.length === 0,
      ...(signal ? { signal } : {}),
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-8000);
    });
    child.once('error', (error) => {
      // One that is being stopped may still write into the folder that is removed next: its end is awaited below.
      if (!signal?.aborted || child.pid === undefined) resolve({ status: null, output: String(error) });
    });
    child.once('close', (status) => (signal?.aborted ? reject(signal.reason) : resolve({ status, output })));
  });
}
