import { randomBytes } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { pause } from '../wait.ts';
import { makeFolder } from './json-file.ts';

export type { Database } from 'better-sqlite3';

/** Opens a database that exists. It never waits for a lock: that would stop every stream; `whenFree` waits. */
async function openDatabase(path: string, options: { readonly readonly: boolean }): Promise<Database> {
  const { default: Sqlite } = await import('better-sqlite3');
  return new Sqlite(path, { readonly: options.readonly, fileMustExist: true, timeout: 0 });
}

/** Opens a database for locking, making it where it is missing. */
export async function openLock(path: string): Promise<Database> {
  const { default: Sqlite } = await import('better-sqlite3');
  return new Sqlite(path, { timeout: 0 });
}

/** Reads from a database, also from one whose folder cannot be written, or that another program is writing. */
export async function readDatabase<T>(path: string, read: (database: Database) => T): Promise<T> {
  try {
    return await whenFree(() => using(path, true, read));
  } catch (error) {
    if (!unopenable.has(sqliteCode(error))) throw error;
    // A killed owner leaves a journal that only a writer can roll back.
    return whenFree(() => using(path, false, read)).catch(() => readCopy(path, read));
  }
}

/** Changes a database in one immediate transaction. */
export function changeDatabase<T>(path: string, change: (database: Database) => T): Promise<T> {
  return whenFree(() => using(path, false, database => database.transaction(() => change(database)).immediate()));
}

/** Tries again while another program holds the database, five seconds at most. */
async function whenFree<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!sqliteCode(error).startsWith('SQLITE_BUSY') || attempt === 100) throw error;
      await pause(50);
    }
  }
}

/** SQLite's own name of an error, such as `SQLITE_BUSY`; empty when it is not SQLite's. */
export function sqliteCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function using<T>(path: string, readonly: boolean, work: (database: Database) => T): Promise<T> {
  const database = await openDatabase(path, { readonly });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

// A log in a folder that cannot be written can only be read from a copy of both.
async function readCopy<T>(path: string, read: (database: Database) => T): Promise<T> {
  const folder = join(tmpdir(), `kiro-gw-${randomBytes(12).toString('hex')}`);
  await makeFolder(folder);
  try {
    const copy = join(folder, 'copy.sqlite3');
    await copyFile(path, copy);
    for (const log of ['-wal', '-journal']) await copyFile(path + log, copy + log).catch(() => undefined);
    return await using(copy, false, read);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const unopenable: ReadonlySet<string> = new Set([
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY_ROLLBACK',
  'SQLITE_READONLY_DIRECTORY',
  'SQLITE_READONLY_CANTINIT',
  'SQLITE_READONLY_RECOVERY',
  'SQLITE_READONLY_CANTLOCK',
  'SQLITE_READONLY',
]);
