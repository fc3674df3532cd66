import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { World } from './world.ts';

/** The configuration file to write into: the one in force, or the one that would be. */
export const configFile = (inForce: string | undefined, { folders }: Pick<World, 'folders'>): string =>
  inForce ?? join(folders.config, 'config.toml');

/**
 * Sets one entry, or takes it out when `value` is undefined. Everything else in the file stays as it was
 * written. False when there was nothing to take out.
 */
export function changeEntry(path: string, key: string, value: string | undefined): boolean {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const isJson = path.endsWith('.json');
  if (value === undefined && !(isJson ? Object.hasOwn(readJson(text), key) : entryOf(key).test(text))) return false;
  const changed = isJson ? changeJson(text, key, value) : changeToml(text, key, value);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // A link stays one.
  const target = existsSync(path) ? realpathSync(path) : path;
  const draft = `${target}.new`;
  // It may hold keys, so it is for its owner alone.
  writeFileSync(draft, changed, { mode: 0o600 });
  renameSync(draft, target);
  return true;
}

function changeJson(text: string, key: string, value: string | undefined): string {
  const { [key]: _, ...others } = readJson(text);
  return `${JSON.stringify(value === undefined ? others : { ...others, [key]: value }, null, 2)}\n`;
}

const readJson = (text: string) => (text.trim() === '' ? {} : JSON.parse(text)) as Record<string, unknown>;

function changeToml(text: string, key: string, value: string | undefined): string {
  const entry = entryOf(key);
  const line = value === undefined ? '' : `${key} = ${JSON.stringify(value)}\n`;
  if (entry.test(text)) return text.replace(entry, () => line);
  const table = /^[ \t]*\[/m.exec(text)?.index ?? text.length;
  const before = text.slice(0, table);
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line}${text.slice(table)}`;
}

const entryOf = (key: string): RegExp => new RegExp(`^[ \\t]*(?:${key}|"${key}")[ \\t]*=.*(?:\\r?\\n|$)`, 'm');
