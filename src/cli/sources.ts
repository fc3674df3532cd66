import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './exit.ts';
import { fileProblem } from './file-problem.ts';
import { didYouMean } from './nearest.ts';
import { placeOf } from './place.ts';
import type { Setting } from './setting.ts';
import { keyOf, type Name, names, type Settings, table } from './settings.ts';
import { ValueError } from './values.ts';
import type { World } from './world.ts';

/** Where a value came from. */
export interface Origin {
  readonly kind: 'flag' | 'environment' | 'file' | 'default';
  /** In words: `--port`, `SERVER_PORT`, the file's path, `default`. */
  readonly from: string;
  /** As it was written; none when the setting is unset. */
  readonly text?: string;
}

export interface ResolvedSettings {
  readonly settings: Settings;
  readonly origins: Readonly<Record<Name, Origin>>;
  /** The configuration file in force. */
  readonly file?: string;
}

/** Flags by setting name, as the command line gave them. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** All settings: a flag counts before the environment, that before the configuration file, that before the default. */
export function readSettings(flags: Flags, world: Pick<World, 'env' | 'folders'>): ResolvedSettings {
  const file = readFile(flags['config'] ?? world.env['KIRO_GW_CONFIG'], world.folders.config);
  const origins = Object.fromEntries(
    names.map(name => [name, originOf(name, flags, world.env, file)]),
  ) as unknown as Record<Name, Origin>;
  const read = (name: Name) => valueFrom(name, origins[name], file);
  const settings = Object.fromEntries(names.map(name => [name, read(name)])) as unknown as Settings;
  return { settings, origins, ...(file === undefined ? {} : { file: file.path }) };
}

/** A setting as it may be shown. */
export function shown(name: Name, { text }: Origin): string {
  const { secret }: Setting = table[name];
  return text === undefined || text === '' ? '' : secret ? '(set, not shown)' : text;
}

/** The long flag of a setting, without its argument. */
export const flagOf = (setting: Setting): string | undefined => /--[a-z-]+/.exec(setting.flag ?? '')?.[0];

function originOf(name: Name, flags: Flags, env: World['env'], file: ConfigFile | undefined): Origin {
  const setting: Setting = table[name];
  const flag = flags[name];
  if (flag !== undefined) return { kind: 'flag', from: flagOf(setting) ?? name, text: flag };
  const variable = env[setting.env];
  // An empty variable is how container tools write "not set".
  if (variable !== undefined && variable !== '') return { kind: 'environment', from: setting.env, text: variable };
  const written = file?.values.get(name);
  if (file !== undefined && written !== undefined) return { kind: 'file', from: file.path, text: written };
  const fallback = setting.fallback;
  return { kind: 'default', from: 'default', ...(fallback === undefined ? {} : { text: fallback }) };
}

function valueFrom(name: Name, origin: Origin, file: ConfigFile | undefined): unknown {
  const setting: Setting = table[name];
  if (origin.text === undefined) return undefined;
  try {
    return setting.read(origin.text);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const place = origin.kind === 'file' ? `${keyOf(name)} in ${origin.from}` : origin.from;
    const given = setting.secret ? '' : ` (it is "${origin.text}")`;
    const next = origin.kind === 'file' ? file?.correction : undefined;
    throw new UsageError([`${place} must be ${error.message}${given}.`, next].filter(Boolean).join(' '));
  }
}

interface ConfigFile {
  readonly path: string;
  readonly values: ReadonlyMap<Name, string>;
  /** What to do about what is wrong in it. */
  readonly correction: string;
}

function readFile(named: string | undefined, folder: string): ConfigFile | undefined {
  const usual = ['config.toml', 'config.json'].map(file => join(folder, file));
  const candidates = named === undefined ? usual : [named];
  const found = candidates.flatMap(path => {
    const text = textOf(path);
    return text === undefined ? [] : [{ path, text }];
  });
  const [file, other] = found;
  if (other !== undefined) throw new UsageError(`Both ${file?.path} and ${other.path} exist. Keep one of them.`);
  if (file === undefined && named !== undefined)
    throw new UsageError(
      `The configuration file ${named} does not exist. Make it with: kiro-gw config edit --config ${named}`,
    );
  if (file === undefined) return undefined;
  const { path, text } = file;
  const correction = `Correct it with: kiro-gw config edit${usual.includes(path) ? '' : ` --config ${path}`}`;
  return { path, values: valuesIn(path, text, correction), correction };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`The configuration file ${path} cannot be read: ${fileProblem(error)}.`);
  }
}

function valuesIn(path: string, text: string, correction: string): Map<Name, string> {
  const isJson = path.endsWith('.json');
  let parsed: unknown;
  try {
    parsed = isJson ? JSON.parse(text) : Bun.TOML.parse(text);
  } catch (error) {
    const place = placeOf(text, isJson);
    const where = place === undefined ? path : `${path}, ${place},`;
    const what = (error as Error).message.replace(/^.*? Parse error: /, '');
    throw new UsageError(`The configuration file ${where} is not valid: ${what}. ${correction}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UsageError(`The configuration file ${path} must hold settings by name. ${correction}`);
  }
  const byKey = new Map(names.map(name => [keyOf(name), name]));
  const values = new Map<Name, string>();
  for (const [key, value] of Object.entries(parsed)) {
    const name = byKey.get(key);
    if (name === undefined && key !== '$schema') {
      const advice = isTable(value) ? ' Settings stand there without tables.' : didYouMean(key, [...byKey.keys()]);
      throw new UsageError(`${path} has an unknown setting "${key}".${advice} ${correction}`);
    }
    if (name !== undefined) values.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return values;
}

const isTable = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value);
