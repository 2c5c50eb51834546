#!/usr/bin/env node
import { runCommand } from './command-line/run-command.js';
import { readSimOptions, simUsage } from './sim/sim-options.js';
import { simulateMany } from './sim/simulate-many.js';

await runCommand('voxrill sim', async (argv, signal) => {
  const options = readSimOptions(argv);
  if (options !== 'help') return simulateMany(options, (text) => process.stdout.write(text), signal);
  process.stdout.write(simUsage);
  return 0;
});
