import { join } from 'node:path';
import { ChatError } from '../../../core/errors.ts';
import { type Credential, type Renewed, withRenewed } from '../token.ts';
import { type AccountBook, checkName, needRecord, readBook, recordOf, writeBook } from './account-file.ts';
import { isReplaceable, makeFolder } from './json-file.ts';
import { type Keychain, seal, unseal } from './keychain.ts';
import { withLock } from './lock.ts';
import { readStored, type TokenRecord, writeStored } from './record.ts';
import type { Written } from './source.ts';

/** An account without its secrets. */
export interface StoredAccount {
  readonly name: string;
  readonly isActive: boolean;
  readonly keychain: boolean;
  readonly credential: Omit<Credential, 'accessToken' | 'refreshToken' | 'client'>;
}

/** The sign-ins that `kiro-gw login` made: several by name, one of them active. */
export interface Accounts {
  readonly path: string;
  list(): Promise<readonly StoredAccount[]>;
  /** The name of the active account. */
  active(): Promise<string | undefined>;
  /** The id of the place outside that was chosen with `prefer`. */
  preferred(): Promise<string | undefined>;
  /** Undefined when there is no such account. */
  read(name: string): Promise<Credential | undefined>;
  /** Adds or replaces an account and makes it the active one. */
  save(name: string, credential: Credential, options?: { readonly keychain?: boolean }): Promise<void>;
  /** Stores a renewal, if the account still holds the refresh token that was used for it. */
  update(name: string, used: Credential, renewed: Renewed): Promise<Written>;
  /** Makes an account the active one; without a name, none is, and what is found on the machine counts again. */
  use(name: string | undefined): Promise<void>;
  /** Makes a place outside, by its id, count before all others that are found; then no account is active. */
  prefer(id: string): Promise<void>;
  /** Forgets an account and says what it was, for signing out. */
  remove(name: string): Promise<Credential>;
  rename(from: string, to: string): Promise<void>;
  isWritable(): Promise<boolean>;
}

/** The accounts in `accounts.json` of our own folder. */
export function createAccounts(options: {
  readonly folder: string;
  readonly keychain?: Keychain | undefined;
}): Accounts {
  const { folder, keychain } = options;
  const path = join(folder, 'accounts.json');

  const open = async (record: TokenRecord, name: string): Promise<Credential> =>
    readStored(await unseal(keychain, name, record));
  const close = async (record: TokenRecord, name: string, sealed: boolean): Promise<TokenRecord> =>
    sealed ? seal(keychain, name, record) : record;
  const change = async <T>(work: (book: AccountBook) => Promise<Change<T>>) => {
    await makeFolder(folder).catch(() => undefined);
    return withLock(folder, path, async () => {
      const before = await readBook(path);
      const { book, result, forgotten } = await work(before);
      if (book !== undefined) await writeBook(path, { ...before, ...book });
      // Only now: whoever is interrupted in between has one entry too many and none too few.
      if (forgotten !== undefined && isSealed(recordOf(before, forgotten))) {
        await keychain?.delete(forgotten).catch(() => undefined);
      }
      return result;
    });
  };

  return {
    path,
    async list() {
      const book = await readBook(path);
      return Object.entries(book.accounts).map(([name, record]) => {
        const { accessToken: _access, refreshToken: _refresh, client: _client, ...credential } = readStored(record);
        return { name, isActive: name === book.active, keychain: isSealed(record), credential };
      });
    },
    active: async () => (await readBook(path)).active,
    preferred: async () => (await readBook(path)).preferred,
    async read(name) {
      const record = recordOf(await readBook(path), name);
      return record === undefined ? undefined : open(record, name);
    },
    save: (name, credential, { keychain: sealed = false } = {}) =>
      change(async book => {
        checkName(name);
        const record = await close(writeStored(credential), name, sealed);
        const accounts = { ...book.accounts, [name]: record };
        const forgotten = sealed ? undefined : name;
        return { book: { active: name, accounts }, result: undefined, forgotten };
      }),
    update: (name, used, renewed) =>
      change<Written>(async book => {
        const record = recordOf(book, name);
        const before = record === undefined ? undefined : await open(record, name);
        if (record === undefined || before === undefined) return { result: 'overtaken' };
        if (before.refreshToken !== used.refreshToken) return { result: 'overtaken' };
        const next = { ...record, ...writeStored(withRenewed(before, renewed)) };
        const closed = await close(next, name, isSealed(record));
        return { book: { accounts: { ...book.accounts, [name]: closed } }, result: 'written' };
      }).catch(() => 'refused'),
    use: name =>
      change(async book => {
        if (name !== undefined) needRecord(book, name);
        return { book: { active: name, preferred: undefined }, result: undefined };
      }),
    prefer: id => change(async () => ({ book: { active: undefined, preferred: id }, result: undefined })),
    remove: name =>
      change(async book => {
        const record = needRecord(book, name);
        const result = await open(record, name).catch(() => readStored(record));
        const { [name]: _, ...accounts } = book.accounts;
        const [only, ...others] = Object.keys(accounts);
        const next = others.length === 0 ? only : undefined;
        const active = book.active === name ? next : book.active;
        return { book: { accounts, active }, result, forgotten: name };
      }),
    rename: (from, to) =>
      change(async book => {
        const record = needRecord(book, from);
        checkName(to);
        if (recordOf(book, to) !== undefined)
          throw new ChatError(
            'invalid',
            `There is an account "${to}" already. Take another name, or: kiro-gw accounts remove ${to}`,
          );
        const moved = await close(await unseal(keychain, from, record), to, isSealed(record));
        const { [from]: _, ...others } = book.accounts;
        const active = book.active === from ? to : book.active;
        return { book: { accounts: { ...others, [to]: moved }, active }, result: undefined, forgotten: from };
      }),
    isWritable: () => isReplaceable(path),
  };
}

interface Change<T> {
  readonly book?: Partial<AccountBook>;
  readonly result: T;
  /** The account whose entry in the keychain is not needed any more. */
  readonly forgotten?: string | undefined;
}

function isSealed(record: TokenRecord | undefined): boolean {
  return record?.['keychain'] === true;
}
