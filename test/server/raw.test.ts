import { describe, expect, it } from 'vitest';
import { key, openRaw, startServer } from './start.ts';

const head = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\n`;
const smuggled = `GET /v1/usage HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\n\r\n`;

describe('a request whose length can be read in two ways', () => {
  it.each([
    ['a length and chunks', 'content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['chunks and a length', 'transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'content-length: 2\r\ncontent-length: 40\r\n\r\n{}'],
    ['a list of lengths', 'content-length: 2, 40\r\n\r\n{}'],
    ['a signed length', 'content-length: +2\r\n\r\n{}'],
    ['a negative length', 'content-length: -2\r\n\r\n{}'],
    ['a hexadecimal length', 'content-length: 0x2\r\n\r\n{}'],
    ['an unknown coding', 'transfer-encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['a coding after chunks', 'transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n'],
    ['two codings', 'transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n'],
    ['a coding over chunks', 'transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['a space before the colon', 'transfer-encoding : chunked\r\n\r\n0\r\n\r\n'],
    ['a folded line', 'transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n'],
    ['a bare line feed', 'x: y\ncontent-length: 40\r\n\r\n'],
    ['a chunk size that is none', 'transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n'],
    ['a chunk size with a sign', 'transfer-encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n'],
    ['a huge chunk size', 'transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n'],
  ])('such as %s is refused, and what follows is not answered', async (_name, rest) => {
    const { port, records } = await startServer();
    const raw = openRaw(port, head + rest + smuggled);
    const text = await raw.closed;
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(records.filter(({ path }) => path === '/usage')).toEqual([]);
  });
});

describe('what is not a request', () => {
  it.each([
    ['nonsense', 'nonsense\r\n\r\n'],
    ['bytes', '\x00\x01\x02\x03\r\n\r\n'],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['an unknown method', 'BREW /v1/messages HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['an escape sequence in a path', 'GET /\u001b[31m HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['an escape sequence in a header', 'GET /health HTTP/1.1\r\nhost: localhost\r\nuser-agent: \u001b[31m\r\n\r\n'],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n'],
    ['a null in a header', 'GET /health HTTP/1.1\r\nhost: localhost\r\nx: a\x00b\r\n\r\n'],
  ])('such as %s gets 400 and a closed connection', async (_name, text) => {
    const { port } = await startServer();
    expect(await openRaw(port, text).closed).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('is told so in JSON', async () => {
    const { port } = await startServer();
    const text = await openRaw(port, 'nonsense\r\n\r\n').closed;
    expect(JSON.parse(text.slice(text.indexOf('{')))).toMatchObject({ form: 'openai-chat', kind: 'invalid' });
  });

  it('such as a wish for a proxy is refused', async () => {
    const { port } = await startServer();
    const text = await openRaw(port, 'CONNECT example.org:443 HTTP/1.1\r\nhost: example.org:443\r\n\r\n').closed;
    expect(text).toMatch(/^HTTP\/1\.1 405 /);
  });
});

describe('the head of a request', () => {
  it.each([
    ['one huge header', `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(60_000)}\r\n\r\n`],
    ['very many headers', `GET /health HTTP/1.1\r\nhost: localhost\r\n${'x: a\r\n'.repeat(20_000)}\r\n`],
    ['a huge path', `GET /${'a'.repeat(60_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`],
  ])('may not be %s', async (_name, text) => {
    const { port, records } = await startServer();
    expect(await openRaw(port, text).closed).toMatch(/^HTTP\/1\.1 431 /);
    expect(records).toEqual([]);
  });

  it('may be larger than most, and has a limit', async () => {
    const { port } = await startServer({ limits: { headerBytes: 30_000 } });
    const get = (size: number): Promise<string> =>
      openRaw(port, `GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx: ${'a'.repeat(size)}\r\n\r\n`)
        .closed;
    expect(await get(25_000)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get(35_000)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('must come in time, byte by byte or not at all', async () => {
    const { port } = await startServer({ limits: { headerTimeout: 200, bodyTimeout: 200 } });
    const slow = openRaw(port, 'GET /health HTTP/1.1\r\nhost: loc');
    const drip = setInterval(() => slow.socket.write('a'), 50);
    expect(await slow.closed).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drip);
  });
});

describe('a connection', () => {
  it('carries request after request', async () => {
    const { port } = await startServer();
    const raw = openRaw(port, 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(3));
    const text = await raw.until('x');
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    raw.socket.write('GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    expect((await raw.closed).match(/HTTP\/1\.1 200 /g)).toHaveLength(4);
  });

  it('may have slashes doubled', async () => {
    const { port } = await startServer();
    const raw = openRaw(port, 'GET //v1///models// HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-api-key: ');
    raw.socket.write(`${key}\r\n\r\n`);
    expect(await raw.closed).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('carries on after a body that was too large', async () => {
    const { port } = await startServer({ limits: { bodyBytes: 1000 } });
    const raw = openRaw(port, `${head}content-length: 9000000\r\n\r\n`);
    await raw.until('HTTP/1.1 413 ');
    for (let part = 0; part < 9; part += 1) raw.socket.write('x'.repeat(1_000_000));
    raw.socket.write('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    expect(await raw.until('"ok"}')).toMatch(/HTTP\/1\.1 413 .*HTTP\/1\.1 200 /s);
  });

  it('still serves after errors of requests on it', async () => {
    const { port } = await startServer();
    const raw = openRaw(
      port,
      `${head}content-length: 5\r\n\r\nnonseGET /v1/nothing HTTP/1.1\r\nhost: localhost\r\n\r\n`,
    );
    raw.socket.write('GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    expect((await raw.closed).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  it('goes on after a body that nobody wanted', async () => {
    const { port } = await startServer();
    const raw = openRaw(port, 'GET /health HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nhello');
    raw.socket.write('GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    expect((await raw.closed).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  it('of an old protocol version gets its answer', async () => {
    const { port } = await startServer();
    expect(await openRaw(port, 'GET /health HTTP/1.0\r\n\r\n').closed).toMatch(/^HTTP\/1\.1 200 .*"status":"ok"}$/s);
  });

  it('cannot be told headers by what a client sends', async () => {
    const { port } = await startServer();
    const raw = openRaw(
      port,
      `GET /v1/%0d%0aset-cookie:%20a=b HTTP/1.1\r\nhost: localhost\r\nx-request-id: a%0d%0aset-cookie: b\r\nconnection: close\r\n\r\n`,
    );
    expect((await raw.closed).split('\r\n\r\n')[0]).not.toContain('set-cookie');
  });

  it('that expects a go-ahead gets one, or its refusal', async () => {
    const { port } = await startServer();
    const raw = openRaw(port, `${head}expect: 100-continue\r\ncontent-length: 16\r\n\r\n`);
    await raw.until('HTTP/1.1 100 Continue\r\n\r\n');
    raw.socket.write('{"prompt":"abc"}');
    expect(await raw.until('Hello there')).toContain('HTTP/1.1 200 ');
  });
});
