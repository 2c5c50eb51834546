#!/usr/bin/env node
import { runCommand } from './command-line/run-command.js';
import { latencyUsage, readLatencyOptions } from './latency/latency-options.js';
import { printLatency } from './latency/print-latency.js';

await runCommand('voxrill latency', async (argv) => {
  const options = readLatencyOptions(argv);
  if (options === 'help') process.stdout.write(latencyUsage);
  else await printLatency(options, (line) => process.stdout.write(line));
  return 0;
});
