import { chmodSync, readFileSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ChatError } from '../../../src/core/errors.ts';
import { createAccounts } from '../../../src/kiro/auth/sources/accounts.ts';
import { useEmulator } from '../../support/emulator.ts';
import { arn, inMinutes } from './support/machine.ts';
import { useMachine } from './support/use-machine.ts';

const emulator = useEmulator();
const { machine, signIns } = useMachine(emulator);

const refreshes = (): number =>
  emulator.requests.filter(({ operation }) => operation === 'refreshToken' || operation === 'token').length;
const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch(error => error);

describe('when a token is renewed', () => {
  it('asks once for 200 requests that come at the same time', async () => {
    signIns.expiredIde(emulator);
    const auth = machine.auth();
    const logins = await Promise.all(Array.from({ length: 200 }, () => auth.login()));
    expect(new Set(logins.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(refreshes()).toBe(1);
  });

  it('happens ten minutes before the end and not earlier', async () => {
    signIns.ide(11);
    expect((await machine.auth().login()).accessToken).toBe('access-of-ide');
    expect(refreshes()).toBe(0);
    const { refreshToken } = emulator.credentials.social();
    signIns.ide(9, { refreshToken });
    expect((await machine.auth().login()).accessToken).not.toBe('access-of-ide');
    expect(refreshes()).toBe(1);
  });

  it('takes what somebody else has renewed meanwhile', async () => {
    signIns.expiredIde(emulator);
    const [one, other] = [machine.auth(), machine.auth()];
    const [first, second] = await Promise.all([one.login(), other.login()]);
    expect(second.accessToken).toBe(first.accessToken);
    expect(refreshes()).toBe(1);
    expect(emulator.violations).toEqual([]);
  });

  it('keeps the file as private as it was', async () => {
    signIns.expiredIde(emulator);
    chmodSync(signIns.idePath, 0o640);
    await machine.auth().login();
    expect(statSync(signIns.idePath).mode & 0o777).toBe(0o640);
  });

  it('shares one renewal among all whose token the service refused', async () => {
    const { accessToken, refreshToken } = emulator.credentials.social();
    signIns.ide(60, { accessToken, refreshToken });
    const auth = machine.auth();
    const refused = await auth.login();
    const renewed = await Promise.all(Array.from({ length: 50 }, () => auth.renew(refused)));
    expect(new Set(renewed.map(login => login.accessToken)).size).toBe(1);
    expect(renewed[0]?.accessToken).not.toBe(accessToken);
    expect((await auth.renew(refused)).accessToken).toBe(renewed[0]?.accessToken);
    expect(refreshes()).toBe(1);
  });

  it('does not go on for ever with a service that refuses every new token', async () => {
    const { accessToken, refreshToken } = emulator.credentials.social();
    signIns.ide(60, { accessToken, refreshToken });
    const auth = machine.auth();
    let login = await auth.login();
    let failure: unknown;
    for (let round = 0; round < 20 && failure === undefined; round += 1) {
      await auth.renew(login).then(
        next => {
          login = next;
        },
        error => {
          failure = error;
        },
      );
    }
    expect(failure).toMatchObject({ kind: 'login', message: expect.stringMatching(/however often it is renewed/) });
    expect(refreshes()).toBeLessThan(10);
  });

  it('lets one who leaves go, without disturbing the others', async () => {
    signIns.expiredIde(emulator);
    const auth = machine.auth();
    const leaving = new AbortController();
    const left = outcomeOf(auth.login(leaving.signal));
    const stayed = auth.login();
    leaving.abort();
    expect(await left).toMatchObject({ kind: 'cancelled' });
    expect((await stayed).accessToken).toBeTruthy();
    expect(refreshes()).toBe(1);
    expect(await outcomeOf(machine.auth().login(AbortSignal.abort()))).toMatchObject({ kind: 'cancelled' });
  });
});

describe('when a renewal fails', () => {
  it('uses the old token while it lives, and says so', async () => {
    signIns.ide(5);
    emulator.nextFor('refreshToken', ...Array.from({ length: 9 }, () => ({ status: 500, body: {} })));
    const auth = machine.auth();
    expect((await auth.login()).accessToken).toBe('access-of-ide');
    expect((await auth.login()).accessToken).toBe('access-of-ide');
    expect(refreshes()).toBe(1);
    expect(machine.lines.filter(line => line.startsWith('warn'))).toHaveLength(1);
  });

  it('says how to sign in again when the refresh token is no longer accepted', async () => {
    const { refreshToken } = signIns.expiredIde(emulator);
    emulator.credentials.revoke(refreshToken);
    const error = await outcomeOf(machine.auth().login());
    expect(error).toBeInstanceOf(ChatError);
    expect(error).toMatchObject({ kind: 'login', code: 'invalid_grant' });
    expect(String(error)).toMatch(/Kiro IDE is no longer accepted \(invalid_grant\)\. To sign in again, open Kiro/);
  });

  it('goes over to another sign-in that was found when one is dead', async () => {
    const { refreshToken } = signIns.expiredIde(emulator);
    emulator.credentials.revoke(refreshToken);
    signIns.cli(-90, { refresh_token: emulator.credentials.social().refreshToken });
    const auth = machine.auth();
    await auth.login();
    expect((await auth.describe()).used?.place).toBe('kiro-cli');
  });

  it('does not ask again at once for a sign-in that is dead', async () => {
    const { refreshToken } = signIns.expiredIde(emulator);
    emulator.credentials.revoke(refreshToken);
    const auth = machine.auth();
    for (let round = 0; round < 5; round += 1) await outcomeOf(auth.login());
    expect(refreshes()).toBe(1);
  });

  it('notices a new sign-in without a restart', async () => {
    const auth = machine.auth();
    expect(await outcomeOf(auth.login())).toMatchObject({ kind: 'login' });
    signIns.ide(60);
    expect((await auth.login()).accessToken).toBe('access-of-ide');

    const { refreshToken } = signIns.expiredIde(emulator);
    emulator.credentials.revoke(refreshToken);
    const other = machine.auth();
    expect(await outcomeOf(other.login())).toMatchObject({ kind: 'login' });
    signIns.cli(60);
    expect((await other.login()).accessToken).toBe('access-of-cli');
  });

  it('notices within seconds that another account has signed in', async () => {
    signIns.ide(60);
    const auth = machine.auth();
    await auth.login();
    signIns.ide(60, { accessToken: 'access-of-another' });
    // The token that is held lives for an hour.
    await expect.poll(async () => (await auth.login()).accessToken, { interval: 20 }).toBe('access-of-another');
  });

  it('is over when the file was removed meanwhile', async () => {
    signIns.expiredIde(emulator);
    const auth = machine.auth();
    const login = await auth.login();
    rmSync(signIns.idePath);
    expect(await outcomeOf(auth.renew(login))).toMatchObject({ kind: 'login' });
  });

  it('takes the network for what it is', async () => {
    signIns.expiredIde(emulator);
    expect(await outcomeOf(machine.auth({ authUrl: 'http://127.0.0.1:9' }).login())).toMatchObject({ kind: 'network' });
    emulator.nextFor('refreshToken', { status: 403, body: '<html>blocked by proxy</html>' });
    expect(await outcomeOf(machine.auth().login())).toMatchObject({ kind: 'upstream' });
    emulator.nextFor('refreshToken', { status: 429, body: {} });
    expect(await outcomeOf(machine.auth().login())).toMatchObject({ kind: 'rate' });
  });

  it('gives no secret to a host that is no known identity provider', async () => {
    const { clientId, tokenEndpoint, refreshToken } = emulator.credentials.external({ lifetime: 0 });
    const token = { refreshToken, clientId, tokenEndpoint, authMethod: 'external_idp', profileArn: arn };
    machine.json(signIns.idePath, token);
    const error = await outcomeOf(machine.auth({ idpHosts: undefined }).login());
    expect(String(error)).toMatch(/points to 127\.0\.0\.1, which is not an allowed identity provider/);
    expect(emulator.requests).toEqual([]);
    for (const host of ['login.microsoftonline.com.evil.example', 'evilmicrosoftonline.com']) {
      machine.json(signIns.idePath, { ...token, tokenEndpoint: `https://${host}/token` });
      expect(String(await outcomeOf(machine.auth({ idpHosts: undefined }).login()))).toContain(host);
    }
  });
});

describe('where a renewal is stored', () => {
  it('is our own folder for a refresh token of the environment, so that a restart does not sign out', async () => {
    const { refreshToken } = emulator.credentials.social();
    const env = { REFRESH_TOKEN: refreshToken, PROFILE_ARN: arn };
    const first = await machine.auth({ env }).login();
    expect(first.profileArn).toBe(arn);
    expect((await machine.auth({ env }).login()).accessToken).toBe(first.accessToken);
    expect(refreshes()).toBe(1);
    const renewed = await machine.auth({ env }).renew(first);
    expect(renewed.accessToken).not.toBe(first.accessToken);
    expect((await machine.auth({ env }).login()).accessToken).toBe(renewed.accessToken);
    expect(emulator.violations).toEqual([]);
  });

  it('is our own folder for a file that cannot be replaced, which is said once', async () => {
    const { refreshToken } = emulator.credentials.social();
    // No name is left for a temporary file beside this one.
    const path = machine.json(machine.at(`${'x'.repeat(250)}.js`), {
      refreshToken,
      authMethod: 'social',
      profileArn: arn,
    });
    const before = readFileSync(path, 'utf8');
    const auth = machine.auth({ credsFile: path });
    const first = await auth.login();
    const second = await auth.renew(first);
    expect((await machine.auth({ credsFile: path }).login()).accessToken).toBe(second.accessToken);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(machine.lines.filter(line => line.includes('cannot be written'))).toHaveLength(1);
    expect(emulator.violations).toEqual([]);
  });

  it('is memory where our own folder cannot be made either', async () => {
    const { refreshToken } = emulator.credentials.social();
    const configDir = machine.json(machine.at('a-file'), 'x');
    const auth = machine.auth({ env: { REFRESH_TOKEN: refreshToken, PROFILE_ARN: arn }, configDir });
    const first = await auth.login();
    const second = await auth.renew(first);
    expect(second.accessToken).not.toBe(first.accessToken);
    expect(emulator.violations).toEqual([]);
    expect(machine.lines.join('\n')).toContain('kept in memory');
  });

  it('is our own folder for a file that broke while it was renewed', async () => {
    signIns.expiredIde(emulator);
    const { accessToken, refreshToken } = emulator.credentials.social();
    const sound = machine.readJson(signIns.idePath);
    emulator.nextFor('refreshToken', { status: 200, delay: 50, body: { accessToken, refreshToken, expiresIn: 3600 } });
    const auth = machine.auth();
    const login = auth.login();
    while (refreshes() === 0) await new Promise(resolve => setTimeout(resolve, 2));
    machine.json(signIns.idePath, '{"broken');
    expect((await login).accessToken).toBe(accessToken);
    machine.json(signIns.idePath, sound);
    expect((await machine.auth().login()).accessToken).toBe(accessToken);
  });

  it('is our own store for an account of it', async () => {
    const { accessToken, refreshToken } = emulator.credentials.social();
    const accounts = createAccounts({ folder: machine.configDir });
    await accounts.save('home', { kind: 'social', accessToken, refreshToken, expiresAt: Date.now(), profileArn: arn });
    const login = await machine.auth().login();
    expect(await accounts.read('home')).toMatchObject({ accessToken: login.accessToken });
    expect(statSync(accounts.path).mode & 0o777).toBe(0o600);
  });

  it('is never a place that holds another sign-in by now', async () => {
    signIns.expiredIde(emulator);
    const another = signIns.social(60, 'another');
    const auth = machine.auth();
    emulator.nextFor('refreshToken', {
      status: 200,
      delay: 50,
      body: { accessToken: 'late', refreshToken: 'late', expiresIn: 3600 },
    });
    const login = auth.login();
    while (refreshes() === 0) await new Promise(resolve => setTimeout(resolve, 2));
    machine.json(signIns.idePath, another);
    expect((await login).accessToken).toBe('access-of-another');
    expect(machine.readJson(signIns.idePath)).toEqual(another);
  });
});

describe('a profile that the sign-in does not say', () => {
  const eu = 'arn:aws:codewhisperer:eu-central-1:123456789012:profile/EUROPE000001';
  const bare = { profileArn: undefined };

  it('is the first active one that a data region lists, and is asked for once', async () => {
    signIns.ide(60, bare);
    const asked: string[] = [];
    const auth = machine.auth({
      listProfiles: async (login, region) => {
        expect(login).toMatchObject({ accessToken: 'access-of-ide', region });
        asked.push(region);
        if (region === 'us-east-1') throw new ChatError('forbidden', 'not here');
        return [
          { arn: eu.replace('EUROPE', 'CLOSED'), active: false },
          { arn: eu, active: true },
        ];
      },
    });
    expect(await auth.login()).toMatchObject({ profileArn: eu, region: 'eu-central-1' });
    await auth.login();
    expect(asked).toEqual(['us-east-1', 'eu-central-1']);
  });

  it('is looked for where the login is first', async () => {
    signIns.ide(60, { ...bare, region: 'eu-west-1' });
    const asked: string[] = [];
    const listProfiles = async (_: unknown, region: string) => {
      asked.push(region);
      return [{ arn: eu, active: true }];
    };
    await machine.auth({ listProfiles }).login();
    expect(asked).toEqual(['eu-central-1']);
  });

  it('is the one that kiro-cli sends for Builder ID', async () => {
    const { clientId, clientSecret } = emulator.credentials.oidc();
    signIns.ide(60, { ...bare, authMethod: 'IdC', provider: 'BuilderId', clientId, clientSecret });
    expect((await machine.auth().login()).profileArn).toBe(
      'arn:aws:codewhisperer:us-east-1:638616132270:profile/AAAACCCCXXXX',
    );
  });

  it('is an error that says what to do for an organisation that has none', async () => {
    signIns.ide(60, { ...bare, authMethod: 'IdC', provider: 'Enterprise', expiresAt: inMinutes(60) });
    expect(await outcomeOf(machine.auth().login())).toMatchObject({
      kind: 'login',
      message: expect.stringContaining('PROFILE_ARN'),
    });
    expect(refreshes()).toBe(0);
  });

  it('is not guessed while the service cannot be asked', async () => {
    signIns.ide(60, { ...bare, authMethod: 'IdC', provider: 'BuilderId' });
    const listProfiles = () => Promise.reject(new ChatError('network', 'no network'));
    expect(await outcomeOf(machine.auth({ listProfiles }).login())).toMatchObject({ kind: 'network' });
  });

  it('is asked for again with a new token when the service refuses the old one', async () => {
    const { accessToken, refreshToken } = emulator.credentials.social();
    signIns.ide(60, { ...bare, accessToken, refreshToken, authMethod: 'social' });
    const listProfiles = async (login: { accessToken: string }) => {
      if (login.accessToken === accessToken) throw new ChatError('login', 'The token is invalid.');
      return [{ arn, active: true }];
    };
    const login = await machine.auth({ listProfiles }).login();
    expect(login.profileArn).toBe(arn);
    expect(login.accessToken).not.toBe(accessToken);
    expect(refreshes()).toBe(1);
  });

  it('is not taken from a place that holds nonsense', async () => {
    signIns.ide(60, { profileArn: 'arn:aws:evil:us-east-1.evil.example/:1:x' });
    const listProfiles = async () => [{ arn, active: true }];
    expect((await machine.auth({ listProfiles }).login()).profileArn).toBe(arn);
  });
});
