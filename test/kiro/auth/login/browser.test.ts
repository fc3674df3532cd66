import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createSocket, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../../src/emulator/emulator.ts';
import { signInWithIdp } from '../../../../src/kiro/auth/login/external.ts';
import type { FlowOptions, LoginEvent } from '../../../../src/kiro/auth/login/flow.ts';
import { signOut } from '../../../../src/kiro/auth/login/logout.ts';
import { openLoopback } from '../../../../src/kiro/auth/login/loopback.ts';
import { signInWithBrowser } from '../../../../src/kiro/auth/login/social-browser.ts';
import { refresh } from '../../../../src/kiro/auth/refresh/refresh.ts';
import { createTransport, type Transport } from '../../../../src/kiro/transport.ts';

let emulator: Emulator;
let transport: Transport;
beforeAll(async () => {
  emulator = await startEmulator();
  transport = createTransport({});
});
afterAll(async () => {
  await transport.close();
  await emulator.close();
});
beforeEach(() => emulator.reset());

const anyPort = [0];

/** A sign-in whose browser is the given function. */
function withBrowser(browse: (url: URL) => unknown, more: Partial<FlowOptions> = {}) {
  const events: LoginEvent[] = [];
  const visits: Promise<unknown>[] = [];
  const options: FlowOptions = {
    transport,
    now: () => Date.now(),
    authUrl: emulator.url,
    oidcUrl: emulator.url,
    idpHosts: ['127.0.0.1'],
    signal: new AbortController().signal,
    wait: async () => undefined,
    tell(event) {
      events.push(event);
      if (event.type === 'open' && event.code === undefined) visits.push(Promise.resolve(browse(new URL(event.url))));
    },
    ...more,
  };
  return { options, events, visits };
}

/** The address that Kiro's page would send the browser back to. */
async function callbackOf(page: URL, change: (callback: URL) => void = () => undefined): Promise<URL> {
  const response = await fetch(page, { redirect: 'manual' });
  const callback = new URL(response.headers.get('location') ?? '');
  change(callback);
  return callback;
}

describe('signing in with the browser', () => {
  it('comes back with a sign-in that can be renewed, and tells the user to go back', async () => {
    const { options, visits } = withBrowser(page => fetch(page).then(response => response.text()));
    const credential = await signInWithBrowser(options, anyPort);
    expect(credential).toMatchObject({ kind: 'social', provider: 'Google', refreshToken: expect.any(String) });
    expect(await visits[0]).toMatch(/Signed in.*close this window and go back to the terminal/s);
    expect((await refresh(options, credential)).accessToken).not.toBe(credential.accessToken);
    expect(emulator.violations).toEqual([]);
  });

  it('proves itself by a verifier that only it knows', async () => {
    const pages: URL[] = [];
    const browse = async (page: URL) => {
      pages.push(page);
      return fetch(page);
    };
    await signInWithBrowser(withBrowser(browse).options, anyPort);
    await signInWithBrowser(withBrowser(browse).options, anyPort);
    const [one, two] = pages.map(page => page.searchParams);
    for (const name of ['state', 'code_challenge']) {
      expect(one?.get(name)?.length).toBeGreaterThanOrEqual(32);
      expect(one?.get(name)).not.toBe(two?.get(name));
    }
    expect(one?.get('code_challenge_method')).toBe('S256');
    expect(one?.get('redirect_uri')).toMatch(/^http:\/\/localhost:\d+$/);
  });

  it('turns away a browser that brings the wrong state, and waits for the right one', async () => {
    const { options, visits } = withBrowser(async page => {
      const right = await callbackOf(page);
      const wrong = new URL(right);
      wrong.searchParams.set('state', 'guessed');
      const none = new URL(right);
      none.searchParams.delete('state');
      const statuses = [(await fetch(wrong)).status, (await fetch(none)).status];
      return [...statuses, (await fetch(right)).status];
    });
    expect(await signInWithBrowser(options, anyPort)).toMatchObject({ kind: 'social' });
    expect(await visits[0]).toEqual([400, 400, 200]);
    expect(emulator.requests.filter(({ operation }) => operation === 'oauth/token')).toHaveLength(1);
  });

  it('says that the code was refused, in the browser and to the caller', async () => {
    const { options, visits } = withBrowser(async page => {
      const right = await callbackOf(page, url => url.searchParams.set('code', 'forged'));
      return (await fetch(right)).text();
    });
    await expect(signInWithBrowser(options, anyPort)).rejects.toMatchObject({ kind: 'login', code: 'invalid_grant' });
    expect(await visits[0]).toMatch(/Not signed in/);
  });

  it('ends when the user is refused', async () => {
    const { options } = withBrowser(async page => {
      const refused = await callbackOf(page, url => {
        url.searchParams.delete('code');
        url.searchParams.set('error', 'access_denied');
      });
      return fetch(refused);
    });
    await expect(signInWithBrowser(options, anyPort)).rejects.toThrow('The sign-in was refused in the browser');
  });

  it('goes on with a code where the user chose an organisation on the page', async () => {
    const { options, events } = withBrowser(async page => {
      const callback = await callbackOf(page, url => {
        url.searchParams.delete('code');
        url.searchParams.set('login_option', 'awsidc');
        url.searchParams.set('issuer_url', 'https://d-1234567890.awsapps.com/start');
        url.searchParams.set('idc_region', 'eu-west-1');
      });
      return fetch(callback);
    });
    expect(await signInWithBrowser(options, anyPort)).toMatchObject({
      kind: 'oidc',
      provider: 'Enterprise',
      region: 'eu-west-1',
    });
    expect(events.map(event => event.type === 'open' && event.code !== undefined)).toEqual([false, true]);
  });

  it('ends at once when it is given up, and leaves no port open', async () => {
    const leaving = new AbortController();
    const visited = Promise.withResolvers<Socket>();
    const { options } = withBrowser(
      async page => {
        const { port } = new URL(page.searchParams.get('redirect_uri') ?? '');
        const visitor = connect(Number(port), '127.0.0.1');
        visited.resolve(visitor);
        await new Promise<void>(resolve => visitor.write('GET / HTTP/1.1\r\nhost: local', () => resolve()));
        // What came before this has been read when this is answered.
        expect((await fetch(`http://127.0.0.1:${port}/nothing`)).status).toBe(404);
        leaving.abort();
      },
      { signal: leaving.signal },
    );
    await expect(signInWithBrowser(options, anyPort)).rejects.toMatchObject({ kind: 'cancelled' });
    // The port may be another's by now: that its server is gone shows by the connection that was open.
    const visitor = await visited.promise;
    if (!visitor.closed) await once(visitor.resume(), 'close');
  });
});

describe('the server that the browser comes back to', () => {
  it('takes the first free port, and says so when all are taken', async () => {
    const taken = createSocket().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const loopback = await openLoopback([port, 0]);
    expect(loopback.url).not.toContain(`:${port}`);
    await loopback.close();
    await expect(openLoopback([port, port])).rejects.toMatchObject({
      kind: 'login',
      message: expect.stringContaining('--device'),
    });
    taken.close();
  });

  it('listens on loopback only, and answers no other name, path or method', async () => {
    const loopback = await openLoopback([0]);
    const { port } = new URL(loopback.url);
    const callback = loopback.next('right', new AbortController().signal);
    const at = (path: string): string => `http://127.0.0.1:${port}${path}`;
    const statuses = await Promise.all([
      fetch(at('/oauth/callback?state=right'), { headers: { host: 'evil.example' } }),
      fetch(at('/other?state=right')),
      fetch(at('/oauth/callback?state=right'), { method: 'POST' }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404]);
    const answered = fetch(at('/oauth/callback?state=right&name=<script>'));
    await (await callback).show('A <b> title', 'Text & more');
    const page = await (await answered).text();
    expect(page).toContain('A &#60;b&#62; title');
    expect(page).toContain('Text &#38; more');
    await loopback.close();
  });
});

describe('an external identity provider', () => {
  let idp: Server;
  let issuerUrl: string;
  let forms: URLSearchParams[];
  beforeAll(async () => {
    idp = createServer((request, response) => {
      const url = new URL(request.url ?? '/', issuerUrl);
      const json = (body: object): void =>
        void response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
      if (url.pathname === '/tenant/v2.0/.well-known/openid-configuration') {
        return json({ authorization_endpoint: `${issuerUrl}/authorize?x=1`, token_endpoint: `${issuerUrl}/token` });
      }
      if (url.pathname === '/tenant/v2.0/authorize') {
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        back.search = String(new URLSearchParams({ code: 'the-code', state: url.searchParams.get('state') ?? '' }));
        return response.writeHead(302, { location: back.href }).end();
      }
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk));
      request.on('end', () => {
        forms.push(new URLSearchParams(Buffer.concat(chunks).toString()));
        json({ access_token: 'idp-access', refresh_token: 'idp-refresh', expires_in: 3600 });
      });
    });
    idp.listen(0, '127.0.0.1');
    await once(idp, 'listening');
    issuerUrl = `http://127.0.0.1:${(idp.address() as AddressInfo).port}/tenant/v2.0`;
  });
  afterAll(() => {
    idp.close();
    idp.closeAllConnections();
  });
  beforeEach(() => {
    forms = [];
  });
  const signedIn = () => ({
    kind: 'external-idp',
    accessToken: 'idp-access',
    refreshToken: 'idp-refresh',
    client: { id: 'the-client' },
    tokenEndpoint: `${issuerUrl}/token`,
    scopes: 'openid api offline_access',
  });

  it('is signed in to directly', async () => {
    const { options } = withBrowser(page => fetch(page));
    const idpOptions = { issuerUrl, clientId: 'the-client', scopes: 'openid api' };
    expect(await signInWithIdp(options, idpOptions, anyPort)).toMatchObject(signedIn());
    expect(Object.fromEntries(forms[0] ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'the-code',
      client_id: 'the-client',
      code_verifier: expect.stringMatching(/^[\w-]{43,}$/),
      redirect_uri: expect.stringMatching(/^http:\/\/localhost:\d+\/oauth\/callback$/),
    });
  });

  it('is signed in to where the user chose it on the page, in the same window', async () => {
    const { options, visits } = withBrowser(async page => {
      const callback = await callbackOf(page, url => {
        url.searchParams.delete('code');
        url.searchParams.set('login_option', 'external_idp');
        url.searchParams.set('issuer_url', issuerUrl);
        url.searchParams.set('client_id', 'the-client');
        url.searchParams.set('scopes', 'openid api');
      });
      return (await fetch(callback)).text();
    });
    expect(await signInWithBrowser(options, anyPort)).toMatchObject(signedIn());
    expect(await visits[0]).toContain('Signed in');
  });

  it('must be an allowed one', async () => {
    const { options } = withBrowser(page => fetch(page), { idpHosts: undefined });
    const idpOptions = { issuerUrl, clientId: 'c', scopes: undefined };
    await expect(signInWithIdp(options, idpOptions, anyPort)).rejects.toThrow(/not an allowed identity provider/);
    expect(forms).toEqual([]);
  });
});

describe('signing out', () => {
  it('tells the service about a social sign-in, and does without where it cannot', async () => {
    const { options } = withBrowser(() => undefined);
    const { accessToken, refreshToken } = emulator.credentials.social();
    const credential = { kind: 'social', accessToken, refreshToken } as const;
    expect(await signOut(options, credential)).toBe(true);
    await expect(refresh(options, credential)).rejects.toMatchObject({ kind: 'login', code: 'invalid_grant' });
    expect(await signOut({ ...options, authUrl: 'http://127.0.0.1:9' }, credential)).toBe(false);
    expect(await signOut(options, { kind: 'api-key', accessToken: 'ksk_x' })).toBe(false);
  });
});
