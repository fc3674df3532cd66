import { describe, expect, it } from 'vitest';
import { key, openRaw, startServer } from './start.ts';

const page = 'https://evil.example';

async function get(port: number, headers: readonly string[], target = '/health'): Promise<string> {
  return openRaw(
    port,
    `GET ${target} HTTP/1.1\r\n${headers.map(line => `${line}\r\n`).join('')}connection: close\r\n\r\n`,
  ).closed;
}
const statusOf = (text: string): number => Number(text.slice(9, 12));

describe('the host name of a request', () => {
  it.each([
    'localhost',
    'localhost:8000',
    '127.0.0.1:8000',
    '[::1]:8000',
    '192.168.1.20',
    'a.localhost',
    'LOCALHOST',
    'host.docker.internal:8000',
  ])('may be %s', async host => {
    const { port } = await startServer();
    expect(statusOf(await get(port, [`host: ${host}`]))).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:8000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1@evil.example',
    '',
  ])('may not be %j, which a page could have rebound to this machine', async host => {
    const { port } = await startServer();
    const text = await get(port, [`host: ${host}`, `authorization: Bearer ${key}`], '/v1/models');
    expect(statusOf(text)).toBe(403);
    expect(text).toContain('add it to ALLOWED_HOSTS');
  });

  it('may be one from the settings', async () => {
    const one = await startServer({ allowedHosts: ['Gateway.example'] });
    expect(statusOf(await get(one.port, ['host: gateway.example:80']))).toBe(200);
    expect(statusOf(await get(one.port, ['host: other.example']))).toBe(403);
    const all = await startServer({ allowedHosts: ['*'] });
    expect(statusOf(await get(all.port, ['host: other.example']))).toBe(200);
  });

  it('is checked in the request line too, and must be one', async () => {
    const { port } = await startServer();
    expect(statusOf(await get(port, ['host: localhost'], 'http://evil.example/health'))).toBe(400);
    expect(statusOf(await get(port, ['host: evil.example'], 'http://evil.example/health'))).toBe(403);
    expect(statusOf(await get(port, ['host: localhost'], 'http://localhost/health'))).toBe(200);
    expect(statusOf(await get(port, ['host: localhost', 'host: evil.example']))).toBe(400);
    expect(statusOf(await get(port, ['host: localhost', 'host: localhost']))).toBe(400);
  });
});

describe('a web page of another origin', () => {
  it.each([
    { origin: page },
    { origin: 'null' },
    { origin: 'http://localhost:3000' },
    { origin: `${page}`, 'content-type': 'text/plain' },
    { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' },
    { 'sec-fetch-site': 'same-site' },
  ])('cannot spend anything: %j', async headers => {
    const { post, backend } = await startServer();
    const response = await post('/v1/messages', { prompt: 'hi' }, { headers: headers as Record<string, string> });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('add the origin to CORS_ORIGINS');
    expect(backend.asked).toEqual([]);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each(['/', '/health', '/ready', '/v1/models', '/metrics', '/nothing'])('cannot read %s', async path => {
    const { send } = await startServer();
    const response = await send(path, { headers: { origin: page } });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect((await send(path)).headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('gets no leave beforehand', async () => {
    const { url } = await startServer();
    const headers = { origin: page, 'access-control-request-method': 'POST' };
    const response = await fetch(`${url}/v1/messages`, { method: 'OPTIONS', headers });
    expect(response.status).toBe(403);
    expect([...response.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('a web page that the settings allow', () => {
  it('may ask beforehand, read and spend', async () => {
    const { url, post } = await startServer({ corsOrigins: [`${page}/`] });
    const preflight = await fetch(`${url}/v1/messages`, {
      method: 'OPTIONS',
      headers: {
        origin: page,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type',
        'access-control-request-private-network': 'true',
      },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'GET, HEAD, POST, DELETE, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-allow-private-network': 'true',
      vary: 'origin',
    });
    const response = await post(
      '/v1/messages',
      { prompt: 'hi' },
      { headers: { origin: page, 'sec-fetch-site': 'cross-site' } },
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(page);
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    const other = await post('/v1/messages', { prompt: 'hi' }, { headers: { origin: 'https://other.example' } });
    expect(other.status).toBe(403);
  });

  it('may read errors too', async () => {
    const { url } = await startServer({ corsOrigins: [page] });
    const response = await fetch(`${url}/v1/messages`, { method: 'POST', headers: { origin: page } });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe(page);
  });

  it('may be any, never with credentials', async () => {
    const { post } = await startServer({ corsOrigins: ['*'] });
    const response = await post('/v1/messages', { prompt: 'hi' }, { headers: { origin: 'null' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

it('lets a page of its own origin pass', async () => {
  const { port, send } = await startServer();
  expect((await send('/v1/models', { headers: { origin: `http://127.0.0.1:${port}` } })).status).toBe(200);
  expect((await send('/v1/models', { headers: { origin: `http://127.0.0.1:${port + 1}` } })).status).toBe(403);
});
