import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder, environment, type RunningGateway, runExecutable, startGateway } from '../support/gateway.ts';

let emulator: Emulator;
let home: ReturnType<typeof emptyFolder>;
const running: RunningGateway[] = [];

beforeEach(async () => {
  emulator = await startEmulator();
  home = emptyFolder();
});
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop();
  await emulator.close();
  home.remove();
});

async function ask(
  env: Record<string, string> = {},
): Promise<{ status: number; body: string; gateway: RunningGateway }> {
  const gateway = await startGateway({ emulator, home: home.path, env });
  running.push(gateway);
  const response = await fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': gateway.key, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'claude-sonnet-4.5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  return { status: response.status, body: await response.text(), gateway };
}

const refreshes = (operation: string): number => emulator.requests.filter(seen => seen.operation === operation).length;
const past = new Date(Date.now() - 3_600_000).toISOString();

describe('the executable in an empty folder', () => {
  it('reads the database of kiro-cli, refreshes, writes back and answers', async () => {
    const login = emulator.credentials.oidc({ lifetime: 0 });
    const file = join(home.path, '.local', 'share', 'kiro-cli', 'data.sqlite3');
    mkdirSync(dirname(file), { recursive: true });
    const database = new Database(file);
    database.exec(
      'create table auth_kv (key text primary key, value text); create table state (key text primary key, value text)',
    );
    const put = database.prepare('insert into auth_kv values (?, ?)');
    put.run(
      'kirocli:odic:token',
      JSON.stringify({
        access_token: login.accessToken,
        refresh_token: login.refreshToken,
        expires_at: `${past.slice(0, -1)}123456Z`,
        region: 'us-east-1',
        start_url: login.startUrl,
        oauth_flow: 'DeviceCode',
        scopes: ['codewhisperer:completions'],
        something_new: { kept: true },
      }),
    );
    put.run(
      'kirocli:odic:device-registration',
      JSON.stringify({ client_id: login.clientId, client_secret: login.clientSecret, region: 'us-east-1' }),
    );
    database
      .prepare('insert into state values (?, ?)')
      .run('api.codewhisperer.profile', JSON.stringify({ arn: login.profileArn, profile_name: 'mine' }));
    database.close();

    const { status, body } = await ask();
    expect([status, body]).toEqual([200, expect.stringContaining('"text"')]);
    expect(refreshes('token')).toBe(1);
    const reader = new Database(file, { readonly: true });
    const row = reader.prepare('select value from auth_kv where key = ?').get('kirocli:odic:token') as {
      value: string;
    };
    reader.close();
    const stored = JSON.parse(row.value);
    expect(stored.refresh_token).not.toBe(login.refreshToken);
    expect(Date.parse(stored.expires_at)).toBeGreaterThan(Date.now());
    expect([stored.something_new, stored.start_url]).toEqual([{ kept: true }, login.startUrl]);
    expect(emulator.violations).toEqual([]);
  });

  it('reads the file of the Kiro IDE, refreshes, writes back and answers', async () => {
    const login = emulator.credentials.social({ lifetime: 0 });
    const file = join(home.path, '.aws', 'sso', 'cache', 'kiro-auth-token.json');
    mkdirSync(dirname(file), { recursive: true });
    const written = {
      accessToken: login.accessToken,
      refreshToken: login.refreshToken,
      expiresAt: past,
      authMethod: 'social',
      provider: 'Google',
      profileArn: login.profileArn,
      somethingNew: [1, 2],
    };
    writeFileSync(file, JSON.stringify(written), { mode: 0o600 });

    const { status, body } = await ask();
    expect([status, body]).toEqual([200, expect.stringContaining('"text"')]);
    expect(refreshes('refreshToken')).toBe(1);
    const stored = JSON.parse(readFileSync(file, 'utf8'));
    expect(stored.refreshToken).not.toBe(login.refreshToken);
    expect(stored).toMatchObject({ authMethod: 'social', provider: 'Google', somethingNew: [1, 2] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(emulator.violations).toEqual([]);
  });

  it('takes a refresh token and a profile from the environment', async () => {
    const login = emulator.credentials.social({ lifetime: 0 });
    const { status } = await ask({ REFRESH_TOKEN: login.refreshToken, PROFILE_ARN: login.profileArn });
    expect(status).toBe(200);
  });

  it('serves without a sign-in, says so, and tells clients what to run', async () => {
    const { status, body, gateway } = await ask();
    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
    expect(body).toContain('kiro-gw login');
    await expect.poll(() => gateway.errors()).toContain('kiro-gw login');
  });

  it('names a credentials file that is not there', async () => {
    const env = { KIRO_CREDS_FILE: join(home.path, 'nowhere.json') };
    const { gateway } = await ask(env);
    await expect.poll(() => gateway.errors()).toContain('nowhere.json');
    const chat = await runExecutable(['chat', 'hi'], {
      home: home.path,
      env: { ...environment(home.path, emulator), ...env },
    });
    expect([chat.code, chat.errors]).toEqual([4, expect.stringContaining('nowhere.json')]);
  });

  it('never writes a token or a key anywhere it could be read', async () => {
    const login = emulator.credentials.social({ lifetime: 0 });
    const { gateway } = await ask({
      REFRESH_TOKEN: login.refreshToken,
      PROFILE_ARN: login.profileArn,
      LOG_LEVEL: 'debug',
    });
    await gateway.stop();
    const written = gateway.output() + gateway.errors();
    expect(written).not.toContain(login.refreshToken);
    expect(written).not.toContain(gateway.key);
  });
});
