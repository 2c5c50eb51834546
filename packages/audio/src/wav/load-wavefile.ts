import { createRequire } from 'node:module';

/**
 * Loads the `wavefile` package when it is first needed: it takes 15 ms, and many pipelines never see a WAV file. It is CommonJS
 * that marks itself as a module, which loaders unwrap in different ways; `require` is the same everywhere.
 */
export function loadWavefile(): typeof import('wavefile') {
  return createRequire(import.meta.url)('wavefile');
}
