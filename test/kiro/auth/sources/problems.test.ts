import { chmodSync, mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ChatError } from '../../../../src/core/errors.ts';
import { createAccounts } from '../../../../src/kiro/auth/sources/accounts.ts';
import { isDatabase, readStateProfile } from '../../../../src/kiro/auth/sources/database.ts';
import { createIde } from '../../../../src/kiro/auth/sources/ide.ts';
import { readJson } from '../../../../src/kiro/auth/sources/json-file.ts';
import { createAmazonQ, createKiroCli, createNamedDatabase } from '../../../../src/kiro/auth/sources/kiro-cli.ts';
import { createNamedFile } from '../../../../src/kiro/auth/sources/named-file.ts';
import type { Source } from '../../../../src/kiro/auth/sources/source.ts';
import { useMachine } from '../support/use-machine.ts';

const { machine, signIns } = useMachine();

const where = () => ({ home: machine.home, platform: 'linux', env: {} });
const key = 'kirocli:social:token';
const token = { access_token: 'a', refresh_token: 'r' };

/** What is wrong with a place, in words. */
async function wordsOf(source: Source | undefined): Promise<string | undefined> {
  try {
    await source?.read();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ChatError);
    expect((error as ChatError).kind).toBe('login');
    return (error as ChatError).message;
  }
}

describe('a file of a sign-in that is broken', () => {
  it.each<[string, string | object]>([
    ['is empty', ' \n'],
    ['does not hold a JSON object', '[1]'],
    ['does not hold a JSON object', '{"accessToken":'],
    ['holds neither an access token nor a refresh token', { expiresAt: '2026-01-01T00:00:00Z' }],
    ['names a region that is none', { accessToken: 'a', region: 'https://evil.example' }],
    ['is too large for a sign-in', 'x'.repeat((1 << 20) + 1)],
  ])('%s, and it is said how to mend it', async (what, content) => {
    machine.json(signIns.idePath, content);
    expect(await wordsOf(createIde(where()))).toBe(
      `The sign-in of Kiro IDE (kiro-auth-token.json) ${what}. To sign in again, open Kiro and sign in, or run kiro-gw login.`,
    );
    expect(await wordsOf(createNamedFile(where(), 'KIRO_CREDS_FILE', signIns.idePath))).toBe(
      `KIRO_CREDS_FILE names the file kiro-auth-token.json, which ${what}. Correct KIRO_CREDS_FILE, or remove it and run kiro-gw login.`,
    );
  });

  it('is none where there is no file, unless a setting names it', async () => {
    expect(await createIde(where()).read()).toBeUndefined();
    expect(await wordsOf(createNamedFile(where(), 'KIRO_CREDS_FILE', '/nowhere.json'))).toMatch(/which does not exist/);
    machine.json(machine.at('file'), {});
    expect(await readJson(machine.at('file', 'below'))).toBeUndefined();
    mkdirSync(signIns.idePath, { recursive: true });
    expect(await wordsOf(createIde(where()))).toMatch(/ is not a file\. /);
  });

  it('is read although somebody put a byte order mark before it', async () => {
    machine.json(signIns.idePath, '\uFEFF{"accessToken":"a"}');
    expect(await createIde(where()).read()).toMatchObject({ accessToken: 'a' });
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('may not be read', async () => {
    chmodSync(signIns.ide(60), 0);
    expect(await wordsOf(createIde(where()))).toMatch(/ may not be read\. /);
  });
});

describe('the client of a sign-in', () => {
  const clientIdHash = 'abc-DEF_1';
  const oidc = { accessToken: 'a', refreshToken: 'r', authMethod: 'IdC', clientIdHash };
  const client = (name: string, content: object) => machine.json(machine.at('.aws', 'sso', 'cache', name), content);
  const read = () => createIde(where()).read();

  it('is that of its registration, with its region', async () => {
    machine.json(signIns.idePath, oidc);
    client(`${clientIdHash}.json`, { clientId: 'i', clientSecret: 's', region: 'eu-north-1' });
    expect(await read()).toMatchObject({ client: { id: 'i', secret: 's' }, region: 'eu-north-1' });
    machine.json(signIns.idePath, { ...oidc, region: 'eu-west-1' });
    expect(await read()).toMatchObject({ region: 'eu-west-1' });
  });

  it('is none where its registration is missing, or its name leads elsewhere', async () => {
    machine.json(signIns.idePath, oidc);
    expect((await read())?.client).toBeUndefined();
    machine.json(machine.at('.aws', 'sso', 'outside.json'), { clientId: 'i' });
    for (const hash of ['../outside', 'x'.repeat(129), '']) {
      machine.json(signIns.idePath, { ...oidc, clientIdHash: hash });
      expect((await read())?.client).toBeUndefined();
    }
    client('x.json', { clientId: 'i' });
    machine.json(signIns.idePath, { ...oidc, clientIdHash: 'x', authMethod: 'social' });
    expect((await read())?.client).toBeUndefined();
  });

  it('lies beside a file that a setting names, too', async () => {
    const path = machine.json(machine.at('copy', 'token.json'), oidc);
    machine.json(machine.at('copy', `${clientIdHash}.json`), { clientId: 'there' });
    expect(await createNamedFile(where(), 'KIRO_CREDS_FILE', path).read()).toMatchObject({ client: { id: 'there' } });
  });
});

describe('a database of a sign-in that is broken', () => {
  const path = () => signIns.cliPath;
  const social = () => createKiroCli(where()).find(({ id }) => id.endsWith(key));
  const named = () => createNamedDatabase('KIRO_CLI_DB_FILE', path())[0];

  it.each([
    [{ [key]: 'no JSON' }, `holds a broken ${key}`],
    [{ [key]: '[]' }, `holds a broken ${key}`],
    [{ [key]: { expires_at: '2026-01-01T00:00:00Z' } }, `holds a ${key} without any token`],
    [{ [key]: { ...token, region: 'nowhere!' } }, 'names a region that is none'],
  ])('says so: %j', async (rows, what) => {
    machine.sqlite(path(), rows);
    expect(await wordsOf(social())).toContain(what);
    expect(await wordsOf(social())).toContain('run kiro-cli login or kiro-gw login');
    expect(await wordsOf(named())).toContain(what);
    expect(await wordsOf(named())).toContain('KIRO_CLI_DB_FILE');
  });

  it('is none where it holds nothing, unless a setting names it', async () => {
    expect(await social()?.read()).toBeUndefined();
    expect(await wordsOf(named())).toContain('does not exist');
    mkdirSync(path(), { recursive: true });
    expect(await wordsOf(social())).toContain('is not a file');
  });

  it('is no database, or one of something else', async () => {
    machine.json(path(), 'x'.repeat(5000));
    expect(await wordsOf(social())).toContain('cannot be read');
    expect(await isDatabase(path())).toBe(false);
    expect(await isDatabase(machine.at('nowhere'))).toBe(false);
    const other = machine.at('other.sqlite3');
    const { default: Sqlite } = await import('better-sqlite3');
    new Sqlite(other).exec('CREATE TABLE other (a)').close();
    expect(await isDatabase(other)).toBe(true);
    expect(await wordsOf(createNamedDatabase('KIRO_CLI_DB_FILE', other)[0])).toContain('has no table auth_kv');
    expect(await readStateProfile([machine.at('nowhere'), path(), other])).toBeUndefined();
  });

  it('gives the profile of the first one that knows one', async () => {
    const one = machine.sqlite(machine.at('one.sqlite3'), {}, { 'api.codewhisperer.profile': { profile_name: 'x' } });
    const two = machine.sqlite(machine.at('two.sqlite3'), {}, { 'api.codewhisperer.profile': { arn: ' arn:two ' } });
    const three = machine.sqlite(
      machine.at('three.sqlite3'),
      {},
      { 'api.codewhisperer.profile': { arn: 'arn:three' } },
    );
    expect(await readStateProfile([one, two, three])).toBe('arn:two');
    expect(await readStateProfile([three, two])).toBe('arn:three');
    expect(await readStateProfile([])).toBeUndefined();
  });

  it('takes region and client from the registration of its own kind, and only there', async () => {
    const registration = { client_id: 'i', client_secret: 's', region: 'eu-north-1' };
    machine.sqlite(path(), {
      [key]: token,
      'kirocli:odic:token': token,
      'kirocli:odic:device-registration': registration,
      'kirocli:external-idp:token': {
        ...token,
        token_endpoint: 'https://login.microsoftonline.com/t',
        client_id: 'own',
      },
      'codewhisperer:odic:token': token,
      'codewhisperer:odic:device-registration': { ...registration, region: 'us-west-2', client_id: 'q' },
    });
    const read = await Promise.all(createKiroCli(where()).map(source => source.read()));
    expect(read.map(found => found && [found.kind, found.region, found.client?.id])).toEqual([
      undefined,
      ['social', undefined, undefined],
      ['oidc', 'eu-north-1', 'i'],
      ['external-idp', undefined, 'own'],
      ['oidc', 'us-west-2', 'q'],
    ]);
    expect(createAmazonQ(where()).every(({ place }) => place === 'amazon-q')).toBe(true);
  });
});

describe('a file of accounts that is broken', () => {
  const accounts = () => createAccounts({ folder: machine.configDir });
  const one = { kind: 'social', refreshToken: 'r' };

  it.each<[string, string | object]>([
    ['has no version', { accounts: {} }],
    ['has no version', { version: '1', accounts: {} }],
    ['was written by a newer kiro-gw', { version: 2, accounts: {} }],
    ['has no list of accounts', { version: 1 }],
    ['has no list of accounts', { version: 1, accounts: [] }],
    ['has no list of accounts', { version: 1, accounts: { one: 7 } }],
    ['has no list of accounts', { version: 1, accounts: { one, two: null } }],
    ['does not hold a JSON object', 'oops'],
    ['is empty', ''],
  ])('%s, and it is said what to do', async (what, content) => {
    machine.json(accounts().path, content);
    await expect(accounts().list()).rejects.toMatchObject({
      kind: 'login',
      message: `The file of accounts (accounts.json) ${what}. Mend it, or move it away and run kiro-gw login.`,
    });
  });

  it('names an active account only if there is one, and a place only if it is one', async () => {
    const active = (content: object) => {
      machine.json(accounts().path, { version: 1, accounts: { one }, ...content });
      return Promise.all([accounts().active(), accounts().preferred()]);
    };
    expect(await active({ active: 'one' })).toEqual(['one', undefined]);
    expect(await active({ active: 'two', preferred: 'place' })).toEqual([undefined, 'place']);
    expect(await active({ active: 'toString', preferred: 7 })).toEqual([undefined, undefined]);
    expect(await active({ active: '', preferred: '' })).toEqual([undefined, undefined]);
  });

  it('keeps the place that counts before all others until an account does', async () => {
    await accounts().save('one', {
      kind: 'social',
      refreshToken: 'r',
      accessToken: undefined,
      expiresAt: undefined,
    } as never);
    await accounts().prefer('place');
    expect([await accounts().active(), await accounts().preferred()]).toEqual([undefined, 'place']);
    expect(machine.readJson(accounts().path)).toMatchObject({ version: 1, preferred: 'place' });
    await accounts().use('one');
    expect([await accounts().active(), await accounts().preferred()]).toEqual(['one', undefined]);
    expect(machine.readJson(accounts().path)).not.toHaveProperty('preferred');
    await accounts().use(undefined);
    expect(machine.readJson(accounts().path)).not.toHaveProperty('active');
  });

  it('says which accounts there are where another one is asked for', async () => {
    await expect(accounts().use('two')).rejects.toThrow(
      'There is no account "two". There is none yet; kiro-gw login makes one.',
    );
    machine.json(accounts().path, { version: 1, accounts: { one, three: one } });
    await expect(accounts().remove('two')).rejects.toThrow('There is no account "two". There is one, three.');
    await expect(accounts().rename('toString', 'x')).rejects.toThrow('There is no account "toString".');
    await expect(accounts().rename('one', 'three')).rejects.toThrow('There is an account "three" already.');
    expect(await accounts().read('two')).toBeUndefined();
  });
});
