#!/usr/bin/env node
import { runBot } from './run/run-bot.js';
import { readOptions, UsageError, usage } from './run/run-options.js';

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') process.stdout.write(usage);
  else process.exitCode = await runBot(options);
} catch (error) {
  process.stderr.write(`voxrill: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
