#!/usr/bin/env node
import { runCommand } from './command-line/run-command.js';
import { runBot } from './run/run-bot.js';
import { readOptions, usage } from './run/run-options.js';

await runCommand('voxrill', async (argv, signal) => {
  const options = readOptions(argv, process.env);
  if (options !== 'help') return runBot(options, signal);
  process.stdout.write(usage);
  return 0;
});
