import { basename } from 'node:path';
import { ChatError } from '../../../core/errors.ts';
import { isObject } from '../../json.ts';
import { readJson, replaceFile, Unreadable } from './json-file.ts';
import { readText, type TokenRecord } from './record.ts';

/** What the file of accounts holds. */
export interface AccountBook {
  readonly active: string | undefined;
  /** The id of the place outside that was chosen, where no account is active. */
  readonly preferred: string | undefined;
  readonly accounts: Readonly<Record<string, TokenRecord>>;
  /** The file's own text, and its members that we do not know. */
  readonly text: string | undefined;
  readonly rest: TokenRecord;
}

/** Reads the accounts; a missing file holds none. */
export async function readBook(path: string): Promise<AccountBook> {
  const file = await readJson(path).catch((error: unknown) => {
    throw error instanceof Unreadable ? broken(path, error.message) : error;
  });
  if (file === undefined) return { active: undefined, preferred: undefined, accounts: {}, text: undefined, rest: {} };
  const { version, active, preferred, accounts, ...rest } = file.record;
  if (typeof version !== 'number') throw broken(path, 'has no version');
  if (version > newest) throw broken(path, 'was written by a newer kiro-gw');
  if (!isBook(accounts)) throw broken(path, 'has no list of accounts');
  const name = readText(active);
  return {
    active: name !== undefined && Object.hasOwn(accounts, name) ? name : undefined,
    preferred: readText(preferred),
    accounts,
    text: file.text,
    rest,
  };
}

/** Writes the accounts, whole or not at all. */
export async function writeBook(path: string, { active, preferred, accounts, text, rest }: AccountBook): Promise<void> {
  const chosen = { ...(active === undefined ? {} : { active }), ...(preferred === undefined ? {} : { preferred }) };
  const next = { version: newest, ...chosen, accounts, ...rest };
  const written = await replaceFile(path, text, `${JSON.stringify(next, null, 2)}\n`);
  if (written === 'written') return;
  const why = written === 'refused' ? 'cannot be written; look at its permissions' : 'was changed meanwhile; try again';
  throw new ChatError('login', `The file of accounts (${basename(path)}) ${why}.`, { file: path });
}

/** The record of an account; undefined when there is no such account. */
export function recordOf(book: AccountBook, name: string): TokenRecord | undefined {
  return Object.hasOwn(book.accounts, name) ? book.accounts[name] : undefined;
}

/** The record of an account that must be there. */
export function needRecord(book: AccountBook, name: string): TokenRecord {
  const record = recordOf(book, name);
  if (record !== undefined) return record;
  const known = Object.keys(book.accounts);
  const next = known.length === 0 ? 'There is none yet; kiro-gw login makes one.' : `There is ${known.join(', ')}.`;
  throw new ChatError('login', `There is no account "${name}". ${next}`);
}

/** Refuses names that would be trouble on a command line. */
export function checkName(name: string): void {
  if (/^[A-Za-z0-9][\w.@+-]{0,63}$/.test(name)) return;
  const rule = 'letters, digits and . _ @ + - and begin with a letter or digit, 64 characters at most';
  throw new ChatError('invalid', `An account's name may hold ${rule}.`, { param: 'name' });
}

function isBook(value: unknown): value is Readonly<Record<string, TokenRecord>> {
  return isObject(value) && Object.values(value).every(isObject);
}

function broken(path: string, what: string): ChatError {
  const message = `The file of accounts (${basename(path)}) ${what}. Mend it, or move it away and run kiro-gw login.`;
  return new ChatError('login', message, { file: path });
}

const newest = 1;
