import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { runCommand, temporaryFolder } from '../support/world.ts';

let emulator: Emulator;
let home: string;

beforeEach(async () => {
  emulator = await startEmulator();
  home = temporaryFolder();
});
afterEach(() => emulator.close());

function run(args: readonly string[], input?: string) {
  const { url } = emulator;
  const env = { KIRO_RUNTIME_URL: url, KIRO_MANAGEMENT_URL: url, KIRO_OIDC_URL: url, KIRO_AUTH_URL: url };
  return runCommand({ args, home, env, ...(input === undefined ? {} : { input }) });
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

  it('says to a script what is missing', async () => {
    const method = await run(['login'], '');
    expect([method.code, method.errors]).toEqual([2, expect.stringContaining('--method')]);
    const url = await run(['login', '--method', 'identity-center'], '');
    expect([url.code, url.errors]).toEqual([2, expect.stringContaining('--start-url and --region')]);
  });
});

describe('accounts', () => {
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
