import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { key, openRaw, startServer, writeRequest } from './start.ts';

const body = JSON.stringify({ prompt: 'Grüße 👋' });
const packers = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
};

describe('a request body', () => {
  it.each(Object.entries(packers))('may be packed with %s', async (encoding, pack) => {
    const { send, backend } = await startServer();
    const headers = { 'content-encoding': encoding };
    const response = await send('/v1/messages', { method: 'POST', body: pack(body), headers });
    expect(response.status).toBe(200);
    expect(backend.asked[0]?.chat.messages[0]?.content[0]).toMatchObject({ text: 'Grüße 👋' });
  });

  it('may be packed with deflate as some clients understand it, and twice', async () => {
    const { send } = await startServer();
    const post = (packed: Uint8Array<ArrayBuffer>, encoding: string): Promise<Response> =>
      send('/v1/messages', { method: 'POST', body: packed, headers: { 'content-encoding': encoding } });
    expect((await post(deflateRawSync(body), 'deflate')).status).toBe(200);
    expect((await post(brotliCompressSync(gzipSync(body)), 'gzip, br')).status).toBe(200);
    expect((await post(Buffer.from(body), 'identity')).status).toBe(200);
  });

  it.each(Object.entries(packers))('packed with %s may not grow without end', async (encoding, pack) => {
    const { send, backend } = await startServer({ limits: { bodyBytes: 100_000 } });
    const headers = { 'content-encoding': encoding };
    const response = await send('/v1/messages', { method: 'POST', body: pack(Buffer.alloc(1_000_000, 0x20)), headers });
    expect(response.status).toBe(413);
    expect(backend.asked).toEqual([]);
  });

  it('of gigabytes in a small package is not unpacked to its end', async () => {
    const { send, backend } = await startServer({ limits: { bodyBytes: 60_000_000 } });
    const member = gzipSync(Buffer.alloc(10_000_000, 0x20));
    // All of it would be fifty gigabytes, and take longer than a test may.
    const bomb = Buffer.concat(Array.from({ length: 5000 }, () => member));
    const headers = { 'content-encoding': 'gzip' };
    expect((await send('/v1/messages', { method: 'POST', body: bomb, headers })).status).toBe(413);
    expect(backend.asked).toEqual([]);
  });

  it.each([
    ['gzip', Buffer.from(body)],
    ['gzip', gzipSync(body).subarray(0, 20)],
    ['br', Buffer.from('nonsense')],
    ['zstd', Buffer.from('nonsense')],
    ['deflate', Buffer.from('nonsense')],
  ])('that is not the %s it claims to be is refused', async (encoding, bytes) => {
    const { send } = await startServer();
    const response = await send('/v1/messages', {
      method: 'POST',
      body: bytes,
      headers: { 'content-encoding': encoding },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      message: `The request body is not valid ${encoding}, as its content-encoding says.`,
    });
  });

  it('in an unknown encoding is refused, with the known ones', async () => {
    const { send } = await startServer();
    const response = await send('/v1/messages', { method: 'POST', body, headers: { 'content-encoding': 'lzma' } });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Send the body plain, or as gzip, deflate, br, zstd.');
  });

  it.each([
    ['nothing', '', 'The request body is empty. Send a JSON object.'],
    ['half an object', '{"prompt":', 'The request body is not valid JSON: it ends too early.'],
    ['a wrong word', '{"prompt": "a",\n  "b": nul}', 'The request body is not valid JSON at line 2, column 8.'],
    ['other quotes', "{'prompt': 'a'}", 'The request body is not valid JSON at line 1, column 2.'],
    ['a form', 'prompt=a&b=c', 'The request body is not valid JSON at line 1, column 1.'],
    ['an object and more', '{"prompt":"a"} x', 'The request body is not valid JSON at line 1, column 16.'],
    ['a very deep list', '['.repeat(200_000), 'The request body is not valid JSON.'],
  ])('of %s is refused where it is wrong', async (_name, text, message) => {
    const { send } = await startServer();
    const response = await send('/v1/messages', { method: 'POST', body: text });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ form: 'anthropic', kind: 'invalid', message });
  });

  it('that is not UTF-8 is refused', async () => {
    const { send } = await startServer();
    const bytes = Buffer.from([...Buffer.from('{"prompt":"'), 0xff, 0xfe, ...Buffer.from('"}')]);
    const response = await send('/v1/messages', { method: 'POST', body: bytes });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: 'The request body is not valid UTF-8.' });
  });

  it('may begin with a byte order mark, and may call itself anything', async () => {
    const { send } = await startServer();
    const types = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'x/y; charset=latin1', ''];
    for (const type of types) {
      const init = { method: 'POST', body: Buffer.from(`\uFEFF${body}`), headers: { 'content-type': type } };
      expect((await send('/v1/messages', init)).status).toBe(200);
    }
  });

  it('may come in chunks', async () => {
    const { port } = await startServer();
    const head = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\ntransfer-encoding: chunked\r\n\r\n`;
    const raw = openRaw(port, `${head}5\r\n{"pro\r\n`);
    raw.socket.write('b\r\nmpt":"abc"}\r\n0\r\n\r\n');
    expect(await raw.until('\r\n\r\n{')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('that is too large is refused by its announced length, before it comes', async () => {
    const { port } = await startServer({ limits: { bodyBytes: 1024 * 1024 } });
    const raw = openRaw(
      port,
      `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\ncontent-length: 9000000\r\n\r\n{`,
    );
    const text = await raw.until('}');
    expect(text).toMatch(/^HTTP\/1.1 413 /);
    expect(text).toContain('The request body is larger than 1 MB. MAX_BODY_MB allows more.');
  });

  it('that is too large is refused when it has no announced length, and the client can read why', async () => {
    const { send } = await startServer({ limits: { bodyBytes: 100_000 } });
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(50_000));
        if ((this as { sent?: number }).sent === 40) controller.close();
        (this as { sent?: number }).sent = ((this as { sent?: number }).sent ?? 0) + 1;
      },
    });
    const response = await send('/v1/messages', { method: 'POST', body: stream });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ kind: 'too-large' });
  });

  it('of 20 MB that is wholly sent can be read in the answer as too large', async () => {
    const { post, send } = await startServer({ limits: { bodyBytes: 10_000_000 } });
    const response = await post('/v1/messages', { prompt: 'x'.repeat(20_000_000) });
    expect(response.status).toBe(413);
    expect((await send('/health')).status).toBe(200);
  });

  it('that does not come is given up, in the form of the API', async () => {
    const { port } = await startServer({ limits: { bodyTimeout: 40 } });
    const raw = openRaw(
      port,
      `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\ncontent-length: 90\r\n\r\n{`,
    );
    const text = await raw.until('}');
    expect(text).toMatch(/^HTTP\/1.1 408 /);
    expect(text).toContain('"form":"anthropic"');
    expect(text).toContain('The request body did not arrive within 0 s.');
  });

  it('that breaks off is nobody’s failure, and is asked of nobody', async () => {
    const { port, record, backend, server } = await startServer();
    const raw = openRaw(port, writeRequest('/v1/messages', { prompt: 'abc' }).slice(0, -3));
    while (server.open() === 0) await new Promise(resolve => setTimeout(resolve, 2));
    raw.socket.destroy();
    expect(await record()).toMatchObject({ cancelled: true });
    expect(backend.asked).toEqual([]);
  });
});
