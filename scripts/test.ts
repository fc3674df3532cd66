// Runs the tests: `quick` on the source, `e2e` on a freshly compiled executable, `all` both; `chaos` is the long form
// of everything that can go wrong.
// Ends with one plain line: N passed, N failed.
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [part = 'all', ...filters] = process.argv.slice(2);
if (!['quick', 'e2e', 'all', 'chaos'].includes(part)) {
  console.error(`Unknown part "${part}". Use: quick, e2e, all or chaos.`);
  process.exit(2);
}

function run(args: readonly string[], env: Record<string, string> = {}): number {
  const { exitCode } = Bun.spawnSync([process.execPath, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return exitCode;
}

if (part !== 'quick') {
  const built = run(['scripts/build.ts']);
  if (built !== 0) process.exit(built);
}
const isChaos = part === 'chaos';
const chaos = 'test/e2e/chaos.test.ts';
const vitest = join('node_modules', 'vitest', 'vitest.mjs');
process.exit(
  run(['--bun', vitest, 'run', '--config', 'test/vitest.config.ts', ...filters, ...(isChaos ? [chaos] : [])], {
    ...(isChaos ? { KIRO_TESTS: 'e2e', KIRO_CHAOS: 'long' } : { KIRO_TESTS: part }),
    NODE_ENV: 'test',
  }),
);
