import { UsageError } from './usage-error.js';

/**
 * Runs a command and turns how it went into an exit code: what the command says, 2 for a mistake in the command line, 1 for
 * anything else that went wrong, told in one sentence. A reader of our output that has seen enough is no error.
 */
export async function runCommand(name: string, run: (argv: readonly string[]) => Promise<number>): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
