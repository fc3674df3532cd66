import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutants.ts';
import { noteParts, notes } from './reached.ts';

/** Says for a mutant which test files run the place it changes; undefined where it is run by loading the file. */
export type Coverage = (mutant: Mutant) => ReadonlySet<string> | undefined;

/** Runs all quick tests once in a copy of the project, and notes what each of them runs of the given files. */
export async function measureCoverage(folder: string, files: readonly string[]): Promise<Coverage> {
  const originals = new Map([...files, setup].map(file => [file, readFileSync(join(folder, file), 'utf8')]));
  const places = new Map<string, readonly Place[]>();
  let count = 0;
  for (const file of files) {
    const { code, parts } = noteParts(originals.get(file) ?? '', count);
    places.set(
      file,
      parts.map((part, index) => ({ ...part, id: count + index })),
    );
    count += parts.length;
    writeFileSync(join(folder, file), code);
  }
  writeFileSync(join(folder, setup), `${originals.get(setup) ?? ''}\n${recorder}`);
  const output = join(folder, 'reached.jsonl');
  const options = ['--config', 'test/vitest.config.ts', '--maxWorkers=1', '--reporter=dot', '--testTimeout=60000'];
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, ['--bun', vitest, 'run', ...options], {
    cwd: folder,
    env: { ...process.env, KIRO_TESTS: 'quick', NODE_ENV: 'test', KIRO_PROPERTY_RUNS: '100', KIRO_REACHED: output },
    stdio: 'ignore',
  });
  await once(child, 'exit');
  for (const [file, code] of originals) writeFileSync(join(folder, file), code);
  if (!existsSync(output)) throw new Error('The tests do not run.');
  const reached = readReached(output, folder);
  return ({ file, start, end }) => {
    const around = (places.get(file) ?? []).filter(place => place.start <= start && end <= place.end);
    const nearest = around.toSorted((one, other) => one.end - one.start - (other.end - other.start))[0];
    return nearest === undefined ? undefined : (reached.get(nearest.id) ?? new Set());
  };
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly id: number;
}

function readReached(path: string, folder: string): ReadonlyMap<number, ReadonlySet<string>> {
  const reached = new Map<number, Set<string>>();
  for (const line of readFileSync(path, 'utf8').trim().split('\n')) {
    const [test, ids] = JSON.parse(line) as [string, number[]];
    for (const id of ids) {
      const tests = reached.get(id) ?? new Set();
      reached.set(id, tests.add(test.replace(`${folder}/`, '')));
    }
  }
  return reached;
}

const setup = 'test/support/seed.ts';

const recorder = `import { appendFileSync } from 'node:fs';
import { afterAll, expect } from 'vitest';
afterAll(() => {
  const ids = [];
  (${notes} ?? []).forEach((reached, id) => { if (reached === 1) ids.push(id); });
  ${notes}?.fill(0);
  appendFileSync(process.env['KIRO_REACHED'], JSON.stringify([expect.getState().testPath, ids]) + '\\n');
});
`;
