import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// KIRO_TESTS chooses the part: the quick one, the end-to-end one on the executable, or (unset) both.
const part = process.env['KIRO_TESTS'];
const endToEnd = 'test/e2e/**/*.test.ts';
// What measures time and memory runs when nothing else does.
const measured = 'test/e2e/footprint.test.ts';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    pool: 'threads',
    // Much of the time is spent waiting: a worker for each processor would leave a small machine idle.
    maxWorkers: Math.max(part === 'quick' ? 4 : 2, availableParallelism()),
    // No test leaves anything behind, so files may share a worker: loading everything anew costs more than running it.
    isolate: false,
    globalSetup: [new URL('support/temporary.ts', import.meta.url).pathname],
    setupFiles: [new URL('support/seed.ts', import.meta.url).pathname],
    reporters: ['default', new URL('support/plain-reporter.ts', import.meta.url).pathname],
    // Only what hangs runs into these: how long anything takes is the machine's affair.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 40_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: part === 'e2e' ? [endToEnd] : ['test/**/*.test.ts'],
          exclude: ['node_modules/**', measured, ...(part === 'quick' ? [endToEnd] : [])],
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: part === 'quick' ? [] : [measured], sequence: { groupOrder: 1 } },
      },
    ],
  },
});
