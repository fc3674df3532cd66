import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './exit.ts';
import { fileProblem } from './file-problem.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** A key of the gateway and whom it was given to. */
export interface GatewayKey {
  readonly name: string;
  readonly key: string;
}

/** The keys that clients of the gateway may send. */
export interface GatewayKeys {
  /** The one that `env` hands out. */
  readonly own: string;
  readonly all: readonly GatewayKey[];
  /** The file that holds it; none when it is a setting. */
  readonly file?: string;
}

/** The keys in the settings, or the one made at first start and kept for everything that runs later. */
export function readKeys(
  settings: Pick<Settings, 'key' | 'keys' | 'keysFile'>,
  world: Pick<World, 'folders' | 'random'>,
): GatewayKeys {
  const listed = settings.keysFile === undefined ? {} : readList(settings.keysFile);
  const named = Object.entries({ ...listed, ...settings.keys }).map(([name, key]) => ({ name, key }));
  const set = settings.key ?? named[0]?.key;
  const file = keyFile(world);
  const own = set ?? kept(file) ?? make(file, world);
  const all = settings.key === undefined && named.length > 0 ? named : [{ name: 'default', key: own }, ...named];
  return { own, all, ...(set === undefined ? { file } : {}) };
}

/** Where the key is kept that the first start made. */
export const keyFile = ({ folders }: Pick<World, 'folders'>): string => join(folders.config, 'key');

/** The keys of a file: a `name=key` on each line; empty lines and those that begin with `#` do not count. */
function readList(file: string): Readonly<Record<string, string>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`PROXY_API_KEYS_FILE cannot be read from ${file}: ${fileProblem(error)}.`);
  }
  const lines = text.split(/\r?\n/).map(line => line.trim());
  const keys = lines.flatMap((line, at): [string, string][] => {
    if (line === '' || line.startsWith('#')) return [];
    const [, name, key] = /^([^=]+?)\s*=\s*(\S+)$/.exec(line) ?? [];
    if (name !== undefined && key !== undefined) return [[name, key]];
    throw new UsageError(`PROXY_API_KEYS_FILE: line ${at + 1} of ${file} must be a name=key.`);
  });
  return Object.fromEntries(keys);
}

function kept(file: string): string | undefined {
  try {
    const key = readFileSync(file, 'utf8').trim();
    return key === '' ? undefined : key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(file, error);
  }
}

function make(file: string, world: Pick<World, 'folders' | 'random'>): string {
  const key = `kgw-${Buffer.from(world.random(24)).toString('base64url')}`;
  const draft = `${file}.${Buffer.from(world.random(6)).toString('hex')}`;
  try {
    mkdirSync(world.folders.config, { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${key}\n`, { mode: 0o600, flag: 'wx' });
    // A link appears whole and only once: of two first starts at once, one makes the key and the other takes it.
    linkSync(draft, file);
    return key;
  } catch (error) {
    const others = (error as NodeJS.ErrnoException).code === 'EEXIST' ? kept(file) : undefined;
    if (others !== undefined) return others;
    throw unusable(file, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

const unusable = (file: string, error: unknown): UsageError =>
  new UsageError(
    `The gateway's key cannot be kept in ${file}: ${fileProblem(error)}. Set PROXY_API_KEY to bring your own.`,
  );
