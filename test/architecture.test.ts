import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../src');
const layers: Record<string, readonly string[]> = {
  core: [],
  wire: [],
  dialects: ['core', 'wire'],
  kiro: ['core', 'wire'],
  emulator: ['wire'],
  server: ['core', 'wire', 'dialects'],
  cli: ['core', 'wire', 'dialects', 'kiro', 'emulator', 'server'],
};
const worldly = /(?<![\w.$'"-])(process|console|Bun)\s*[.[]/;
const mayTouchTheWorld = (file: string): boolean => file.startsWith('cli/');

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => file.replaceAll('\\', '/'));
const text = new Map(files.map(file => [file, readFileSync(join(source, file), 'utf8')]));
const withoutComments = (code: string): string => code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

function imports(file: string): string[] {
  const found = withoutComments(text.get(file) ?? '').matchAll(/(?:from|import|import\()\s*['"](\.{1,2}\/[^'"]+)['"]/g);
  return [...found].map(match =>
    relative(source, resolve(source, dirname(file), match[1] ?? '')).replaceAll('\\', '/'),
  );
}
const layerOf = (file: string): string => file.split('/')[0] ?? '';

describe('the layers of the house', () => {
  it('has no files outside the known layers', () => {
    expect(files.filter(file => !(layerOf(file) in layers))).toEqual([]);
  });

  it('imports only downwards', () => {
    const wrong = files.flatMap(file =>
      imports(file)
        .filter(target => layerOf(target) !== layerOf(file) && !layers[layerOf(file)]?.includes(layerOf(target)))
        .map(target => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps the client APIs apart', () => {
    const folder = (file: string): string | undefined => /^dialects\/([^/]+)\//.exec(file)?.[1];
    const wrong = files.flatMap(file =>
      imports(file)
        .filter(target => folder(file) && folder(target) && folder(file) !== folder(target))
        .map(target => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('imports only files that exist', () => {
    const wrong = files.flatMap(file =>
      imports(file)
        .filter(target => !text.has(target) && !target.startsWith('..') && !target.endsWith('.json'))
        .map(target => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no cycles', () => {
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file) || path.includes(file)) return;
      for (const target of imports(file)) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('touches process, Bun and the console only in cli/', () => {
    const wrong = files.filter(file => !mayTouchTheWorld(file) && worldly.test(withoutComments(text.get(file) ?? '')));
    expect(wrong).toEqual([]);
  });

  it('imports undici in one file, and the real one', () => {
    const code = files.filter(file => !file.endsWith('.d.ts'));
    const users = code.filter(file => /['"]undici(\/[^'"]*)?['"]/.test(withoutComments(text.get(file) ?? '')));
    expect(users.every(file => file === 'kiro/transport.ts')).toBe(true);
    for (const file of users) expect(text.get(file)).not.toMatch(/(?<!type [^;]*)from 'undici'/);
  });
});
