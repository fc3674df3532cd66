import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { ChatError } from '../../../core/errors.ts';
import { parseObject } from '../../json.ts';
import { isRegion } from '../../region.ts';
import type { Credential, Kind, Renewed } from '../token.ts';
import { readClient, readText, readToken, shortLifetime, type TokenRecord, writeToken } from './record.ts';
import type { Place, Source, Written } from './source.ts';
import { changeDatabase, type Database, readDatabase, sqliteCode } from './sqlite.ts';

/** A database of a command-line program, and how to speak of it. */
export interface DatabaseOptions {
  readonly path: string;
  readonly place: Place;
  readonly name: string;
  readonly signIn: string;
  /** The setting that names the database; its absence is then an error. */
  readonly setting?: string;
}

/** A kind of sign-in inside such a database. */
export interface TokenKey {
  readonly key: string;
  readonly kind: Kind;
  /** The row with the client, for the kinds that have one. */
  readonly registration?: string;
}

/** One sign-in in a database of a command-line program. */
export function createDatabaseToken(options: DatabaseOptions, token: TokenKey): Source {
  const { path, place, name, signIn } = options;
  return {
    id: `${path}#${token.key}`,
    place,
    name,
    path,
    signIn,
    watched: [path, `${path}-wal`],
    async read() {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined && options.setting === undefined) return undefined;
      if (found === undefined) throw problem(options, 'does not exist');
      if (!found.isFile()) throw problem(options, 'is not a file');
      const rows = await readRows(options, token);
      if (rows === undefined && options.setting !== undefined) throw problem(options, 'has no table auth_kv');
      return rows?.token === undefined ? undefined : readCredential(options, token, rows, found.mtimeMs);
    },
    write: (used, renewed) => writeBack(path, token.key, used, renewed),
    isWritable: () => isWritable(path),
  };
}

/** Whether a file is an SQLite database. */
export async function isDatabase(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.toString('latin1') === 'SQLite format 3\0';
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

/** The profile that a command-line program chose last, out of the first database that knows one. */
export async function readStateProfile(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (!(await isDatabase(path))) continue;
    const arn = await readDatabase(path, profileOf).catch(() => undefined);
    if (arn !== undefined) return arn;
  }
  return undefined;
}

interface Rows {
  readonly token: string | undefined;
  readonly registration: string | undefined;
  readonly profileArn: string | undefined;
}

async function readRows(options: DatabaseOptions, { key, registration }: TokenKey): Promise<Rows | undefined> {
  try {
    return await readDatabase(options.path, database => {
      if (!hasTable(database, 'auth_kv')) return undefined;
      return {
        token: valueAt(database, 'auth_kv', key),
        registration: registration === undefined ? undefined : valueAt(database, 'auth_kv', registration),
        profileArn: profileOf(database),
      };
    });
  } catch (error) {
    throw problem(options, `cannot be read: ${reasons[sqliteCode(error)] ?? 'SQLite failed'}`);
  }
}

function readCredential(options: DatabaseOptions, { key, kind }: TokenKey, rows: Rows, writtenAt: number): Credential {
  const record = parse(rows.token);
  if (record === undefined) throw problem(options, `holds a broken ${key}`);
  const token = readToken(record);
  if (token.accessToken === undefined && token.refreshToken === undefined) {
    throw problem(options, `holds a ${key} without any token`);
  }
  const registration = parse(rows.registration);
  const region = token.region ?? readText(registration?.['region']);
  if (region !== undefined && !isRegion(region)) throw problem(options, 'names a region that is none');
  const client = token.client ?? (registration === undefined ? undefined : readClient(registration));
  return {
    ...token,
    kind,
    region,
    client: kind === 'social' ? undefined : client,
    lifetime: shortLifetime(token.expiresAt, writtenAt),
    profileArn: token.profileArn ?? rows.profileArn,
  };
}

async function writeBack(path: string, key: string, used: Credential, renewed: Renewed): Promise<Written> {
  try {
    return await changeDatabase(path, database => {
      const record = parse(valueAt(database, 'auth_kv', key));
      if (record === undefined || readToken(record).refreshToken !== used.refreshToken) return 'overtaken';
      const text = JSON.stringify(writeToken(record, renewed));
      database.prepare('UPDATE auth_kv SET value = ? WHERE key = ?').run(text, key);
      return 'written';
    });
  } catch {
    return 'refused';
  }
}

function valueAt(database: Database, table: 'auth_kv' | 'state', key: string): string | undefined {
  const row: unknown = database.prepare(`SELECT value FROM ${table} WHERE key = ?`).get(key);
  if (typeof row !== 'object' || row === null || !('value' in row)) return undefined;
  return Buffer.isBuffer(row.value) ? row.value.toString('utf8') : readText(row.value);
}

function profileOf(database: Database): string | undefined {
  if (!hasTable(database, 'state')) return undefined;
  return readText(parse(valueAt(database, 'state', 'api.codewhisperer.profile'))?.['arn']);
}

function hasTable(database: Database, table: string): boolean {
  return database.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`).get(table) !== undefined;
}

function parse(text: string | undefined): TokenRecord | undefined {
  return text === undefined ? undefined : parseObject(text);
}

async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    await access(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function problem({ path, name, setting, signIn }: DatabaseOptions, what: string): ChatError {
  const file = basename(path);
  const message =
    setting === undefined
      ? `The database of ${name} (${file}) ${what}. To sign in again, ${signIn}.`
      : `${setting} names the database ${file}, which ${what}. Correct ${setting}, or remove it and run kiro-gw login.`;
  return new ChatError('login', message, { file: path });
}

const reasons: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: 'it is not an SQLite database',
  SQLITE_CORRUPT: 'it is damaged',
  SQLITE_BUSY: 'another program keeps it locked',
  SQLITE_CANTOPEN: 'it may not be opened',
};
