import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ChatError } from '../../../src/core/errors.ts';
import { createAccounts } from '../../../src/kiro/auth/sources/accounts.ts';
import { arn, inMinutes, type TestMachine } from './support/machine.ts';
import { useMachine } from './support/use-machine.ts';

const { machine, signIns } = useMachine();

const tokenOf = async (options?: Parameters<TestMachine['auth']>[0]): Promise<string> =>
  (await machine.auth(options).login()).accessToken;
const failureOf = async (options?: Parameters<TestMachine['auth']>[0]): Promise<ChatError> => {
  const outcome = await machine
    .auth(options)
    .login()
    .catch(error => error);
  expect(outcome).toBeInstanceOf(ChatError);
  return outcome;
};

describe('which sign-in is used', () => {
  it('is the newer one of the Kiro IDE and kiro-cli, whichever that is', async () => {
    signIns.ide(30);
    signIns.cli(60);
    expect(await tokenOf()).toBe('access-of-cli');
    signIns.ide(90);
    expect(await tokenOf()).toBe('access-of-ide');
  });

  it('is one that lives rather than one that has expired for good', async () => {
    signIns.ide(-10, { refreshToken: undefined });
    signIns.cli(-20, { refresh_token: undefined });
    signIns.amazonQ(30);
    expect(await tokenOf()).toBe('access-of-q');
    expect(machine.lines.filter(line => line.startsWith('warn Passed over')).length).toBe(2);
  });

  it('is that of Amazon Q only when neither the IDE nor kiro-cli has one', async () => {
    signIns.amazonQ(90);
    expect(await tokenOf()).toBe('access-of-q');
    signIns.ide(30);
    expect(await tokenOf()).toBe('access-of-ide');
  });

  it('is the active account of our own store before anything that was found', async () => {
    signIns.ide(90);
    const accounts = createAccounts({ folder: machine.configDir });
    const credential = {
      kind: 'social',
      refreshToken: 'r',
      expiresAt: Date.now() + 3_600_000,
      profileArn: arn,
    } as const;
    await accounts.save('work', { ...credential, accessToken: 'access-of-work' });
    await accounts.save('home', { ...credential, accessToken: 'access-of-home' });
    expect(await tokenOf()).toBe('access-of-home');
    expect(await tokenOf({ account: 'work' })).toBe('access-of-work');
    expect(await tokenOf({ env: { KIRO_ACCOUNT: 'work' } })).toBe('access-of-work');
    await accounts.use('work');
    expect(await tokenOf()).toBe('access-of-work');
  });

  it('is the place that was chosen, while there is something, though another is newer', async () => {
    const path = signIns.ide(30);
    signIns.cli(60);
    const accounts = createAccounts({ folder: machine.configDir });
    await accounts.prefer(path);
    expect(await tokenOf()).toBe('access-of-ide');
    const { found, why } = await machine.auth().describe();
    expect([found.map(({ place }) => place), why]).toEqual([['ide', 'kiro-cli'], 'chosen with kiro-gw login']);
    rmSync(path);
    expect(await tokenOf()).toBe('access-of-cli');
    signIns.ide(30);
    await accounts.use(undefined);
    expect(await tokenOf()).toBe('access-of-cli');
  });

  it('is that of the environment before our own store, and a flag before the environment', async () => {
    const accounts = createAccounts({ folder: machine.configDir });
    await accounts.save('work', { kind: 'api-key', accessToken: 'ksk_stored' });
    const file = machine.json(machine.at('creds.json'), signIns.social(60, 'file'));
    expect(await tokenOf({ env: { KIRO_CREDS_FILE: file } })).toBe('access-of-file');
    expect(await tokenOf({ env: { KIRO_CREDS_FILE: file, KIRO_API_KEY: 'ksk_key' } })).toBe('ksk_key');
    expect(await tokenOf({ env: { KIRO_API_KEY: 'ksk_key' }, credsFile: file })).toBe('access-of-file');
    const database = signIns.cli(60);
    expect(await tokenOf({ env: { KIRO_CLI_DB_FILE: database } })).toBe('access-of-cli');
  });

  it('is an API key as it stands, with its own token type and without a profile', async () => {
    const login = await machine.auth({ env: { KIRO_API_KEY: 'ksk_key', PROFILE_ARN: arn } }).login();
    expect(login).toEqual({ accessToken: 'ksk_key', tokenType: 'API_KEY', region: 'us-east-1' });
    const elsewhere = await machine.auth({ apiKey: 'ksk_key', env: { KIRO_REGION: 'eu-central-1' } }).login();
    expect(elsewhere.region).toBe('eu-central-1');
  });

  it('can be a database that is named where a file of tokens is expected', async () => {
    expect(await tokenOf({ credsFile: signIns.cli(60) })).toBe('access-of-cli');
  });

  it('may be named from the home folder', async () => {
    machine.json(machine.at('creds.json'), signIns.social(60, 'file'));
    expect(await tokenOf({ credsFile: '~/creds.json' })).toBe('access-of-file');
  });
});

describe('what is named and wrong', () => {
  const cases: [string, () => string, RegExp][] = [
    [
      'a file that is not there',
      () => machine.at('none.json'),
      /KIRO_CREDS_FILE names the file none\.json, which does not exist/,
    ],
    ['a folder', () => machine.home, /KIRO_CREDS_FILE names the file kiro-gw-test-\w+, which is not a file/],
    ['an empty file', () => machine.json(machine.at('e.json'), ''), /e\.json, which is empty/],
    [
      'what is not JSON',
      () => machine.json(machine.at('b.json'), '{"accessToken": '),
      /b\.json, which does not hold a JSON object/,
    ],
    ['a list', () => machine.json(machine.at('l.json'), '[1]'), /l\.json, which does not hold a JSON object/],
    [
      'a file without tokens',
      () => machine.json(machine.at('t.json'), { region: 'us-east-1' }),
      /t\.json, which holds neither/,
    ],
    [
      'a region that leads elsewhere',
      () => machine.json(machine.at('r.json'), { refreshToken: 'r', region: 'evil.example/' }),
      /r\.json, which names a region that is none/,
    ],
  ];

  it.each(cases)('is an error for %s, though there is a good sign-in elsewhere', async (_, make, message) => {
    signIns.ide(60);
    const path = make();
    const error = await failureOf({ env: { KIRO_CREDS_FILE: path } });
    expect(error.kind).toBe('login');
    expect(error.message).toMatch(message);
    expect(error.message).toContain('kiro-gw login');
    expect(error.file).toBe(path);
  });

  const databases: [string, () => string, RegExp][] = [
    [
      'a database that is not there',
      () => machine.at('none.sqlite3'),
      /KIRO_CLI_DB_FILE names the database none\.sqlite3, which does not exist/,
    ],
    [
      'a file that is no database',
      () => machine.json(machine.at('x.sqlite3'), { a: 'x'.repeat(200) }),
      /it is not an SQLite database/,
    ],
    [
      'a database with nothing in it',
      () => machine.sqlite(machine.at('y.sqlite3'), {}),
      /KIRO_CLI_DB_FILE names a file that holds no sign-in/,
    ],
    [
      'a database of something else',
      () => {
        writeFileSync(machine.at('z.sqlite3'), '');
        return machine.at('z.sqlite3');
      },
      /has no table auth_kv/,
    ],
    [
      'a row that is broken',
      () => machine.sqlite(machine.at('b.sqlite3'), { 'kirocli:odic:token': '{"acc' }),
      /holds a broken kirocli:odic:token/,
    ],
  ];

  it.each(databases)('is an error for %s', async (_, make, message) => {
    signIns.ide(60);
    const error = await failureOf({ databaseFile: make() });
    expect(error.kind).toBe('login');
    expect(error.message).toMatch(message);
  });

  it('is an error for an account that there is not', async () => {
    signIns.ide(60);
    expect((await failureOf({ account: 'nobody' })).message).toMatch(/There is no account "nobody"/);
  });

  it('is an error for our own file of accounts when it is broken', async () => {
    signIns.ide(60);
    machine.json(machine.at('.config', 'kiro-gw', 'accounts.json'), '{"version": 1');
    expect((await failureOf()).message).toMatch(/The file of accounts \(accounts\.json\) does not hold a JSON object/);
    machine.json(machine.at('.config', 'kiro-gw', 'accounts.json'), { version: 99, accounts: {} });
    expect((await failureOf()).message).toMatch(/was written by a newer kiro-gw/);
  });

  it('is an error for settings of the region and the profile', async () => {
    signIns.ide(60);
    expect((await failureOf({ env: { KIRO_REGION: 'x.evil.example/' }, profileArn: '' })).message).toMatch(
      /^KIRO_REGION is not/,
    );
    expect((await failureOf({ env: { PROFILE_ARN: 'arn:aws:evil' } })).message).toMatch(/^PROFILE_ARN is not/);
    const info = await machine.auth({ env: { KIRO_REGION: 'nowhere' } }).describe();
    expect(info.problem).toMatch(/^KIRO_REGION is not/);
  });

  it('never holds the path of a folder, which a client must not learn', async () => {
    for (const options of [{ credsFile: machine.at('none.json') }, { databaseFile: machine.at('none.sqlite3') }]) {
      expect((await failureOf(options)).message).not.toContain(machine.home);
    }
  });
});

describe('what was found and is wrong', () => {
  it('is passed over, and said once', async () => {
    machine.json(signIns.idePath, '{"accessToken": ');
    signIns.cli(60);
    const auth = machine.auth();
    expect((await auth.login()).accessToken).toBe('access-of-cli');
    await auth.renew({ accessToken: 'other', region: 'us-east-1' });
    const said = machine.lines.filter(line => line.includes('Passed over Kiro IDE'));
    expect(said.length).toBe(1);
    expect(said[0]).toContain('kiro-auth-token.json) does not hold a JSON object');
  });

  it('is the error when there is nothing else', async () => {
    machine.json(signIns.idePath, '{"accessToken": ');
    expect((await failureOf()).message).toMatch(
      /The sign-in of Kiro IDE .* open Kiro and sign in, or run kiro-gw login/,
    );
    mkdirSync(machine.at('other'));
    expect((await failureOf({ home: machine.at('other') })).message).toMatch(
      /^No Kiro sign-in was found on this machine/,
    );
  });

  it('waits for a program that is in the middle of writing its file', async () => {
    machine.json(signIns.idePath, '{"accessToken": "half');
    const login = machine.auth().login();
    setTimeout(() => signIns.ide(60), 15);
    expect((await login).accessToken).toBe('access-of-ide');
  });

  it('does not follow the name of a client file out of its folder', async () => {
    machine.json(machine.at('.aws', 'sso', 'secret.json'), { clientId: 'c', clientSecret: 's' });
    signIns.ide(-5, { authMethod: 'IdC', clientIdHash: '../secret', expiresAt: inMinutes(-5) });
    expect((await failureOf()).message).toMatch(/has expired and lacks its client registration/);
  });
});

describe('telling what was found', () => {
  it('lists every place, the one that is used, and why', async () => {
    signIns.ide(30);
    signIns.cli(60);
    signIns.amazonQ(90);
    const info = await machine.auth().describe();
    expect(info.found.map(({ place, isUsed }) => [place, isUsed])).toEqual([
      ['ide', false],
      ['kiro-cli', true],
      ['amazon-q', false],
    ]);
    expect(info.why).toBe('found on this machine, the newest of 2');
    expect(info.used).toMatchObject({
      name: 'kiro-cli',
      path: signIns.cliPath,
      kind: 'social',
      isLive: true,
      isRenewable: true,
      isWritable: true,
      apiRegion: 'us-east-1',
      profileArn: arn,
    });
    expect(info.problem).toBeUndefined();
  });

  it('shows a file once that is both named and found', async () => {
    const path = signIns.ide(30);
    const info = await machine.auth({ credsFile: path }).describe();
    expect(info.found.map(({ place, isUsed }) => [place, isUsed])).toEqual([['file', true]]);
    expect(info.why).toBe('KIRO_CREDS_FILE is set');
  });

  it('says what is wrong where nothing can be used', async () => {
    signIns.ide(-10, { refreshToken: undefined });
    const info = await machine.auth().describe();
    expect(info.used).toBeUndefined();
    expect(info.problem).toMatch(/Kiro IDE has expired and has no refresh token/);
    expect(info.found).toMatchObject([{ place: 'ide', isLive: false, isRenewable: false }]);
  });
});
