import { describe, expect, it } from 'vitest';
import type { Delta } from '../../src/core/assemble.ts';
import { createServer } from '../../src/server/app.ts';
import { answersThere } from '../support/answers-there.ts';
import { sayAndHang } from '../support/fake-backend.ts';
import { key, openRaw, startServer, writeRequest } from './start.ts';

const streamed = { prompt: 'hi', stream: true };

describe('a server that is told to close', () => {
  it('lets running answers finish, takes no new connection, and says so', async () => {
    // No other server has its key, whoever gets its port.
    const own = 'key-of-the-server-that-closes';
    const { server, backend, post, url } = await startServer({ keys: [{ name: 'own', key: own }] });
    const end = Promise.withResolvers<void>();
    backend.answer(async function* (): AsyncGenerator<readonly Delta[]> {
      yield [{ type: 'text', text: 'one' }];
      await end.promise;
      yield [{ type: 'text', text: 'two' }];
    });
    const response = await post('/v1/messages', streamed, { headers: { authorization: `Bearer ${own}` } });
    expect(server.open()).toBe(1);
    expect(await answersThere(url, own)).toBe(true);
    const closing = server.close(600_000);
    expect(await answersThere(url, own)).toBe(false);
    end.resolve();
    expect(await response.text()).toMatch(/"two".*event: finish/s);
    expect(await closing).toEqual({ finished: 1, cut: 0 });
    expect(server.open()).toBe(0);
    expect(await answersThere(url, own)).toBe(false);
  });

  it('cuts what takes longer, with an error inside the stream', async () => {
    const { server, backend, post, record } = await startServer();
    backend.answer(({ signal }) => sayAndHang(signal, 'one'));
    const response = await post('/v1/messages', streamed);
    const closing = server.close(30);
    const text = await response.text();
    expect(text).toMatch(/event: error\ndata: {"kind":"overloaded","message":"The gateway is stopping\..*\n\n$/);
    expect(await closing).toEqual({ finished: 0, cut: 1 });
    expect(await record()).toMatchObject({ error: 'overloaded', cancelled: false });
  });

  it('cuts whole answers with an error of their own', async () => {
    const { server, backend, post } = await startServer();
    backend.answer(({ signal }) => sayAndHang(signal, 'one'));
    const asking = post('/v1/messages', { prompt: 'hi' });
    while (backend.asked.length === 0) await new Promise(resolve => setTimeout(resolve, 2));
    const closing = server.close(0);
    const response = await asking;
    expect(response.status).toBe(503);
    expect(response.headers.get('connection')).toBe('close');
    expect(await closing).toEqual({ finished: 0, cut: 1 });
  });

  it('closes also when the vendor does not give up', async () => {
    const { server, backend, port } = await startServer();
    backend.answer(() => new Promise(() => undefined));
    const raw = openRaw(port, writeRequest('/v1/messages', streamed));
    while (backend.asked.length === 0) await new Promise(resolve => setTimeout(resolve, 2));
    expect(await server.close(0)).toEqual({ finished: 0, cut: 1 });
    expect(await raw.closed).toMatch(/^$|503/);
  });

  it('refuses a request that was half sent when it began', async () => {
    const { server, backend, port, post } = await startServer();
    const end = Promise.withResolvers<void>();
    backend.answer(async function* (): AsyncGenerator<readonly Delta[]> {
      yield [{ type: 'text', text: 'one' }];
      await end.promise;
    });
    // Half a request keeps its connection from being idle.
    const raw = openRaw(port, 'GET /health HTTP/1.1\r\nhost: local');
    const response = await post('/v1/messages', streamed);
    const closing = server.close(600_000);
    raw.socket.write('host\r\n\r\n');
    const text = await raw.closed;
    expect(text).toMatch(/^$|HTTP\/1\.1 503 .*connection: close/is);
    end.resolve();
    await response.text();
    await closing;
  });

  it('ends quiet connections at once, and refuses what comes on busy ones', async () => {
    const { server, backend, port } = await startServer();
    const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    backend.answer(async function* (): AsyncGenerator<readonly Delta[]> {
      const end = ends[backend.asked.length - 1];
      yield [{ type: 'text', text: 'one' }];
      await end?.promise;
    });
    const quiet = openRaw(port, 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await quiet.until('"ok"}');
    const busy = openRaw(port, writeRequest('/v1/messages', streamed));
    await busy.until('"one"');
    const other = openRaw(port, writeRequest('/v1/messages', streamed));
    await other.until('"one"');
    const closing = server.close(600_000);
    await quiet.closed;
    ends[0]?.resolve();
    await busy.until('event: finish');
    busy.socket.write(writeRequest('/v1/messages', { prompt: 'more' }));
    expect(await busy.closed).toMatch(/HTTP\/1\.1 503 .*connection: close/is);
    expect(backend.asked).toHaveLength(2);
    ends[1]?.resolve();
    expect(await closing).toEqual({ finished: 2, cut: 0 });
    expect(await other.closed).toContain('event: finish');
  });

  it('closes at once when nothing runs, and twice without harm', async () => {
    const { server, port } = await startServer();
    const raw = openRaw(port, 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await raw.until('"ok"}');
    // Far more than a test may take.
    expect(await server.close(600_000)).toEqual({ finished: 0, cut: 0 });
    await raw.closed;
    expect(await server.close(600_000)).toEqual({ finished: 0, cut: 0 });
  });
});

describe('an address', () => {
  it('that is taken is said, with what to do', async () => {
    const { port } = await startServer();
    const other = createServer({
      ...(await import('../support/plain-dialect.ts').then(({ plainDialects }) => ({ dialects: plainDialects }))),
      backend: (await import('../support/fake-backend.ts')).createFakeBackend(),
      keys: [{ name: 'default', key }],
      host: '127.0.0.1',
      port,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      version: '1',
    });
    await expect(other.listen()).rejects.toMatchObject({
      kind: 'network',
      code: 'EADDRINUSE',
      message: `Port ${port} on 127.0.0.1 is taken. Stop what uses it, or choose another with --port. (EADDRINUSE)`,
    });
  });

  it('is written as clients need it', async () => {
    const every = await startServer({ host: '0.0.0.0' });
    expect(every.url).toBe(`http://127.0.0.1:${every.port}`);
    expect((await every.send('/health')).status).toBe(200);
  });
});
