import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createDesk } from '../support/desk.ts';
import { hasTerminals, keys } from '../support/terminal.ts';

describe.skipIf(!hasTerminals).concurrent('signing in at a terminal', () => {
  it('offers first what is there already, and uses it without copying it', async ({ onTestFinished: finish }) => {
    const desk = await createDesk(finish);
    const login = desk.emulator.credentials.social();
    const file = join(desk.home, '.aws', 'sso', 'cache', 'kiro-auth-token.json');
    mkdirSync(join(file, '..'), { recursive: true });
    const expiresAt = new Date(login.expiresAt).toISOString();
    writeFileSync(file, JSON.stringify({ ...login, expiresAt, authMethod: 'social', provider: 'Google' }));
    const terminal = desk.sit('login');
    await terminal.shows(/signed in already[\s\S]+Use Kiro IDE: Google, token lives 60 min and renews itself/);
    await terminal.shows(/AWS Builder ID/);
    terminal.type(keys.enter);
    await terminal.shows(/✓ Using Kiro IDE/);
    expect(await terminal.ended()).toBe(0);
    expect(desk.accounts()).toEqual({ version: 1, preferred: file, accounts: {} });
    expect((await desk.run(['chat', 'hi'])).code).toBe(0);
  });

  it('waits for the browser, more slowly when asked to, with a code and a QR code', async ({
    onTestFinished: finish,
  }) => {
    const desk = await createDesk(finish);
    desk.emulator.polls('authorization_pending', 'slow_down', 'authorized');
    const terminal = desk.sit('login', '--qr');
    await terminal.shows(/How do you sign in to Kiro/);
    terminal.type(keys.enter);
    const [, url] = await terminal.shows(/Open this page in a browser: (\S+)/);
    await terminal.shows(/code: [\dA-F]{4}-[\dA-F]{4}/);
    await terminal.shows(/█▀▀▀█|▄▄▄▄▄/);
    await terminal.shows(/Waiting for the browser, until \d\d:\d\d/);
    expect(await desk.opened()).toBe(url);
    await terminal.shows(/✓ Signed in; kept as account "builder-id"/);
    expect(await terminal.ended()).toBe(0);
    const polls = desk.emulator.requests.filter(({ operation }) => operation === 'token');
    expect(polls.length).toBe(3);
    expect((polls[2]?.startedAt ?? 0) - (polls[1]?.startedAt ?? 0)).toBeGreaterThanOrEqual(5000);
    expect(desk.emulator.violations).toEqual([]);
    expect((await desk.run(['models', '--json'])).code).toBe(0);
  });

  it.for([
    ['expired_token', 'builder-id', /The code has expired before anybody used it/],
    ['access_denied', 'builder-id', /The sign-in was denied in the browser/],
    ['expired_token', 'google', /The code has expired before anybody used it/],
    ['access_denied', 'github', /does not accept this code/],
  ] as const)('keeps nothing after %s (%s)', async ([outcome, method, message], { onTestFinished: finish }) => {
    const desk = await createDesk(finish);
    desk.emulator.polls('authorization_pending', outcome);
    const terminal = desk.sit('login', '--method', method, '--device', '--no-browser');
    await terminal.shows(message);
    expect(await terminal.ended()).toBe(4);
    expect(desk.accounts()).toBeUndefined();
    expect(existsSync(join(desk.home, 'opened'))).toBe(false);
  });

  it('asks for the organisation and which of its profiles to use', async ({ onTestFinished: finish }) => {
    const arn = (id: string): string => `arn:aws:codewhisperer:eu-central-1:123456789012:profile/${id}`;
    const profiles = ['First', 'Second'].map(name => ({ arn: arn(name), profileName: name, status: 'ACTIVE' }));
    const desk = await createDesk(finish, { profiles });
    const terminal = desk.sit('login', '--as', 'work');
    await terminal.shows(/How do you sign in/);
    terminal.type(keys.down + keys.down + keys.down + keys.enter);
    await terminal.shows(/Start URL of your organisation/);
    terminal.type(`https://example.awsapps.com/start${keys.enter}`);
    await terminal.shows(/Its region/);
    terminal.type(`eu-west-1${keys.enter}`);
    await terminal.shows(/Which profile\?[\s\S]+First[\s\S]+Second/);
    terminal.type(keys.down + keys.enter);
    await terminal.shows(/kept as account "work"/);
    expect(await terminal.ended()).toBe(0);
    expect(desk.accounts()?.accounts['work']).toMatchObject({ profileArn: arn('Second'), region: 'eu-west-1' });
    const device = desk.emulator.requests.find(({ operation }) => operation === 'device_authorization');
    expect(device?.body).toMatchObject({ startUrl: 'https://example.awsapps.com/start' });
  });

  it('sends the browser to Google and back, and turns away one with a wrong state', async ({
    onTestFinished: finish,
  }) => {
    const desk = await createDesk(finish);
    const terminal = desk.sit('login', '--method', 'google');
    const url = new URL(await desk.opened());
    const back = url.searchParams.get('redirect_uri') ?? '';
    const wrong = await fetch(`${back}/oauth/callback?code=x&state=wrong`);
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('Not this sign-in')]);
    const page = await fetch(url);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('go back to the terminal')]);
    await terminal.shows(/✓ Signed in; kept as account "google"/);
    expect(await terminal.ended()).toBe(0);
    expect(desk.emulator.violations).toEqual([]);
  });

  it('is refused a code that was issued for another verifier', async ({ onTestFinished: finish }) => {
    const desk = await createDesk(finish);
    const terminal = desk.sit('login', '--method', 'github');
    const url = new URL(await desk.opened());
    url.searchParams.set('code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
    expect(await (await fetch(url)).text()).toContain('Not signed in');
    await terminal.shows(/error: Kiro refused the code of the browser \(invalid_grant\)/);
    expect(await terminal.ended()).toBe(4);
    expect(desk.accounts()).toBeUndefined();
  });

  it("signs in at an organisation's own identity provider", async ({ onTestFinished: finish }) => {
    const desk = await createDesk(finish);
    const terminal = desk.sit('login', '--method', 'idp', '--client-id', 'the-client');
    await terminal.shows(/Issuer URL/);
    terminal.type(`${desk.emulator.url}/external${keys.enter}`);
    expect(await (await fetch(await desk.opened())).text()).toContain('Signed in');
    await terminal.shows(/kept as account "organisation"/);
    expect(await terminal.ended()).toBe(0);
    expect((await desk.run(['chat', 'hi'])).code).toBe(0);
    expect(desk.emulator.violations).toEqual([]);
  });

  it('takes an API key without showing it', async ({ onTestFinished: finish }) => {
    const desk = await createDesk(finish);
    const { accessToken } = desk.emulator.credentials.apiKey();
    const terminal = desk.sit('login', '--method', 'api-key');
    await terminal.shows(/API key/);
    terminal.type(accessToken);
    terminal.type(keys.enter);
    await terminal.shows(/kept as account "api-key"/);
    expect(await terminal.ended()).toBe(0);
    expect(terminal.text()).not.toContain(accessToken.slice(0, 12));
    expect(desk.accounts()?.accounts['api-key']).toMatchObject({ accessToken });
  });

  it.for([
    ['a question', ['login'], /How do you sign in/],
    ['the browser', ['login', '--method', 'builder-id'], /Waiting for the browser/],
    ['the way back', ['login', '--method', 'google'], /Waiting for the browser/],
  ] as const)('leaves nothing when it is interrupted while it waits for %s', async ([, args, sign], context) => {
    const desk = await createDesk(context.onTestFinished);
    desk.emulator.polls(...Array.from({ length: 100 }, () => 'authorization_pending' as const));
    const terminal = desk.sit(...args);
    await terminal.shows(sign);
    terminal.type(keys.interrupt);
    expect(await terminal.ended()).toBe(130);
    expect(terminal.text()).toMatch(/Nothing was changed\.\s*$/);
    expect(existsSync(desk.own) ? readdirSync(desk.own) : []).toEqual([]);
  });
});

describe('a keychain that is not there', () => {
  it.skipIf(process.platform !== 'linux')(
    'is said to be so, and nothing is kept',
    async ({ onTestFinished: finish }) => {
      const desk = await createDesk(finish);
      const { accessToken } = desk.emulator.credentials.apiKey();
      const login = await desk.run(['login', '--method', 'api-key', '--store', 'keychain'], accessToken);
      expect([login.code, login.errors]).toEqual([4, expect.stringContaining('kiro-gw login --store file')]);
      expect(desk.accounts()).toBeUndefined();
      expect((await desk.run(['login', '--method', 'api-key'], accessToken)).code).toBe(0);
    },
  );
});

describe('the way back from the browser', () => {
  it.skipIf(!hasTerminals)('takes the first free port of the list', async ({ onTestFinished: finish }) => {
    const desk = await createDesk(finish);
    // Of those that no outgoing connection is given by the system.
    const taken = await takeAll(ports.slice(0, 5));
    const port = [...taken.keys()].at(-1) ?? expect.unreachable('other programs have them all');
    await leave(taken.get(port));
    const terminal = desk.sit('login', '--method', 'google');
    expect(new URL(await desk.opened()).searchParams.get('redirect_uri')).toBe(`http://localhost:${port}`);
    for (const server of taken.values()) server.close();
    terminal.type(keys.interrupt);
    expect(await terminal.ended()).toBe(130);
  });

  it('is said to be blocked when every port of the list is taken', async ({ onTestFinished: finish }) => {
    const desk = await createDesk(finish);
    const taken = await takeAll(ports);
    const login = await desk.run(['login', '--method', 'google', '--no-browser']);
    for (const server of taken.values()) server.close();
    expect([login.code, login.errors]).toEqual([4, expect.stringContaining(`(${ports.join(', ')})`)]);
    expect(login.errors).toContain('kiro-gw login --device');
    expect(desk.accounts()).toBeUndefined();
  });
});

/** Takes ports, and waits for those that other connections have for a moment; what another program keeps is taken as well. */
async function takeAll(wanted: readonly number[]): Promise<ReadonlyMap<number, Server>> {
  const taken = new Map<number, Server>();
  for (let attempt = 0; attempt < 100 && taken.size < wanted.length; attempt += 1) {
    for (const port of wanted) {
      if (taken.has(port)) continue;
      const server = createServer().listen(port, '127.0.0.1');
      if (await listens(server)) taken.set(port, server);
    }
    if (taken.size < wanted.length) await sleep(50);
  }
  return taken;
}

const listens = (server: Server): Promise<boolean> =>
  new Promise(resolve => server.once('listening', () => resolve(true)).once('error', () => resolve(false)));

async function leave(server: Server | undefined): Promise<void> {
  await new Promise(resolve => server?.close(resolve));
}

const ports = [3128, 4649, 6588, 8008, 9091, 49153, 50153, 51153, 52153, 53153];
