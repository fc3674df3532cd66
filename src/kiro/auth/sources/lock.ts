import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { ChatError } from '../../../core/errors.ts';
import { pause } from '../wait.ts';
import { makeFolder } from './json-file.ts';
import type { Source } from './source.ts';
import { type Database, openLock, sqliteCode } from './sqlite.ts';

/**
 * Does work while no other process does work of the same name. The lock is the operating system's, held through an
 * empty SQLite database, so it ends with its process, however that ends. Where no lock can be had, the work is done
 * without and `unlocked` is told why.
 */
export async function withLock<T>(
  folder: string,
  name: string,
  work: () => Promise<T>,
  unlocked?: (reason: string) => void,
): Promise<T> {
  const database = await takeLock(folder, name).catch((error: unknown) => {
    if (error instanceof ChatError) throw error;
    unlocked?.(sqliteCode(error) || 'unknown');
    return undefined;
  });
  try {
    return await work();
  } finally {
    database?.close();
  }
}

/** The name of the lock of a place: one file has one, whatever links lead to it. */
export async function lockName({ id, path }: Source): Promise<string> {
  if (path === undefined) return id;
  const real = await realpath(path).catch(() => path);
  return id.replace(path, () => real);
}

/** A name that gives nothing away, for files that belong to something. */
export function hashName(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

async function takeLock(folder: string, name: string): Promise<Database> {
  const locks = join(folder, 'locks');
  await makeFolder(locks);
  const database = await openLock(join(locks, `${hashName(name)}.lock`));
  const deadline = performance.now() + longestWait;
  for (;;) {
    try {
      database.exec('BEGIN EXCLUSIVE');
      return database;
    } catch (error) {
      const busy = sqliteCode(error).startsWith('SQLITE_BUSY');
      if (!busy || performance.now() > deadline) {
        database.close();
        throw busy ? new ChatError('timeout', 'Another kiro-gw has been renewing this sign-in for too long.') : error;
      }
    }
    await pause(15 + Math.random() * 20);
  }
}

const longestWait = 60_000;
