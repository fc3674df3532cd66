import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/core/errors.ts';
import { neverConnected, toNetworkError } from '../../src/kiro/network.ts';
import { chooseProxies, proxyFor, viaProxy } from '../../src/kiro/proxies.ts';

const coded = (code: string, message = 'failed'): Error => Object.assign(new Error(message), { code });

describe('a failed connection', () => {
  it.each([
    [coded('ENOTFOUND'), 'dns', 'network', 'The name a.example was not found.'],
    [coded('EAI_AGAIN'), 'dns', 'network', 'The name a.example was not found.'],
    [new Error('DNS lookup failed'), 'dns', 'network', 'The name a.example was not found.'],
    [
      new Error('certificate for DNS:b.example is no CERT of a'),
      'tls',
      'network',
      'The secure connection to a.example',
    ],
    [new Error('SOCKS5 said no'), 'proxy', 'network', 'The proxy did not connect to a.example.'],
    [coded('UND_ERR_PRX_TLS'), 'proxy', 'network', 'The proxy did not connect to a.example.'],
    [new Error('Proxy response (407)'), 'proxy', 'network', 'The proxy did not connect to a.example.'],
    [coded('ECONNREFUSED'), 'refused', 'network', 'a.example refused the connection.'],
    [coded('ConnectionRefused'), 'refused', 'network', 'a.example refused the connection.'],
    [coded('EHOSTUNREACH'), 'unreachable', 'network', 'There is no route to a.example.'],
    [coded('ENETUNREACH'), 'unreachable', 'network', 'There is no route to a.example.'],
    [coded('ENETDOWN'), 'unreachable', 'network', 'There is no route to a.example.'],
    [coded('EADDRNOTAVAIL'), 'unreachable', 'network', 'There is no route to a.example.'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls', 'network', 'The secure connection to a.example'],
    [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls', 'network', 'The secure connection to a.example'],
    [coded('EPROTO'), 'tls', 'network', 'The secure connection to a.example'],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'plain', 'network', 'a.example does not speak TLS.'],
    [coded('HPE_INVALID_CONSTANT'), 'protocol', 'network', 'a.example does not speak HTTP.'],
    [coded('UND_ERR_CONNECT_TIMEOUT'), 'connect-timeout', 'timeout', 'Connecting to a.example took too long.'],
    [coded('ETIMEDOUT'), 'connect-timeout', 'timeout', 'Connecting to a.example took too long.'],
    [coded('UND_ERR_HEADERS_TIMEOUT'), 'headers-timeout', 'timeout', 'a.example did not answer in time.'],
    [coded('UND_ERR_BODY_TIMEOUT'), 'body-timeout', 'timeout', 'a.example stopped in mid-answer.'],
    [coded('ECONNRESET'), 'reset', 'network', 'The connection to a.example broke off.'],
    [coded('EPIPE'), 'reset', 'network', 'The connection to a.example broke off.'],
    [coded('UND_ERR_SOCKET'), 'reset', 'network', 'The connection to a.example broke off.'],
    [new Error('other side closed'), 'reset', 'network', 'The connection to a.example broke off.'],
    [coded('ESOMETHING'), 'connection', 'network', 'The connection to a.example failed.'],
    ['no error at all', 'connection', 'network', 'The connection to a.example failed.'],
  ])('is said in words: %s', (thrown, code, kind, words) => {
    const error = toNetworkError(thrown, 'a.example');
    expect(error).toMatchObject({ code, kind, cause: thrown });
    expect(error.message.startsWith(words)).toBe(true);
    // And what to do about it.
    expect(error.message.length).toBeGreaterThan(words.length + 10);
    expect(error.message).not.toContain('In use');
  });

  it('is explained by its innermost cause, however it is wrapped', () => {
    const inner = coded('ECONNREFUSED');
    const several = new AggregateError([coded('ENETUNREACH'), inner], 'all failed');
    expect(toNetworkError(new Error('outer', { cause: inner }), 'a').code).toBe('refused');
    expect(toNetworkError(new Error('outer', { cause: several }), 'a').code).toBe('refused');
    const circle = new Error('one');
    circle.cause = new Error('two', { cause: circle });
    expect(toNetworkError(circle, 'a').code).toBe('connection');
    const known = new ChatError('rate', 'Slow.');
    expect(toNetworkError(known, 'a')).toBe(known);
  });

  it('on the way to a proxy is the proxy’s, and its password is not said', () => {
    const proxy = 'http://user:secret@proxy.example:8080';
    for (const code of ['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']) {
      const error = toNetworkError(coded(code), 'a.example', proxy);
      expect(error).toMatchObject({ code: 'proxy', kind: 'network' });
      expect(error.message).toMatch(/ \(In use: the proxy proxy\.example:8080\.\)$/);
      expect(error.message).not.toContain('secret');
    }
    expect(toNetworkError(coded('ECONNRESET'), 'a.example', proxy).code).toBe('reset');
    expect(toNetworkError(coded('ECONNRESET'), 'a.example', 'oops').message).toContain('the proxy not a URL');
  });

  it.each([
    ['dns', true],
    ['refused', true],
    ['unreachable', true],
    ['connect-timeout', true],
    ['tls', true],
    ['plain', true],
    ['proxy', true],
    ['reset', false],
    ['headers-timeout', false],
    ['protocol', false],
    ['connection', false],
  ])('by %s never reached the service: %j', (code, never) => {
    expect(neverConnected(new ChatError('network', 'No.', { code }))).toBe(never);
    expect(neverConnected(new ChatError('network', 'No.'))).toBe(false);
  });
});

describe('the proxies of a user', () => {
  it.each([
    [{}, ['', '']],
    [{ proxy: '' }, ['', '']],
    [{ proxy: 'http://p:1' }, ['http://p:1/', 'http://p:1/']],
    [{ proxy: 'p:1' }, ['http://p:1/', 'http://p:1/']],
    [{ proxy: 'https://p:1', httpProxy: 'http://q:2' }, ['https://p:1/', 'https://p:1/']],
    [{ proxy: 'SOCKS5://p:1' }, ['socks5://p:1', 'socks5://p:1']],
    [{ proxy: 'socks5h://p:1' }, ['socks5://p:1', 'socks5://p:1']],
    [{ proxy: 'socks://p:1' }, ['socks5://p:1', 'socks5://p:1']],
    [{ httpProxy: 'http://h:1' }, ['http://h:1/', '']],
    [{ httpsProxy: 'http://s:1' }, ['', 'http://s:1/']],
    [{ allProxy: 'http://a:1' }, ['http://a:1/', 'http://a:1/']],
    [{ allProxy: 'http://a:1', httpsProxy: 'http://s:1' }, ['http://a:1/', 'http://s:1/']],
  ])('are those of %j', (options, expected) => {
    const { http, https } = chooseProxies(options);
    expect([http, https]).toEqual(expected);
  });

  it.each([
    [{ proxy: 'ftp://secret:1' }, 'VPN_PROXY_URL'],
    [{ proxy: 'socks4://p:1' }, 'VPN_PROXY_URL'],
    [{ proxy: 'http://' }, 'VPN_PROXY_URL'],
    [{ httpProxy: 'ftp://secret' }, 'HTTP_PROXY'],
    [{ httpsProxy: 'ftp://secret' }, 'HTTPS_PROXY'],
    [{ allProxy: 'ftp://secret' }, 'ALL_PROXY'],
  ])('are refused by name and without their words: %j', (options, name) => {
    expect(() => chooseProxies(options)).toThrow(
      expect.objectContaining({
        kind: 'network',
        code: 'proxy',
        message: `${name} is no proxy that can be used. Write it as http://, https:// or socks5://.`,
      }),
    );
  });

  it.each<[string, string, boolean]>([
    ['https://api.example/', '', true],
    ['http://api.example/', '', false],
    ['https://api.example/', 'api.example', false],
    ['https://API.example/', 'Api.Example', false],
    ['https://api.example/', 'example', false],
    ['https://api.example/', '.example', false],
    ['https://api.example/', '*.example', false],
    ['https://api.example/', 'other, api.example:443', false],
    ['https://api.example:8443/', 'other, api.example:443', true],
    ['https://api.example:8443/', 'api.example:8443', false],
    ['https://api.example/', '*.api.example', true],
    ['https://api.example/', '*:80', true],
    ['https://api.example/', '*:443', false],
    ['https://api.example./', 'api.example.', false],
    ['https://[fe80::1]/', '[fe80::1]', false],
    ['https://[fe80::1]/', 'fe80::1', false],
    ['https://[fe80::1]/', '[fe80::1]:443', false],
    ['https://[fe80::1]/', '[fe80::1]:80', true],
    ['https://[fe80::2]/', 'fe80::1', true],
    ['https://api.example/', 'other  api.example', false],
    ['https://api.example/', '*', false],
    ['https://api.example/', 'pi.example', true],
    ['https://api.example/', 'api.example.org', true],
    ['https://localhost:1/', '', false],
    ['https://127.0.0.1:1/', '', false],
    ['https://[::1]:1/', '', false],
  ])('lead to %s except %j: %j', (address, noProxy, isVia) => {
    const options = { httpsProxy: 'http://s:1', noProxy };
    expect(viaProxy(options)(new URL(address))).toBe(isVia);
    expect(proxyFor(new URL(address), chooseProxies(options))).toBe(isVia ? 'http://s:1/' : undefined);
  });

  it('are asked for plain traffic at its own port', () => {
    const via = (noProxy: string) => viaProxy({ httpProxy: 'http://h:1', noProxy })(new URL('http://api.example/'));
    expect([via(''), via('api.example:80'), via('api.example:443')]).toEqual([true, false, true]);
  });

  it('lead to this machine, too, where one is named for everything', () => {
    expect(viaProxy({ proxy: 'http://p:1' })(new URL('https://localhost:1/'))).toBe(true);
    expect(viaProxy({ proxy: 'http://p:1', noProxy: 'localhost' })(new URL('https://localhost:1/'))).toBe(false);
  });
});
