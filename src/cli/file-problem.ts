import { writeFileSync } from 'node:fs';
import { UsageError } from './exit.ts';

/** Why the system did not read or write a file, in words that follow a colon. */
export function fileProblem(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return words[code] ?? message;
}

/** What went wrong with which file; undefined for what is no problem with a file. `own` are the folders of this program. */
export function explainFile(error: unknown, own: readonly string[]): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', path } = error as NodeJS.ErrnoException;
  if (path === undefined || words[code] === undefined) return undefined;
  const isOwn = own.some(folder => folder.startsWith(path) || path.startsWith(folder));
  return `${path} cannot be used: ${words[code]}.${isOwn ? otherFolder(error) : ''}`;
}

/** What to do where the files of this program cannot be kept in their place; begins with a space, or is empty. */
export function otherFolder(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['EACCES', 'EPERM', 'EROFS', 'SQLITE_CANTOPEN', 'SQLITE_READONLY'].includes(code)
    ? ' KIRO_GW_HOME names another folder; kiro-gw doctor says more.'
    : '';
}

/** Writes a file that a person named, for this user alone; throws `UsageError`. */
export function writeNamed(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600 });
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${fileProblem(error)}.`);
  }
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the disk can only be read',
  ENOSPC: 'the disk is full',
  ELOOP: 'its links lead round in a circle',
  ENAMETOOLONG: 'its name is too long',
};
