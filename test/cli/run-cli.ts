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

/** The entry points of the command line. */
export type Entry = 'run' | 'sim' | 'vad' | 'realtime-server';

/** A command that is under way. */
export interface Running {
  /** Resolves with the first match on either stream; rejects if the command ends without it. */
  says(what: RegExp): Promise<RegExpExecArray>;
  stop(signal: NodeJS.Signals): void;
  readonly done: Promise<Outcome>;
}

/** Starts an entry point from source, as `npm start`, `npm run sim` and their sisters do. */
export function startCli(entry: Entry, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
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
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of [...waiting]) look();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    wake();
  });
  const done = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    done,
    stop: (signal) => void child.kill(signal),
    says: (what) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = what.exec(stdout) ?? what.exec(stderr);
          if (found === null) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        done.then(({ code }) => reject(new Error(`Ended with ${code} without ${what}: ${stdout}${stderr}`)), reject);
      }),
  };
}

/** Runs an entry point to its end. */
export async function runCli(entry: Entry, args: readonly string[], { env, stop }: Surroundings = {}): Promise<Outcome> {
  const running = startCli(entry, args, env);
  if (stop !== undefined) {
    // If it never says so, its end tells.
    running.says(stop.after).then(
      () => running.stop(stop.signal),
      () => undefined,
    );
  }
  return running.done;
}

/** The objects of JSON lines; throws if a line is anything else. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
