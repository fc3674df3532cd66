import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './exit.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** The keys that clients of the gateway must send, and where they are. */
export interface GatewayKeys {
  /** At least one; the first is what `env` hands out. */
  readonly keys: readonly [string, ...string[]];
  /** The file that holds them; none when they are a setting. */
  readonly file?: string;
}

/** The keys in the settings, else the one made at first start and kept for everything that runs later. */
export function readKeys(settings: Pick<Settings, 'key'>, world: Pick<World, 'folders' | 'random'>): GatewayKeys {
  const [first, ...others] = settings.key ?? [];
  if (first !== undefined) return { keys: [first, ...others] };
  const file = join(world.folders.config, 'key');
  return { keys: [kept(file) ?? make(file, world)], file };
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
    `The gateway's key cannot be kept in ${file}: ${(error as Error).message}. Set PROXY_API_KEY to bring your own.`,
  );
