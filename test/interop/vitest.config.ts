import { defineConfig } from 'vitest/config';

const source = '@voxrill/source';

export default defineConfig({
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source], externalConditions: [source] } },
  test: {
    include: ['**/*.test.ts'],
    // Worker threads that a test starts inherit these, and so run from source too.
    execArgv: ['--conditions', source, '--import', import.meta.resolve('tsx')],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
