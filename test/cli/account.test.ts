import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { runCommand, type TestWorldOptions, temporaryFolder } from '../support/world.ts';

let emulator: Emulator;
let home: string;

beforeEach(async () => {
  emulator = await startEmulator({ pollInterval: 0.2 });
  home = temporaryFolder();
});
afterEach(() => emulator.close());

function run(args: readonly string[], input?: string, more: Partial<TestWorldOptions> = {}) {
  const { url } = emulator;
  const env = { KIRO_RUNTIME_URL: url, KIRO_MANAGEMENT_URL: url, KIRO_OIDC_URL: url, KIRO_AUTH_URL: url };
  return runCommand({ args, home, env, ...(input === undefined ? {} : { input }), ...more });
}

describe('kiro-gw login', () => {
  it('takes an API key from standard input, keeps it for its owner only and uses it', async () => {
    const { accessToken } = emulator.credentials.apiKey();
    const login = await run(['login', '--method', 'api-key', '--as', 'work'], `${accessToken}\n`);
    expect([login.code, login.errors]).toEqual([0, expect.stringContaining('account "work"')]);
    expect(login.output + login.errors).not.toContain(accessToken);
    const file = join(home, 'config', 'accounts.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const chat = await run(['chat'], 'Hello');
    expect([chat.code, chat.output]).toEqual([0, expect.stringMatching(/\S/)]);
    const accounts = await run(['accounts', 'list']);
    expect(accounts.output).toMatch(/^\* +work/m);
    expect(accounts.output).not.toContain(accessToken);
  });

  it('keeps no API key that the service refuses, and one that could not be tried', async () => {
    const key = 'ksk_0123456789abcdef';
    const refused = await run(['login', '--method', 'api-key'], key);
    expect([refused.code, refused.errors]).toEqual([4, expect.stringContaining('Kiro does not take this API key')]);
    expect(existsSync(join(home, 'config', 'accounts.json'))).toBe(false);
    const deaf = createServer(socket => socket.destroy()).listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    const { port } = deaf.address() as AddressInfo;
    const env = { KIRO_MANAGEMENT_URL: `http://127.0.0.1:${port}` };
    const untried = await run(['login', '--method', 'api-key'], key, { env });
    deaf.close();
    expect([untried.code, untried.errors]).toEqual([
      0,
      expect.stringMatching(/could not be tried[\s\S]*kept as account/),
    ]);
    expect(refused.errors + untried.errors).not.toContain(key);
  });

  it('says which flag is not as it must be, before it goes anywhere', async () => {
    const url = await run(
      ['login', '--method', 'identity-center', '--start-url', 'x.org', '--region', 'eu-west-1'],
      '',
    );
    expect([url.code, url.errors]).toEqual([2, expect.stringContaining('--start-url must be an https address')]);
    const issuer = await run(['login', '--method', 'idp', '--issuer-url', 'x', '--client-id', 'y']);
    expect([issuer.code, issuer.errors]).toEqual([2, expect.stringContaining('--issuer-url must be an https address')]);
    expect(emulator.requests).toEqual([]);
  });

  it('signs in with a code in the browser, after some waiting', async () => {
    emulator.polls('authorization_pending');
    const login = await run(['login', '--method', 'builder-id'], '');
    expect([login.code, login.errors]).toEqual([0, expect.stringMatching(/Open this page[\s\S]+code: \S+/)]);
    const models = await run(['models', '--json']);
    expect(JSON.parse(models.output).length).toBeGreaterThan(1);
    expect(emulator.violations).toEqual([]);
  });

  it('keeps nothing when the sign-in is denied', async () => {
    emulator.polls('access_denied');
    const login = await run(['login', '--method', 'google', '--device'], '');
    expect([login.code, login.errors]).toEqual([4, expect.stringContaining('denied')]);
    expect(existsSync(join(home, 'config', 'accounts.json'))).toBe(false);
  });

  it('opens the page on a screen, and asks for a code where none is', async () => {
    const url = emulator.url;
    const there = { KIRO_RUNTIME_URL: url, KIRO_MANAGEMENT_URL: url, KIRO_OIDC_URL: url, KIRO_AUTH_URL: url };
    const screen = { terminal: true, env: { ...there, DISPLAY: ':0' } };
    const opened = await run(['login', '--method', 'builder-id'], undefined, screen);
    expect([opened.code, opened.world.browsed]).toEqual([0, [expect.stringContaining('/start/#/device?user_code=')]]);
    const named = await run(['login', '--method', 'builder-id', '--no-browser'], undefined, screen);
    expect([named.code, named.world.browsed]).toEqual([0, []]);
    expect(named.errors).toContain('"builder-id", in place of the one before (--as keeps several)');
    const remote = { terminal: true, env: { ...screen.env, SSH_CONNECTION: '1 2 3 4' } };
    const coded = await run(['login', '--method', 'google'], undefined, remote);
    expect([coded.code, coded.world.browsed, coded.errors]).toEqual([0, [], expect.stringMatching(/code: [\dA-F]{8}/)]);
  });

  it('names the file that is in the way', async () => {
    const file = join(home, 'config', 'accounts.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '{"version":99}');
    const login = await run(['login', '--method', 'api-key'], 'ksk_0123456789abcdef');
    expect([login.code, login.errors]).toEqual([4, expect.stringContaining(`file: ${file}\n`)]);
    expect(login.errors).toContain('written by a newer kiro-gw');
    expect(readFileSync(file, 'utf8')).toBe('{"version":99}');
  });

  it('says to a script what is missing', async () => {
    const method = await run(['login'], '');
    expect([method.code, method.errors]).toEqual([2, expect.stringContaining('--method')]);
    const url = await run(['login', '--method', 'identity-center'], '');
    expect([url.code, url.errors]).toEqual([2, expect.stringContaining('--start-url and --region')]);
  });
});

describe('a sign-in of another program', () => {
  const place = (): string => join(home, '.aws', 'sso', 'cache', 'kiro-auth-token.json');
  const signIn = (): void => {
    const { expiresAt, ...login } = emulator.credentials.social();
    mkdirSync(dirname(place()), { recursive: true });
    writeFileSync(place(), JSON.stringify({ ...login, expiresAt: new Date(expiresAt).toISOString() }));
  };
  const key = () => emulator.credentials.apiKey().accessToken;

  it('is chosen by name and then counts before our own accounts, without being copied', async () => {
    signIn();
    await run(['login', '--method', 'api-key', '--as', 'work'], key());
    const login = await run(['login', '--method', 'ide'], '');
    expect([login.code, login.errors]).toEqual([0, expect.stringContaining('Using Kiro IDE')]);
    expect(await run(['accounts', 'list'])).toMatchObject({
      output: expect.stringMatching(/^ +work/m),
      errors: expect.stringMatching(/Also on this machine: Kiro IDE.* — in use/),
    });
    const { refreshToken } = JSON.parse(readFileSync(place(), 'utf8'));
    expect(readFileSync(join(home, 'config', 'accounts.json'), 'utf8')).not.toContain(refreshToken);
    await run(['accounts', 'use', 'work']);
    expect((await run(['accounts', 'list'])).errors).not.toContain('in use');
    await run(['accounts', 'use']);
    expect((await run(['accounts', 'list'])).errors).toContain('in use');
  });

  it('is not chosen when it does not work any more, and is when something else counts first', async () => {
    const { accessToken, refreshToken } = emulator.credentials.social({ lifetime: 0 });
    emulator.credentials.revoke(refreshToken);
    mkdirSync(dirname(place()), { recursive: true });
    writeFileSync(place(), JSON.stringify({ accessToken, refreshToken, expiresAt: new Date(0).toISOString() }));
    await run(['login', '--method', 'api-key', '--as', 'work'], key());
    const dead = await run(['login', '--method', 'ide'], '');
    expect([dead.code, dead.errors]).toEqual([4, expect.stringContaining('open Kiro and sign in')]);
    expect((await run(['accounts', 'list'])).output).toMatch(/^\* +work/m);
    signIn();
    const chosen = await run(['login', '--method', 'ide', '--account', 'work'], '');
    expect([chosen.code, chosen.errors]).toEqual([0, expect.stringContaining('account "work" counts before it')]);
  });

  it('is not there to choose, and not ours to end', async () => {
    const login = await run(['login', '--method', 'kiro-cli'], '');
    expect([login.code, login.errors]).toEqual([4, expect.stringContaining('No sign-in of kiro-cli was found')]);
    signIn();
    const logout = await run(['logout']);
    expect([logout.code, logout.errors]).toEqual([0, expect.stringContaining('of Kiro IDE is not ours to end')]);
  });
});

describe('what login keeps', () => {
  it('may be in the keychain, and is used and forgotten from there', async () => {
    const secrets = new Map<string, string>();
    const key = emulator.credentials.apiKey().accessToken;
    await run(['login', '--method', 'api-key', '--store', 'keychain', '--as', 'work'], key, { secrets });
    expect(readFileSync(join(home, 'config', 'accounts.json'), 'utf8')).not.toContain(key);
    expect([...secrets.keys()]).toEqual(['work']);
    expect((await run(['accounts', 'list'])).output).toMatch(/work .* keychain/);
    expect((await run(['usage'], '', { secrets })).code).toBe(0);
    const locked = await run(['usage'], '');
    expect([locked.code, locked.errors]).toEqual([4, expect.stringContaining('keychain')]);
    await run(['logout', '--account', 'work'], '', { secrets });
    expect(secrets.size).toBe(0);
  });

  it('has the profile that was named, or the first active one', async () => {
    const arn = 'arn:aws:codewhisperer:eu-central-1:123456789012:profile/NAMED';
    const flags = ['login', '--method', 'google', '--device'];
    await run([...flags, '--profile-arn', arn, '--as', 'named'], '');
    await run(['login', '--method', 'builder-id', '--as', 'first'], '');
    const { accounts } = JSON.parse(readFileSync(join(home, 'config', 'accounts.json'), 'utf8'));
    expect(accounts.named.profileArn).toBe(arn);
    expect(accounts.first.profileArn).toContain('EMULATOR');
    const wrong = await run([...flags, '--profile-arn', 'nonsense'], '');
    expect([wrong.code, wrong.errors]).toEqual([4, expect.stringContaining('--profile-arn')]);
  });
});

describe('accounts', () => {
  it('are chosen with --account, before or after the command', async () => {
    for (const name of ['one', 'two']) {
      await run(['login', '--method', 'api-key', '--account', name], emulator.credentials.apiKey().accessToken);
    }
    for (const args of [
      ['--account', 'one', 'models'],
      ['models', '--account', 'one'],
      ['env', '--account', 'one'],
    ]) {
      expect((await run(args)).code).toBe(0);
    }
    for (const command of ['chat', 'usage']) {
      const outcome = await run([command, '--account', 'three'], 'hi');
      expect([outcome.code, outcome.errors]).toEqual([4, expect.stringContaining('no account "three"')]);
    }
  });

  it('are told to the service when they are forgotten, where it can be told', async () => {
    await run(['login', '--method', 'google', '--device'], '');
    const { accounts } = JSON.parse(readFileSync(join(home, 'config', 'accounts.json'), 'utf8'));
    expect((await run(['logout'])).errors).toContain('"google" is forgotten, and its session has ended');
    const { refreshToken } = accounts.google;
    expect(emulator.requests.at(-1)).toMatchObject({ operation: 'logout', body: { refreshToken } });
    expect(readFileSync(join(home, 'config', 'accounts.json'), 'utf8')).not.toContain(refreshToken);
  });

  it('can be chosen, renamed and forgotten', async () => {
    for (const name of ['one', 'two']) {
      await run(['login', '--method', 'api-key', '--as', name], emulator.credentials.apiKey().accessToken);
    }
    expect((await run(['accounts', 'use', 'one'])).code).toBe(0);
    expect((await run(['accounts', 'rename', 'two', 'three'])).code).toBe(0);
    expect((await run(['accounts', 'list'])).output).toMatch(/\* +one[\s\S]+ three/);
    expect((await run(['logout'])).errors).toContain('"one" is forgotten');
    expect((await run(['accounts', 'list'])).output).not.toContain('one');
    expect((await run(['accounts', 'use', 'nobody'])).errors).toContain('nobody');
  });
});
