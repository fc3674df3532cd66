// Changes the translation in many small ways, each in a copy, and says which changes no related test notices:
// mutate [how many, or a file with the output of an earlier run] [seed] [part of a path …]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Coverage, measureCoverage } from './coverage.ts';
import { type Mutant, mutantsOf, sample } from './mutants.ts';
import { createRelated } from './related.ts';

const root = join(import.meta.dirname, '../..');
const [size = '300', seed = '1', ...parts] = process.argv.slice(2);
const workers = Number(process.env['KIRO_MUTATE_WORKERS'] ?? 2);
const nearest = 4;
const patience = 150_000;

const files = ['src/kiro', 'src/dialects']
  .flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(name => `${folder}/${name}`),
  )
  .filter(name => name.endsWith('.ts') && (parts.length === 0 || parts.some(part => name.includes(part))))
  .sort();
const all = files.flatMap(file => mutantsOf(file, readFileSync(join(root, file), 'utf8')));
// Only those that an earlier run named, where its output is given.
const placeless = (line: string): string => line.replace(/:\d+ /, ' ');
const named = existsSync(size) ? new Set(readFileSync(size, 'utf8').split('\n').map(placeless)) : undefined;
const chosen =
  named === undefined ? sample(all, Number(size), seed) : all.filter(mutant => named.has(placeless(describe(mutant))));
const home = mkdtempSync(join(tmpdir(), 'kiro-gw-mutants-'));
const survivors: Mutant[] = [];
let done = 0;

console.log(`${chosen.length} of ${all.length} mutants in ${files.length} files`);
try {
  const copies = Array.from({ length: workers }, (_, index) => copy(join(home, String(index))));
  const related = createRelated(root);
  const coverage = await measureCoverage(copies[0] ?? '', files);
  // What fails without any change would catch everything.
  const everything = [...new Set(chosen.flatMap(mutant => testsOf(mutant, related, coverage)))];
  const first = copies[0] ?? '';
  if (!(await passes(first, everything)) && !(await passes(first, everything)))
    throw new Error('The tests fail without any change.');
  const queue = [...chosen];
  await Promise.all(
    copies.map(async folder => {
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        const tests = testsOf(mutant, related, coverage);
        if (await survives(folder, mutant, tests)) {
          survivors.push(mutant);
          console.log(describe(mutant) + (tests.length === 0 ? '  (no test comes here)' : ''));
        }
        done += 1;
        if (done % 20 === 0) console.log(`${done} tried, ${survivors.length} not caught`);
      }
    }),
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}
const share = (100 * (done - survivors.length)) / done;
console.log(`${done - survivors.length} of ${done} caught: ${share.toFixed(1)} %`);

function copy(folder: string): string {
  for (const name of readdirSync(root)) {
    if (['.git', 'dist', 'node_modules'].includes(name)) continue;
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

// Those that load the file, the nearest first, and of these only those that run the changed place.
function testsOf(mutant: Mutant, related: (file: string) => readonly string[], coverage: Coverage): readonly string[] {
  const running = coverage(mutant);
  return related(mutant.file).filter(test => running?.has(test) ?? true);
}

async function survives(folder: string, mutant: Mutant, tests: readonly string[]): Promise<boolean> {
  const path = join(folder, mutant.file);
  const code = readFileSync(path, 'utf8');
  writeFileSync(path, code.slice(0, mutant.start) + mutant.after + code.slice(mutant.end));
  try {
    if (tests.length === 0) return true;
    // A failure may have come by chance: it counts when it comes again.
    for (const some of [tests.slice(0, nearest), tests.slice(nearest)]) {
      if (some.length > 0 && !(await passes(folder, some)) && !(await passes(folder, some))) return false;
    }
    return true;
  } finally {
    writeFileSync(path, code);
  }
}

async function passes(folder: string, tests: readonly string[]): Promise<boolean> {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const options = [
    '--config',
    'test/vitest.config.ts',
    '--bail=1',
    '--maxWorkers=1',
    '--reporter=dot',
    '--testTimeout=60000',
  ];
  const child = spawn(process.execPath, ['--bun', vitest, 'run', ...options, ...tests], {
    cwd: folder,
    env: { ...process.env, KIRO_TESTS: 'quick', NODE_ENV: 'test', KIRO_PROPERTY_RUNS: '100' },
    stdio: 'ignore',
    detached: true,
  });
  // A change that never ends is noticed, too.
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), patience);
  await once(child, 'exit');
  clearTimeout(timer);
  return child.exitCode === 0;
}

function describe({ file, line, before, after }: Mutant): string {
  const short = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 90);
  return `not caught: ${file}:${line}  ${short(before)}  →  ${short(after)}`;
}
