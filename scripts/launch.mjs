// Starts a child on this Node with the terminal handed through: same streams, same exit code, same end by signal.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './bootstrap.mjs';

/** What Node must be told to run a TypeScript file of the workspace from source. */
export function sourceArguments(file) {
  // Absolute, because a bare "tsx" is looked up from the current folder. Worker threads inherit both flags.
  const tsx = pathToFileURL(createRequire(join(root, 'package.json')).resolve('tsx')).href;
  return ['--conditions', '@voxrill/source', '--import', tsx, join(root, file)];
}

/** Runs a TypeScript file of the workspace from source, in the folder where the person typed the command. */
export function launchSource(file, args) {
  launch([...sourceArguments(file), ...args], process.env.INIT_CWD ?? process.cwd());
}

/** Runs `node args…` (in the root of the checkout unless told) and ends this process as the child ended. */
export function launch(args, cwd = root) {
  const child = spawn(process.execPath, args, { stdio: 'inherit', cwd });
  // A terminal sends Ctrl-C to the child as well; passing it on would count as a second Ctrl-C. Without a terminal only
  // this process hears of it.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`Node could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
