#!/usr/bin/env node
import { ensureModels } from '@voxrill/local';
import { runCommand } from './command-line/run-command.js';
import { DownloadBar } from './run/download-bar.js';

/** Fetches the weights of the default recogniser, if they are missing: once, before many who need them start side by side. */
await runCommand('voxrill fetch-models', async (_argv, signal) => {
  const bar = new DownloadBar(process.stderr);
  try {
    await ensureModels({ size: 'tiny', onProgress: (progress) => bar.show(progress), signal });
  } finally {
    bar.clear();
  }
  return 0;
});
