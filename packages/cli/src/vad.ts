#!/usr/bin/env node
import { UsageError } from './run/run-options.js';
import { printDecisions } from './vad/print-decisions.js';
import { readVadOptions, vadUsage } from './vad/vad-options.js';

try {
  const options = readVadOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(vadUsage);
  else await printDecisions(options, (line) => process.stdout.write(line));
} catch (error) {
  process.stderr.write(`voxrill vad: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
