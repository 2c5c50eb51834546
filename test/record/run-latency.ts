import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../cli/run-cli.js';

/** Runs the command from source, as `npm run latency` does. */
export function runLatency(args: readonly string[]): Promise<Outcome> {
  const entry = fileURLToPath(new URL('../../packages/cli/src/latency.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions', '@voxrill/source', '--import', 'tsx', entry, ...args], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
