#!/usr/bin/env node
import { runCommand } from './command-line/run-command.js';
import { serveLocally } from './realtime-server/serve-locally.js';
import { readServerOptions, usage } from './realtime-server/server-options.js';

await runCommand('voxrill realtime-server', async (argv, signal) => {
  const options = readServerOptions(argv);
  if (options !== 'help') return serveLocally(options, signal);
  process.stdout.write(usage);
  return 0;
});
