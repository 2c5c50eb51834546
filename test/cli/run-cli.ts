import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a command has left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a command is given beside its arguments. */
export interface Surroundings {
  readonly env?: NodeJS.ProcessEnv;
  /** Sends this signal as soon as either stream has said this. */
  readonly stop?: { readonly signal: NodeJS.Signals; readonly after: RegExp };
}

/** Runs an entry point of the command line from source, as `npm start`, `npm run sim` and `npm run vad` do. */
export function runCli(
  entry: 'run' | 'sim' | 'vad',
  args: readonly string[],
  { env = {}, stop }: Surroundings = {},
): Promise<Outcome> {
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
  let stopped = false;
  const look = (): void => {
    if (stopped || stop === undefined || !(stop.after.test(stdout) || stop.after.test(stderr))) return;
    stopped = true;
    child.kill(stop.signal);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    look();
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
