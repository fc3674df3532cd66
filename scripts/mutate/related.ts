import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The quick tests that load a file, the nearest first: by name, then by how many imports lie between. */
export function createRelated(root: string): (file: string) => readonly string[] {
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts') && !name.startsWith('e2e'))
    .map(name => join(root, 'test', name));
  const imports = new Map<string, readonly string[]>();
  const importsOf = (file: string): readonly string[] => {
    const known = imports.get(file) ?? readImports(file);
    imports.set(file, known);
    return known;
  };
  const distances = new Map(tests.map(test => [test, distancesFrom(test, importsOf)]));
  return file => {
    const own = join(root, file.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts'));
    const far = (test: string): number => (test === own ? 0 : (distances.get(test)?.get(join(root, file)) ?? -1));
    return tests
      .filter(test => far(test) >= 0)
      .sort((one, other) => far(one) - far(other))
      .map(test => relative(root, test));
  };
}

function readImports(file: string): readonly string[] {
  const code = readFileSync(file, 'utf8');
  return [...code.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
    .map(([, path = '']) => resolve(dirname(file), path))
    .filter(path => path.endsWith('.ts') && existsSync(path));
}

function distancesFrom(start: string, importsOf: (file: string) => readonly string[]): ReadonlyMap<string, number> {
  const found = new Map([[start, 0]]);
  for (const [file, distance] of found) {
    for (const next of importsOf(file)) if (!found.has(next)) found.set(next, distance + 1);
  }
  return found;
}
