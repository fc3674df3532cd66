import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Accounts, createAccounts } from '../../../../src/kiro/auth/sources/accounts.ts';
import type { Keychain } from '../../../../src/kiro/auth/sources/keychain.ts';
import type { Credential } from '../../../../src/kiro/auth/token.ts';
import { arn, createMachine, type TestMachine } from '../support/machine.ts';

let machine: TestMachine;
let accounts: Accounts;
beforeEach(() => {
  machine = createMachine();
  accounts = createAccounts({ folder: machine.configDir });
});
afterEach(() => machine.remove());

const social: Credential = { kind: 'social', accessToken: 'a', refreshToken: 'r', provider: 'Google', profileArn: arn };
const oidc: Credential = { kind: 'oidc', accessToken: 'b', refreshToken: 's', client: { id: 'c', secret: 'hush' } };
const renewed = { accessToken: 'a2', refreshToken: 'r2', expiresAt: 2e12, lifetime: 1 };
const names = async (): Promise<string[]> =>
  (await accounts.list()).map(({ name, isActive }) => (isActive ? `*${name}` : name));

/** What an operating system's keychain does. */
function createMemoryKeychain(): Keychain & { readonly held: Map<string, string> } {
  const held = new Map<string, string>();
  return {
    held,
    get: async name => held.get(name) ?? null,
    set: async (name, value) => void held.set(name, value),
    delete: async name => void held.delete(name),
  };
}

describe('the accounts of our own store', () => {
  it('are none at first', async () => {
    expect(await accounts.list()).toEqual([]);
    expect(await accounts.active()).toBeUndefined();
    expect(await accounts.read('x')).toBeUndefined();
  });

  it('are kept by name, the latest being the active one', async () => {
    await accounts.save('home', social);
    await accounts.save('work', oidc);
    expect(await names()).toEqual(['home', '*work']);
    expect(await accounts.read('home')).toMatchObject(social);
    expect(await accounts.read('work')).toMatchObject(oidc);
    expect(statSync(accounts.path).mode & 0o777).toBe(0o600);
    expect(statSync(machine.configDir).mode & 0o777).toBe(0o700);
  });

  it('can be chosen, renamed and removed', async () => {
    await accounts.save('home', social);
    await accounts.save('work', oidc);
    await accounts.use('home');
    expect(await names()).toEqual(['*home', 'work']);
    await accounts.rename('home', 'house');
    expect(await names()).toEqual(['work', '*house']);
    expect(await accounts.remove('house')).toMatchObject(social);
    expect(await names()).toEqual(['*work']);
    await accounts.use(undefined);
    expect(await names()).toEqual(['work']);
  });

  it('leave nobody active rather than guess among several', async () => {
    await accounts.save('one', social);
    await accounts.save('two', social);
    await accounts.save('three', social);
    await accounts.remove('three');
    expect(await names()).toEqual(['one', 'two']);
  });

  it('are listed without their secrets', async () => {
    await accounts.save('work', { ...oidc, accessToken: 'ACCESS', refreshToken: 'REFRESH' });
    expect(JSON.stringify(await accounts.list())).not.toMatch(/ACCESS|REFRESH|hush/);
  });

  it('refuse names that would be trouble, and those that are taken or unknown', async () => {
    for (const name of ['', '-x', '../x', 'a b', '__proto__', 'x'.repeat(65)]) {
      await expect(accounts.save(name, social)).rejects.toMatchObject({ kind: 'invalid' });
    }
    await accounts.save('constructor', social);
    expect(await names()).toEqual(['*constructor']);
    await accounts.save('home', social);
    await expect(accounts.rename('home', 'constructor')).rejects.toMatchObject({ kind: 'invalid' });
    await expect(accounts.use('toString')).rejects.toThrow('There is no account "toString"');
    await expect(accounts.remove('nobody')).rejects.toThrow('There is no account "nobody"');
  });

  it('store a renewal only where the refresh token is still the one that was used', async () => {
    await accounts.save('home', social);
    expect(await accounts.update('home', { ...social, refreshToken: 'other' }, renewed)).toBe('overtaken');
    expect(await accounts.update('nobody', social, renewed)).toBe('overtaken');
    expect(await accounts.update('home', social, renewed)).toBe('written');
    expect(await accounts.read('home')).toMatchObject({ accessToken: 'a2', refreshToken: 'r2', provider: 'Google' });
  });

  it('keep what a later version wrote beside them', async () => {
    await accounts.save('home', social);
    const file = JSON.parse(readFileSync(accounts.path, 'utf8'));
    writeFileSync(
      accounts.path,
      JSON.stringify({ ...file, later: 1, accounts: { home: { ...file.accounts.home, note: 'x' } } }),
    );
    await accounts.update('home', social, renewed);
    await accounts.use('home');
    const after = JSON.parse(readFileSync(accounts.path, 'utf8'));
    expect(after).toMatchObject({ version: 1, later: 1, accounts: { home: { note: 'x', accessToken: 'a2' } } });
  });

  it('lose nothing when many programs save at the same time', async () => {
    const many = Array.from({ length: 12 }, (_, index) => `account-${index}`);
    await Promise.all(many.map(name => createAccounts({ folder: machine.configDir }).save(name, social)));
    expect((await accounts.list()).map(({ name }) => name).sort()).toEqual(many.sort());
  });
});

describe('accounts in the keychain', () => {
  it('leave no secret in the file, and survive renewals, renaming and removal', async () => {
    const keychain = createMemoryKeychain();
    accounts = createAccounts({ folder: machine.configDir, keychain });
    await accounts.save('work', oidc, { keychain: true });
    expect(readFileSync(accounts.path, 'utf8')).not.toMatch(/hush|"accessToken"|"refreshToken"/);
    expect(await accounts.read('work')).toMatchObject(oidc);
    expect((await accounts.list())[0]).toMatchObject({ name: 'work', keychain: true });
    expect(await accounts.update('work', oidc, renewed)).toBe('written');
    await accounts.rename('work', 'office');
    expect([...keychain.held.keys()]).toEqual(['office']);
    expect(await accounts.read('office')).toMatchObject({ accessToken: 'a2', client: oidc.client });
    expect(readFileSync(accounts.path, 'utf8')).not.toMatch(/hush|a2|r2/);
    await accounts.remove('office');
    expect(keychain.held.size).toBe(0);
  });

  it('leave nothing there when they are kept in the file again', async () => {
    const keychain = createMemoryKeychain();
    accounts = createAccounts({ folder: machine.configDir, keychain });
    await accounts.save('work', oidc, { keychain: true });
    await accounts.save('work', oidc);
    expect(keychain.held.size).toBe(0);
    expect(await accounts.read('work')).toMatchObject(oidc);
  });

  it('are an error where the keychain keeps silent, and can still be removed', async () => {
    await createAccounts({ folder: machine.configDir, keychain: createMemoryKeychain() }).save('work', oidc, {
      keychain: true,
    });
    await expect(accounts.read('work')).rejects.toThrow('The keychain cannot be used for the account "work"');
    await accounts.remove('work');
    expect(await accounts.list()).toEqual([]);
  });
});
