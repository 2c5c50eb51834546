import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a command has left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs an entry point of the command line from source, as `npm start` and `npm run vad` do. */
export function runCli(entry: 'run' | 'vad', args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = spawn(
    process.execPath,
    [
      '--conditions',
      '@voxrill/source',
      '--import',
      'tsx',
      fileURLToPath(new URL(`../../packages/cli/src/${entry}.ts`, import.meta.url)),
      ...args,
    ],
    { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
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

/** The objects of JSON lines; throws if a line is anything else. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
