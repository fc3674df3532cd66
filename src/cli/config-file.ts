import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { World } from './world.ts';

/** The configuration file to write into: the one in force, or the one that would be. */
export const configFile = (inForce: string | undefined, { folders }: Pick<World, 'folders'>): string =>
  inForce ?? join(folders.config, 'config.toml');

/** Sets one entry, or takes it out when `value` is undefined. Everything else in the file stays as it was written. */
export function changeEntry(path: string, key: string, value: string | undefined): void {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const changed = path.endsWith('.json') ? changeJson(text, key, value) : changeToml(text, key, value);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.new`;
  // It may hold keys, so it is for its owner alone.
  writeFileSync(draft, changed, { mode: 0o600 });
  renameSync(draft, path);
}

function changeJson(text: string, key: string, value: string | undefined): string {
  const { [key]: _, ...others } = (text.trim() === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return `${JSON.stringify(value === undefined ? others : { ...others, [key]: value }, null, 2)}\n`;
}

function changeToml(text: string, key: string, value: string | undefined): string {
  const entry = new RegExp(`^[ \\t]*(?:${key}|"${key}")[ \\t]*=.*(?:\\r?\\n|$)`, 'm');
  const line = value === undefined ? '' : `${key} = ${JSON.stringify(value)}\n`;
  if (entry.test(text)) return text.replace(entry, () => line);
  const table = /^[ \t]*\[/m.exec(text)?.index ?? text.length;
  const before = text.slice(0, table);
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line}${text.slice(table)}`;
}
