import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { MixedOrder } from './test/support/mixed-order.js';
import { replaceList } from './test/third-collection/replace-list.js';

const inCi = Boolean(process.env.CI);
/** Files at a time: many of them mostly wait for servers and processes (mixed-order.ts). */
const workers = Math.min(10, availableParallelism() + 4);

export default defineConfig({
  resolve: {
    alias: [
      {
        find: 'persistence-service/client',
        replacement: join(import.meta.dirname, 'clients/typescript/index.ts'),
      },
      {
        find: /^\.\/start-thread\.js$/,
        replacement: join(import.meta.dirname, 'test/support/packing/start-thread.ts'),
      },
    ],
  },
  test: {
    reporters: inCi ? ['default', 'json', 'junit'] : ['default'],
    outputFile: { json: 'reports/vitest.json', junit: 'reports/junit.xml' },
    pool: 'forks',
    maxWorkers: workers,
    // The files of a worker share the modules: to load them for each file takes a third of the time.
    isolate: false,
    sequence: { sequencer: MixedOrder },
    testTimeout: 60_000,
    hookTimeout: 300_000,
    // Of `expect.poll`: a second is too short for two files on two cores.
    expect: { poll: { timeout: 30_000 } },
    setupFiles: ['test/support/leaked-files/setup.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/**'],
      reporter: [['text', { skipFull: true }], 'html', 'json-summary'],
      reportsDirectory: 'reports/coverage',
      reportOnFailure: true,
      thresholds: { lines: 90, 'src/{domain,application}/**': { branches: 95 } },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'inside',
          include: ['test/{unit,http,architecture,contracts}/**/*.test.ts'],
          exclude: ['test/contracts/mysql*.test.ts'],
          globalSetup: ['test/support/processes/driver.ts', 'test/support/packing/thread.ts'],
        },
      },
      // The code with a collection more, which is in no list of its own (test/third-collection).
      {
        extends: true,
        plugins: [replaceList()],
        test: {
          name: 'third-collection',
          include: ['test/third-collection/**/*.test.ts'],
          globalSetup: [
            'test/support/processes/driver.ts',
            'test/support/packing/thread.ts',
            'test/support/mysql-servers/global-setup.ts',
            'test/third-collection/migrations.ts',
          ],
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'outside',
          include: ['test/{integration,faults}/**/*.test.ts', 'test/contracts/mysql*.test.ts'],
          testTimeout: 300_000,
          globalSetup: [
            'test/support/processes/build.ts',
            'test/support/packing/bundle.ts',
            'test/support/packing/thread.ts',
            'test/support/mysql-servers/global-setup.ts',
          ],
        },
      },
      // The console in a real browser.
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 180_000,
          globalSetup: [
            'test/support/processes/build.ts',
            'test/support/packing/bundle.ts',
            'test/support/packing/thread.ts',
            'test/support/mysql-servers/global-setup.ts',
          ],
        },
      },
      // Three servers that replicate to one another.
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 300_000,
          globalSetup: [
            'test/support/processes/build.ts',
            'test/support/packing/bundle.ts',
            'test/support/packing/thread.ts',
            'test/support/mysql-servers/global-setup.ts',
            'test/support/galera/global-setup.ts',
          ],
        },
      },
    ],
  },
});
