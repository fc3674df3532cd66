import { writeFileSync } from 'node:fs';
import { request as forward } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { listen, startHttpProxy, startSocksProxy } from '../kiro/support/proxies.ts';
import { certificate } from '../support/certificate.ts';
import { emptyFolder, type RunningGateway, startGateway } from '../support/gateway.ts';

let emulator: Emulator;
let gateway: RunningGateway;
const folder = emptyFolder();

beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(async () => {
  await gateway.stop();
  await emulator.close();
});

/** The status and the text of an answer through a gateway with this environment. */
async function ask(env: Record<string, string>): Promise<string> {
  const { refreshToken, profileArn } = emulator.credentials.social();
  const own = { REFRESH_TOKEN: refreshToken, PROFILE_ARN: profileArn, MAX_RETRIES: '0', HTTP_CONNECT_TIMEOUT: '20' };
  gateway = await startGateway({ emulator, env: { ...own, ...env } });
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify({ model: 'claude-sonnet-4.5', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  return `${response.status} ${await response.text()}`;
}

/** The emulator behind TLS, with a certificate that only its own authority vouches for. */
async function serveSecurely(): Promise<string> {
  const server = createServer(certificate, (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const onwards = forward(emulator.url + url, { method, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onwards);
  });
  return `https://localhost:${await listen(server)}`;
}

const addresses = (url: string) => ({
  KIRO_RUNTIME_URL: url,
  KIRO_MANAGEMENT_URL: url,
  KIRO_OIDC_URL: url,
  KIRO_AUTH_URL: url,
});

describe('the executable reaches the service', () => {
  it.each([
    ['an HTTP proxy with a password', startHttpProxy, 'http', 'VPN_PROXY_URL'],
    ['a SOCKS5 proxy with a password', startSocksProxy, 'socks5', 'VPN_PROXY_URL'],
    ['the ALL_PROXY of the environment', startSocksProxy, 'socks5', 'ALL_PROXY'],
    ['the HTTPS_PROXY of the environment', startHttpProxy, 'http', 'HTTPS_PROXY'],
  ] as const)('over TLS through %s', async (_, start, scheme, variable) => {
    const proxy = await start('user:secret');
    // The environment's proxies leave loopback addresses alone, so the service gets another name.
    const url = (await serveSecurely()).replace('localhost', variable === 'VPN_PROXY_URL' ? 'localhost' : 'kiro.test');
    const file = join(folder.path, 'authority.pem');
    writeFileSync(file, certificate.cert);
    const answer = await ask({
      ...addresses(url),
      [variable]: `${scheme}://user:secret@127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: file,
    });
    // The certificate is not for that other name, so what is heard of it came through the tunnel.
    expect(answer).toMatch(
      variable === 'VPN_PROXY_URL' ? /^200 / : /^502 .*certificate is not trusted or does not fit/,
    );
    expect(proxy.asked.length).toBeGreaterThan(0);
    const login = scheme === 'http' ? `Basic ${btoa('user:secret')}` : 'user:secret';
    expect(proxy.asked.every(({ by }) => by === login)).toBe(true);
    await gateway.stop();
    expect(answer + gateway.errors()).not.toContain('secret');
    // What the libraries and the runtime try out is nobody's business who only uses them.
    expect(gateway.errors()).not.toMatch(/warning|experimental/i);
  });

  it('with an authority of its own only where NODE_EXTRA_CA_CERTS or the system names it', async () => {
    const url = await serveSecurely();
    const file = join(folder.path, 'authority.pem');
    writeFileSync(file, certificate.cert);
    expect(await ask({ ...addresses(url), NODE_EXTRA_CA_CERTS: file })).toMatch(/^200 /);
    await gateway.stop();
    if (process.platform === 'linux') {
      // The file in which a Linux system keeps its authorities can be named.
      expect(await ask({ ...addresses(url), SSL_CERT_FILE: file, NODE_USE_SYSTEM_CA: '1' })).toMatch(/^200 /);
      await gateway.stop();
    }
    const refused = await ask(addresses(url));
    expect(refused).toMatch(/^502 .*certificate is not trusted.*NODE_EXTRA_CA_CERTS/);
  });

  it('or says in words why not', async () => {
    const refused = await ask(addresses('http://127.0.0.1:9'));
    expect(refused).toMatch(/^502 .*refused the connection.*kiro-gw doctor/);
    await gateway.stop();
    const unknown = await ask(addresses('https://no-such-host.invalid'));
    expect(unknown).toMatch(/^502 .*was not found.*DNS/);
    await gateway.stop();
    const proxied = await ask({ VPN_PROXY_URL: 'http://user:secret@127.0.0.1:9' });
    expect(proxied).toMatch(/^502 .*proxy did not connect/);
    expect(proxied).not.toContain('secret');
  });
});
