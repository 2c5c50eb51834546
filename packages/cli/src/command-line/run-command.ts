import { UsageError } from './usage-error.js';

/** The first signal asks for an end; a terminal and the programs between may both deliver it, so only a third one insists. */
const patience = 2;

/**
 * Runs a command and turns how it went into an exit code: what the command says, 2 for a mistake in the command line, 1 for
 * anything else that went wrong, told in one sentence, 130 when it was stopped. `signal` fires when it is to stop; a reader
 * of our output that has seen enough stops it too, and that is no error.
 */
export async function runCommand(
  name: string,
  run: (argv: readonly string[], signal: AbortSignal) => Promise<number>,
): Promise<void> {
  const stopping = new AbortController();
  let readerGone = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    readerGone = true;
    stopping.abort(new Error('Nobody reads any more.'));
  });
  let signals = 0;
  const onSignal = (): void => {
    signals++;
    if (signals > patience) process.exit(130);
    stopping.abort(new Error('Stopped before the end.'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    process.exitCode = await run(process.argv.slice(2), stopping.signal);
  } catch (error) {
    if (!readerGone) process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : stopping.signal.aborted ? 130 : 1;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    if (readerGone) process.exitCode = 0;
  }
}
