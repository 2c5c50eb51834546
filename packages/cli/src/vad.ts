#!/usr/bin/env node
import { runCommand } from './command-line/run-command.js';
import { printDecisions } from './vad/print-decisions.js';
import { readVadOptions, vadUsage } from './vad/vad-options.js';

await runCommand('voxrill vad', async (argv) => {
  const options = readVadOptions(argv);
  if (options === 'help') process.stdout.write(vadUsage);
  else await printDecisions(options, (line) => process.stdout.write(line));
  return 0;
});
