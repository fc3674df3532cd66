import { describe, expect, it } from 'vitest';
import { useEmulator } from '../../../support/emulator.ts';
import { arn, hashOf } from '../support/machine.ts';
import { useMachine } from '../support/use-machine.ts';

const emulator = useEmulator();
const { machine } = useMachine(emulator);

/** The place where a program keeps its data, and the platform that keeps it there. */
const platforms = [
  { platform: 'linux', data: ['.local', 'share'], config: ['.config'] },
  { platform: 'darwin', data: ['Library', 'Application Support'], config: ['Library', 'Application Support'] },
] as const;
const nineDigits = '2024-03-01T10:00:00.123456789Z';
const cache = (name: string): string => machine.at('.aws', 'sso', 'cache', name);

/** Signs in with what is on the machine, and checks that only a renewal can have brought the token. */
async function renewedLogin(platform: string) {
  const login = await machine.auth({ platform }).login();
  expect(emulator.requests.length).toBeGreaterThan(0);
  expect(emulator.violations).toEqual([]);
  return login;
}

describe.each(platforms)('the shapes that the programs write, on $platform', ({ platform, data, config }) => {
  const database = (program: string): string => machine.at(...data, program, 'data.sqlite3');

  it('reads and renews a social sign-in of the Kiro IDE, and keeps every other field', async () => {
    const { accessToken, refreshToken } = emulator.credentials.social({ lifetime: 0 });
    const path = machine.json(cache('kiro-auth-token.json'), {
      accessToken,
      refreshToken,
      expiresAt: '2024-03-01T10:00:00.000Z',
      authMethod: 'social',
      provider: 'Google',
      profileArn: arn,
      somethingNew: { kept: ['as', 'it', 'is'] },
    });
    const login = await renewedLogin(platform);
    expect(login).toMatchObject({ profileArn: arn, region: 'us-east-1' });
    const stored = machine.readJson(path);
    expect(stored).toMatchObject({
      accessToken: login.accessToken,
      authMethod: 'social',
      provider: 'Google',
      somethingNew: { kept: ['as', 'it', 'is'] },
    });
    expect(Object.keys(stored)).toEqual([
      'accessToken',
      'refreshToken',
      'expiresAt',
      'authMethod',
      'provider',
      'profileArn',
      'somethingNew',
    ]);
    expect(stored['refreshToken']).not.toBe(refreshToken);
    expect(Date.parse(String(stored['expiresAt']))).toBe(login.expiresAt);
  });

  it('reads an Identity Center sign-in of the IDE with its client in a file of its own', async () => {
    const { clientId, clientSecret, refreshToken, accessToken } = emulator.credentials.oidc({ lifetime: 0 });
    const clientIdHash = hashOf('https://d-1234.awsapps.com/start');
    machine.json(cache(`${clientIdHash}.json`), { clientId, clientSecret, expiresAt: '2099-01-01T00:00:00Z' });
    machine.json(cache('kiro-auth-token.json'), {
      accessToken,
      refreshToken,
      expiresAt: nineDigits,
      clientIdHash,
      authMethod: 'IdC',
      provider: 'Enterprise',
      region: 'eu-west-1',
    });
    machine.json(machine.at(...config, 'Kiro', 'User', 'globalStorage', 'kiro.kiroagent', 'profile.json'), {
      arn: arn.replace('us-east-1', 'eu-central-1'),
      name: 'Team',
    });
    expect(await renewedLogin(platform)).toMatchObject({
      profileArn: arn.replace('us-east-1', 'eu-central-1'),
      region: 'eu-central-1',
    });
  });

  it('reads an Identity Center sign-in of the IDE with its client inline', async () => {
    const { clientId, clientSecret, refreshToken } = emulator.credentials.oidc({ lifetime: 0 });
    machine.json(cache('kiro-auth-token.json'), {
      refreshToken,
      clientId,
      clientSecret,
      expiresAt: nineDigits,
      authMethod: 'IdC',
      profileArn: arn,
    });
    expect(await renewedLogin(platform)).toMatchObject({ profileArn: arn, region: 'us-east-1' });
  });

  it('reads the JSON file of newer kiro-cli versions, and its profile from the database', async () => {
    const { refreshToken } = emulator.credentials.social({ lifetime: 0 });
    const path = machine.json(cache('kiro-auth-token-cli.json'), {
      refreshToken,
      authMethod: 'social',
      provider: 'Github',
    });
    machine.sqlite(database('kiro-cli'), {}, { 'api.codewhisperer.profile': { arn, profile_name: 'Mine' } });
    const login = await renewedLogin(platform);
    expect(login.profileArn).toBe(arn);
    expect(machine.readJson(path)['accessToken']).toBe(login.accessToken);
  });

  it('reads a social sign-in of kiro-cli, and ignores a client that lies beside it', async () => {
    const { refreshToken, accessToken } = emulator.credentials.social({ lifetime: 0 });
    const path = machine.sqlite(database('kiro-cli'), {
      'kirocli:social:token': {
        access_token: accessToken,
        refresh_token: refreshToken,
        expires_at: nineDigits,
        provider: 'google',
        profile_arn: arn,
        extra_field: 7,
      },
      'kirocli:odic:device-registration': { client_id: 'stale', client_secret: 'stale', region: 'us-west-2' },
    });
    const login = await renewedLogin(platform);
    expect(emulator.requests.map(({ operation }) => operation)).toEqual(['refreshToken']);
    const stored = machine.readRow(path, 'kirocli:social:token');
    expect(stored).toMatchObject({ access_token: login.accessToken, extra_field: 7, provider: 'google' });
    expect(Object.keys(stored)).toEqual([
      'access_token',
      'refresh_token',
      'expires_at',
      'provider',
      'profile_arn',
      'extra_field',
    ]);
  });

  it('reads an odic sign-in of kiro-cli with its registration and the profile of its state', async () => {
    const { clientId, clientSecret, refreshToken } = emulator.credentials.oidc({ lifetime: 0 });
    const path = machine.sqlite(
      database('kiro-cli'),
      {
        'kirocli:odic:token': {
          access_token: 'old',
          refresh_token: refreshToken,
          expires_at: nineDigits,
          start_url: 'https://d-1234.awsapps.com/start',
          oauth_flow: 'DeviceCode',
          scopes: ['codewhisperer:completions'],
        },
        'kirocli:odic:device-registration': {
          client_id: clientId,
          client_secret: clientSecret,
          client_secret_expires_at: '2099-01-01T00:00:00Z',
          region: 'eu-north-1',
        },
      },
      { 'api.codewhisperer.profile': { arn, profile_name: 'Mine' } },
    );
    const auth = machine.auth({ platform });
    const login = await auth.login();
    expect(login.profileArn).toBe(arn);
    expect((await auth.describe()).used).toMatchObject({ kind: 'oidc', loginRegion: 'eu-north-1', isWritable: true });
    expect(machine.readRow(path, 'kirocli:odic:token')).toMatchObject({
      access_token: login.accessToken,
      oauth_flow: 'DeviceCode',
      scopes: ['codewhisperer:completions'],
    });
  });

  it('reads a sign-in of an external identity provider', async () => {
    const { clientId, tokenEndpoint, refreshToken } = emulator.credentials.external({ lifetime: 0 });
    const path = machine.sqlite(database('kiro-cli'), {
      'kirocli:external-idp:token': {
        access_token: 'old',
        refresh_token: refreshToken,
        expires_at: nineDigits,
        client_id: clientId,
        token_endpoint: tokenEndpoint,
        issuer_url: emulator.url,
        scopes: 'openid offline_access',
        profile_arn: arn,
      },
    });
    const login = await renewedLogin(platform);
    expect(login).toMatchObject({ tokenType: 'EXTERNAL_IDP', profileArn: arn });
    expect(machine.readRow(path, 'kirocli:external-idp:token')['access_token']).toBe(login.accessToken);
  });

  it('reads the legacy sign-in of the Amazon Q command line', async () => {
    const { clientId, clientSecret, refreshToken } = emulator.credentials.oidc({ lifetime: 0 });
    machine.sqlite(
      database('amazon-q'),
      {
        'codewhisperer:odic:token': {
          access_token: 'old',
          refresh_token: refreshToken,
          expires_at: nineDigits,
          region: 'us-east-1',
        },
        'codewhisperer:odic:device-registration': { client_id: clientId, client_secret: clientSecret },
      },
      { 'api.codewhisperer.profile': { arn } },
    );
    const auth = machine.auth({ platform });
    expect((await auth.login()).profileArn).toBe(arn);
    expect((await auth.describe()).used).toMatchObject({ place: 'amazon-q', kind: 'oidc' });
  });
});
