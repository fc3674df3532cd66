import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ChatError } from '../../src/core/errors.ts';
import { createTransport, type Transport, type TransportOptions } from '../../src/kiro/transport.ts';
import { certificate } from '../support/certificate.ts';
import { listen, startHttpProxy, startSocksProxy } from './support/proxies.ts';

function transportOf(options: TransportOptions = {}): Transport {
  const transport = createTransport(options);
  onTestFinished(() => transport.close());
  return transport;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const serve = (handler: Handler): Promise<number> => listen(createServer(handler));
const serveSecurely = (handler: Handler): Promise<number> => listen(createSecureServer(certificate, handler));
const serveRaw = (handler: (socket: Socket) => void): Promise<number> => listen(createTcpServer(handler));
const hello: Handler = (_, response) => void response.end('hello');

const get = (url: string) => ({ method: 'GET', url, headers: {} }) as const;
const textOf = async (transport: Transport, url: string): Promise<string> => (await transport.send(get(url))).text();
const failureOf = async (transport: Transport, url: string): Promise<ChatError> => {
  const thrown = await textOf(transport, url).catch((failure: unknown) => failure);
  if (!(thrown instanceof ChatError)) throw new Error(`no ChatError: ${thrown}`);
  return thrown;
};

describe('the transport', () => {
  it('sends method, path, headers and body, and reads status, headers and body', async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      let body = '';
      request.on('data', chunk => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push(request.method, request.url, request.headers['x-own'], body);
        response.writeHead(418, { 'X-Reply': 'yes' });
        response.end('größer');
      });
    });
    const response = await transportOf().send({
      method: 'POST',
      url: `http://127.0.0.1:${port}/a/b?c=d%20e`,
      headers: { 'x-own': 'me' },
      body: 'äöü',
    });
    expect(seen).toEqual(['POST', '/a/b?c=d%20e', 'me', 'äöü']);
    expect(response.status).toBe(418);
    expect(response.header('x-reply')).toBe('yes');
    expect(response.header('x-none')).toBeUndefined();
    expect(await response.text()).toBe('größer');
  });

  it('sends a large body whole and with its length, and keeps its connection for others', async () => {
    const seen = new Set<string>();
    const ports = new Set<number | undefined>();
    const body = 'größer als 64 KiB. '.repeat(20_000);
    const port = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => void chunks.push(chunk));
      request.on('end', () => {
        const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
        seen.add(`${length} ${encoding} ${Buffer.concat(chunks).equals(Buffer.from(body))}`);
        ports.add(request.socket.remotePort);
        response.end('taken');
      });
    });
    const transport = transportOf();
    for (let times = 0; times < 4; times += 1) {
      const response = await transport.send({ method: 'POST', url: `http://127.0.0.1:${port}/`, headers: {}, body });
      expect(await response.text()).toBe('taken');
    }
    expect([...seen]).toEqual([`${Buffer.byteLength(body)} undefined true`]);
    // One is resting while the next request comes at once.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('keeps connections for the next request', async () => {
    const ports = new Set<number | undefined>();
    const port = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('x');
    });
    const transport = transportOf();
    for (let count = 0; count < 9; count += 1) await textOf(transport, `http://127.0.0.1:${port}/`);
    // The second one may be opened before the first one is free again.
    expect(ports.size).toBeLessThan(3);
  });

  it('opens no more connections than it may', async () => {
    let open = 0;
    let most = 0;
    const port = await serve((_, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end('x');
      }, 5);
    });
    const transport = transportOf({ maxConnections: 3 });
    await Promise.all(Array.from({ length: 12 }, () => textOf(transport, `http://127.0.0.1:${port}/`)));
    expect(most).toBe(3);
  });

  it('holds the sender back while nobody reads', async () => {
    let sent = 0;
    const heldBack = Promise.withResolvers<void>();
    const block = Buffer.alloc(64 * 1024);
    const port = await serve((_, response) => {
      const write = (): void => {
        while (sent < 400) {
          sent += 1;
          if (response.write(block)) continue;
          response.once('drain', write);
          setTimeout(heldBack.resolve, 100);
          return;
        }
        response.end();
      };
      write();
    });
    const { body } = await transportOf().send(get(`http://127.0.0.1:${port}/`));
    await heldBack.promise;
    expect(sent).toBeLessThan(400);
    let received = 0;
    for await (const chunk of body) received += chunk.length;
    expect(received).toBe(400 * block.length);
  });

  it('hands over at once what came at once', async () => {
    const port = await serveRaw(socket =>
      socket.once('data', () => {
        const chunks = Array.from({ length: 50 }, (_, at) => `2\r\n${String(at).padStart(2, '0')}\r\n`).join('');
        socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`);
      }),
    );
    const { body } = await transportOf().send(get(`http://127.0.0.1:${port}/`));
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toHaveLength(100);
    expect(chunks.length).toBeLessThan(5);
  });

  it('aborts at once: before the connection, before the headers, within the body', async () => {
    const closed: string[] = [];
    const asked = Promise.withResolvers<void>();
    const port = await serve((request, response) => {
      response.on('close', () => closed.push(`${request.url}`));
      if (request.url === '/body') response.write('some');
      else asked.resolve();
    });
    const transport = transportOf();
    const base = `http://127.0.0.1:${port}`;
    await expect(transport.send({ ...get(base), signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    const first = new AbortController();
    const waiting = transport.send({ ...get(`${base}/headers`), signal: first.signal });
    await asked.promise;
    first.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    const second = new AbortController();
    const response = await transport.send({ ...get(`${base}/body`), signal: second.signal });
    const reading = response.text();
    setTimeout(() => second.abort(), 10);
    await expect(reading).rejects.toMatchObject({ kind: 'cancelled' });
    while (closed.length < 2) await new Promise(resolve => setTimeout(resolve, 5));
    expect(closed.sort()).toEqual(['/body', '/headers']);
  });

  it('cuts an answer that is left early', async () => {
    const closed = Promise.withResolvers<boolean>();
    const port = await serve((_, response) => {
      response.on('close', () => closed.resolve(response.writableFinished));
      response.write('some');
    });
    const { body } = await transportOf().send(get(`http://127.0.0.1:${port}/`));
    for await (const _ of body) break;
    expect(await closed.promise).toBe(false);
  });
});

describe('a failure of the network', () => {
  const at = (server: Promise<number>, scheme = 'http'): Promise<string> =>
    server.then(port => `${scheme}://127.0.0.1:${port}/`);
  const nobody = 'http://127.0.0.1:9/';

  const failures: readonly (readonly [string, string, () => Promise<string>, RegExp])[] = [
    ['dns', 'network', async () => 'http://no-such-host.invalid/', /no-such-host\.invalid was not found/],
    ['refused', 'network', async () => nobody, /127\.0\.0\.1:9 refused the connection/],
    ['reset', 'network', () => at(serveRaw(socket => socket.once('data', () => socket.destroy()))), /broke off/],
    [
      'reset',
      'network',
      () =>
        at(
          serve((_, response) => {
            response.write('some');
            setTimeout(() => response.destroy(), 10);
          }),
        ),
      /broke off/,
    ],
    [
      'protocol',
      'network',
      () => at(serveRaw(socket => socket.once('data', () => socket.end('SSH-2.0-x\r\n')))),
      /HTTP/,
    ],
    ['tls', 'network', () => at(serveSecurely(hello), 'https'), /NODE_EXTRA_CA_CERTS/],
    ['plain', 'network', () => at(serve(hello), 'https'), /does not speak TLS/],
  ];
  it.each(failures)('of the kind %s is said in words', async (code, kind, address, words) => {
    const failure = await failureOf(transportOf({ connectTimeout: 1000 }), await address());
    expect(failure).toMatchObject({ kind, code, message: expect.stringMatching(words) });
  });

  it('by silence is a timeout, before the headers and within the body', async () => {
    const silent = await serve((request, response) => {
      if (request.url === '/body') response.write('some');
    });
    const transport = transportOf();
    const url = `http://127.0.0.1:${silent}`;
    await expect(transport.send({ ...get(url), headersTimeout: 100 })).rejects.toMatchObject({
      kind: 'timeout',
      code: 'headers-timeout',
    });
    const response = await transport.send({ ...get(`${url}/body`), bodyTimeout: 100 });
    await expect(response.text()).rejects.toMatchObject({ kind: 'timeout', code: 'body-timeout' });
  });

  it('trusts certificates of one’s own', async () => {
    const url = `https://localhost:${await serveSecurely(hello)}/`;
    expect(await textOf(transportOf({ ca: [certificate.cert] }), url)).toBe('hello');
  });
});

describe('a proxy', () => {
  it('carries secure traffic through a tunnel', async () => {
    const proxy = await startHttpProxy();
    const port = await serveSecurely(hello);
    const transport = transportOf({ proxy: `http://127.0.0.1:${proxy.port}`, ca: [certificate.cert] });
    expect(await textOf(transport, `https://localhost:${port}/`)).toBe('hello');
    expect(proxy.asked).toEqual([{ host: `localhost:${port}`, by: '' }]);
  });

  it('is told user and password', async () => {
    const proxy = await startHttpProxy('user:pass word');
    const port = await serveSecurely(hello);
    const ca = [certificate.cert];
    const right = transportOf({ proxy: `http://user:pass%20word@127.0.0.1:${proxy.port}`, ca });
    expect(await textOf(right, `https://localhost:${port}/`)).toBe('hello');
    const failure = await failureOf(
      transportOf({ proxy: `http://user:wrong@127.0.0.1:${proxy.port}`, ca }),
      `https://localhost:${port}/`,
    );
    expect(failure).toMatchObject({ kind: 'network', code: 'proxy' });
    expect(failure.message).toContain(`127.0.0.1:${proxy.port}`);
    expect(failure.message).not.toContain('wrong');
  });

  it('carries plain requests as it is asked for them', async () => {
    const proxy = await startHttpProxy();
    const transport = transportOf({ httpProxy: `127.0.0.1:${proxy.port}` });
    expect(await textOf(transport, 'http://kiro.test/path')).toBe('by proxy: /path');
    expect(proxy.asked).toEqual([{ host: 'kiro.test', by: '' }]);
  });

  it.each([
    ['without a password', undefined, ''],
    ['with a password', 'user:secret', 'user:secret@'],
  ])('may speak SOCKS5, %s', async (_, password, login) => {
    const proxy = await startSocksProxy(password);
    const port = await serve(hello);
    const transport = transportOf({ allProxy: `socks5h://${login}127.0.0.1:${proxy.port}` });
    expect(await textOf(transport, `http://kiro.test:${port}/`)).toBe('hello');
    expect(proxy.asked).toEqual([{ host: `kiro.test:${port}`, by: password ?? '' }]);
  });

  it('may carry secure traffic over SOCKS5', async () => {
    const proxy = await startSocksProxy();
    const port = await serveSecurely(hello);
    const transport = transportOf({ proxy: `socks5://127.0.0.1:${proxy.port}`, ca: [certificate.cert] });
    expect(await textOf(transport, `https://localhost:${port}/`)).toBe('hello');
  });

  it('of the environment leaves this machine alone, and any proxy what NO_PROXY names', async () => {
    const proxy = await startHttpProxy();
    const address = `http://127.0.0.1:${proxy.port}`;
    const port = await serve(hello);
    expect(await textOf(transportOf({ httpProxy: address }), `http://127.0.0.1:${port}/`)).toBe('hello');
    expect(await textOf(transportOf({ proxy: address }), `http://127.0.0.1:${port}/`)).toBe('by proxy: /');
    expect(await textOf(transportOf({ proxy: address, noProxy: '127.0.0.1' }), `http://127.0.0.1:${port}/`)).toBe(
      'hello',
    );
    expect(await textOf(transportOf({ proxy: address, noProxy: '*' }), `http://127.0.0.1:${port}/`)).toBe('hello');
  });

  it('is not blamed for a host that is reached without it', async () => {
    for (const noProxy of ['.invalid', 'no-such-host.invalid', 'other.test, no-such-host.invalid:443']) {
      const transport = transportOf({ proxy: 'http://127.0.0.1:9', noProxy });
      const failure = await failureOf(transport, 'https://no-such-host.invalid/');
      expect(failure.code).toBe('dns');
      expect(failure.message).not.toContain('proxy');
    }
  });

  it('that does not answer is named as the cause, without its password', async () => {
    for (const scheme of ['http', 'socks5']) {
      const failure = await failureOf(
        transportOf({ proxy: `${scheme}://user:secret@127.0.0.1:9` }),
        'https://kiro.test/',
      );
      expect(failure).toMatchObject({ kind: 'network', code: 'proxy' });
      expect(failure.message).toContain('127.0.0.1:9');
      expect(failure.message).not.toContain('secret');
    }
  });

  it.each(['ftp://127.0.0.1:1', 'http://', 'socks4://127.0.0.1:1', 'http://user:secret@:80'])(
    'that is none, %s, is refused by the name of its setting',
    async proxy => {
      const failure = await failureOf(transportOf({ proxy }), 'http://kiro.test/');
      expect(failure).toMatchObject({ code: 'proxy', message: expect.stringContaining('VPN_PROXY_URL') });
      expect(failure.message).not.toContain('secret');
    },
  );
});
