// Runs the tests: `quick` on the source, `e2e` on a freshly compiled executable, `all` both; `chaos` is the long form
// of everything that can go wrong, `properties` that of arbitrary conversations and answers.
// Ends with one plain line: N passed, N failed.
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [part = 'all', ...filters] = process.argv.slice(2);
const long: Readonly<Record<string, { readonly env: Record<string, string>; readonly files: readonly string[] }>> = {
  chaos: { env: { KIRO_TESTS: 'e2e', KIRO_CHAOS: 'long' }, files: ['test/e2e/chaos.test.ts'] },
  properties: {
    env: { KIRO_TESTS: 'all', KIRO_PROPERTY_RUNS: '5000' },
    files: ['test/translation', 'test/kiro/question.properties', 'test/e2e/translation'],
  },
};
if (!['quick', 'e2e', 'all', ...Object.keys(long)].includes(part)) {
  console.error(`Unknown part "${part}". Use: quick, e2e, all, ${Object.keys(long).join(' or ')}.`);
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
const { env, files } = long[part] ?? { env: { KIRO_TESTS: part }, files: [] };
const vitest = join('node_modules', 'vitest', 'vitest.mjs');
process.exit(
  run(['--bun', vitest, 'run', '--config', 'test/vitest.config.ts', ...filters, ...files], {
    ...env,
    NODE_ENV: 'test',
  }),
);
