import { defineConfig } from 'vitest/config';

// KIRO_TESTS chooses the part: the quick one, the end-to-end one on the executable, or (unset) both.
const part = process.env['KIRO_TESTS'];
const endToEnd = 'test/e2e/**/*.test.ts';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: part === 'e2e' ? [endToEnd] : ['test/**/*.test.ts'],
    exclude: part === 'quick' ? [endToEnd, 'node_modules/**'] : ['node_modules/**'],
    pool: 'threads',
    reporters: ['default', new URL('support/plain-reporter.ts', import.meta.url).pathname],
    testTimeout: 10_000,
  },
});
