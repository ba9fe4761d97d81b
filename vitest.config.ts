import { defineConfig } from 'vitest/config';

const inCi = Boolean(process.env.CI);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes, not threads: tests send signals, change folders and load native modules.
    pool: 'forks',
    testTimeout: 30_000,
    // A hook may have to start a database server first.
    hookTimeout: 60_000,
    reporters: inCi ? ['default', 'json'] : ['default'],
    outputFile: { json: 'reports/vitest.json' },
    coverage: {
      provider: 'v8',
      include: ['src/domain/**/*.ts', 'src/application/**/*.ts'],
      reporter: ['text', 'html', 'json-summary'],
      thresholds: { branches: 95 },
    },
  },
});
