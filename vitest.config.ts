import { configDefaults, defineConfig } from 'vitest/config';

const source = '@voxrill/source';

export default defineConfig({
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source], externalConditions: [source] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/*.test.ts'],
    // A workspace of its own, see scripts/interop.mjs.
    exclude: [...configDefaults.exclude, 'test/interop/**'],
    setupFiles: ['test/fixed-chances.ts'],
    // Worker threads that a test starts inherit these, and so run from source too.
    execArgv: ['--conditions', source, '--import', 'tsx'],
    pool: 'forks',
    maxWorkers: 2,
    // Real models and compilers on a busy machine: a test that hangs is found all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
