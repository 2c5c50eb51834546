// Makes `npm start`, `npm test` and their sisters the only command a person needs: checks the Node version and installs
// the dependencies when they are missing or older than the lock file. Plain JavaScript without dependencies, because it
// runs before there are any. Standard output is never touched: it belongs to the program that follows.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const oldestNode = [20, 19];

/** Ends the program with one sentence for the person who started it. */
export function fail(sentence, exitCode = 1) {
  process.stderr.write(`${sentence}\n`);
  process.exit(exitCode);
}

/** Returns when the Node version fits and node_modules is what the lock file says; ends the program otherwise. */
export async function bootstrap() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    fail(
      `Voxrill needs Node ${oldestNode.join('.')} or newer, and this is ${process.versions.node}: install a newer Node and try again.`,
    );
  }
  await installWorkspace(root);
}

/** Returns when the node_modules of the workspace in `folder` is what its lock file says; ends the program otherwise. */
export async function installWorkspace(folder) {
  if (installed(folder)) return;
  const lock = join(folder, '.install.lock');
  const waiting = () => process.stderr.write('Another command is installing the dependencies here; waiting for it.\n');
  try {
    await withLock(lock, waiting, async () => {
      // The other command may have done the work while this one waited.
      if (!installed(folder)) await install(folder);
    });
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

// The platform is part of the stamp, because a checkout may be shared between a machine and a container.
function wantedStamp(folder) {
  const lockHash = createHash('sha256')
    .update(readFileSync(join(folder, 'pnpm-lock.yaml')))
    .digest('hex');
  return `${lockHash} ${process.platform}-${process.arch}`;
}

const stampFile = (folder) => join(folder, 'node_modules', '.voxrill-install');

function installed(folder) {
  return existsSync(stampFile(folder)) && readFileSync(stampFile(folder), 'utf8') === wantedStamp(folder);
}

async function install(folder) {
  const stamp = wantedStamp(folder);
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  process.stderr.write('Installing the dependencies (first run only, about a minute) …\n');
  const { code, output } = await runInstaller(folder, [
    '--yes',
    packageManager,
    'install',
    '--frozen-lockfile',
    '--loglevel=info',
    '--reporter=append-only',
  ]);
  if (code === 0) {
    mkdirSync(dirname(stampFile(folder)), { recursive: true });
    writeFileSync(stampFile(folder), stamp);
    process.stderr.write('Dependencies are installed.\n');
    return;
  }
  const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|META_FETCH_FAIL/;
  if (unreachable.test(output)) {
    throw new Error(
      'The npm registry cannot be reached, and the first run has to fetch the dependencies from it: connect to the network (or set npm\'s "registry" or "proxy") and run the same command again.',
    );
  }
  process.stderr.write(`${output}\n`);
  throw new Error(
    `The dependencies could not be installed (exit code ${code}): see the lines above, then run the same command again.`,
  );
}

/** Runs npx with a short progress on standard error; everything else it says is kept and shown only if it fails. */
function runInstaller(folder, args) {
  const env = {
    ...process.env,
    CI: 'true', // pnpm then asks no question when it replaces an older node_modules
    npm_config_loglevel: 'error', // the checkout's .npmrc says silent, which would hide the reason of a failure
    npm_config_fetch_retry_mintimeout: '1000', // the default waits 10 and 60 s before it admits that there is no network
    npm_config_fetch_retry_maxtimeout: '5000',
    npm_config_update_notifier: 'false',
  };
  // On Windows npx is a .cmd file, which only a shell can start; no argument here needs quoting.
  const shell = process.platform === 'win32';
  const child = spawn('npx', args, { cwd: folder, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
  const kept = [];
  const read = (stream) => {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) note(line);
    });
    stream.on('end', () => note(rest));
  };
  const note = (line) => {
    if (line.startsWith('Progress:')) showProgress(line);
    else if (line.trim() !== '') kept.push(line);
  };
  read(child.stdout);
  read(child.stderr);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: `npx could not be started: ${error.message}` }));
    child.on('close', (code) => {
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
      resolve({ code: code ?? 1, output: kept.slice(-40).join('\n') });
    });
  });
}

function showProgress(line) {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
}
