import { defineConfig } from 'vitest/config';

const everywhere = ['packages', 'functions', 'gpu-workers', 'infra', 'sdks', 'tests', 'scripts', 'bench'];
const named = (suffix: string) => everywhere.map((folder) => `${folder}/**/*.${suffix}.ts`);

export default defineConfig({
  test: {
    coverage: { provider: 'v8', include: everywhere.map((folder) => `${folder}/**/*.ts`), exclude: ['**/*.test.ts'] },
    projects: [
      {
        // No daemon, no native engine: seconds.
        test: {
          name: 'quick',
          include: named('test'),
          exclude: ['**/node_modules/**', ...named('engine.test'), ...named('integration.test')],
        },
      },
      {
        // libtensorflow in the test's own process: one at a time.
        test: {
          name: 'engine',
          include: named('engine.test'),
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 120_000,
        },
      },
      {
        // Real servers and child processes.
        test: {
          name: 'integration',
          include: named('integration.test'),
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
