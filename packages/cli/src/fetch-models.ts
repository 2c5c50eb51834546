#!/usr/bin/env node
import { runCommand } from './command-line/run-command.js';
import { fetchWeights } from './run/fetch-weights.js';

/** Fetches the weights of the default recogniser, if they are missing: once, before many who need them start side by side. */
await runCommand('voxrill fetch-models', async (_argv, signal) => {
  await fetchWeights('tiny', signal);
  return 0;
});
