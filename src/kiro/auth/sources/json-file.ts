import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseObject } from '../../json.ts';
import { pause } from '../wait.ts';
import type { TokenRecord } from './record.ts';
import type { Written } from './source.ts';

/** A file that holds a JSON object. */
export interface JsonFile {
  readonly record: TokenRecord;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
}

/** Why a file cannot be read, as the end of a sentence. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Reads a JSON object; undefined when there is no such file. Throws `Unreadable`. */
export async function readJson(path: string): Promise<JsonFile | undefined> {
  // Its owner may be in the middle of writing it.
  for (let attempt = 1; ; attempt += 1) {
    const file = await readWhole(path);
    if (file === undefined) return undefined;
    const record = parse(file.text);
    if (record !== undefined) return { ...file, record };
    const isSettled = attempt === 3 || Date.now() - file.writtenAt > writingTime;
    if (isSettled) throw new Unreadable(file.text.trim() === '' ? 'is empty' : 'does not hold a JSON object');
    await pause(25);
  }
}

/** Puts a new text in place of the old one, whole or not at all, unless somebody else was faster. */
export async function replaceFile(path: string, before: string | undefined, text: string): Promise<Written> {
  let temporary: string | undefined;
  try {
    const target = await realpath(path).catch(() => path);
    const old = await stat(target).catch(() => undefined);
    await removeLeftovers(target);
    temporary = join(dirname(target), `${basename(target)}.kiro-gw-${randomBytes(6).toString('hex')}.tmp`);
    const file = await open(temporary, 'wx', 0o600);
    try {
      if (old !== undefined) {
        await file.chown(old.uid, old.gid).catch(() => undefined);
        await file.chmod(old.mode & 0o777);
      }
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    const now = await readFile(target, 'utf8').catch(() => undefined);
    if (now !== before) return 'overtaken';
    await renameWhenFree(temporary, target);
    temporary = undefined;
    await syncFolder(dirname(target));
    return 'written';
  } catch {
    return 'refused';
  } finally {
    if (temporary !== undefined) await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Whether `replaceFile` could work on it. */
export async function isReplaceable(path: string): Promise<boolean> {
  try {
    const target = await realpath(path);
    await access(target, constants.W_OK);
    await access(dirname(target), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Makes a folder that only its owner can enter. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

async function readWhole(path: string): Promise<Omit<JsonFile, 'record'> | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Unreadable('is not a file');
    if (found.size > largest) throw new Unreadable('is too large for a sign-in');
    return { text: await readFile(path, 'utf8'), writtenAt: found.mtimeMs };
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Unreadable(code === 'EACCES' || code === 'EPERM' ? 'may not be read' : `cannot be read (${code})`);
  }
}

function parse(text: string): TokenRecord | undefined {
  return parseObject(text.replace(/^\uFEFF/, ''));
}

// What a killed process left holds secrets.
async function removeLeftovers(target: string): Promise<void> {
  const start = `${basename(target)}.kiro-gw-`;
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(start) || !name.endsWith('.tmp')) continue;
    const path = join(dirname(target), name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > leftoverAge) await rm(path, { force: true });
  }
}

// Windows does not replace a file that somebody has open just now.
async function renameWhenFree(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (attempt === 4 || !['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))) throw error;
      await pause(50);
    }
  }
}

// Without it a power cut could undo the rename; some file systems do not have it.
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close().catch(() => undefined);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

const largest = 1 << 20;
const leftoverAge = 60_000;
const writingTime = 5000;
