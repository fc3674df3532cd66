import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/core/errors.ts';
import { key, openRaw, startServer } from './start.ts';

const forms: Record<string, string> = {
  '/messages': 'anthropic',
  '/chat/completions': 'openai-chat',
  '/responses': 'openai-responses',
  '/completions': 'openai-completions',
};

describe('a path', () => {
  it.each(
    Object.keys(forms).flatMap(path =>
      ['', '/v1', '/v1/v1', '//v1'].flatMap(prefix => [`${prefix}${path}`, `${prefix}${path}/?beta=true&x=%ff`]),
    ),
  )('may be %s', async path => {
    const { post } = await startServer();
    expect((await post(path, { prompt: 'hi' })).status).toBe(200);
  });

  it.each([
    ['/v1/nothing', 'openai-chat', {}],
    ['/v1/nothing', 'anthropic', { 'anthropic-version': '2023-06-01' }],
    ['/v1/messages/nothing', 'anthropic', {}],
    ['/v1/responses/a/b', 'openai-responses', {}],
    ['/v2/messages', 'openai-chat', {}],
    ['/v1beta/messages', 'openai-chat', {}],
    ['/../../etc/passwd', 'openai-chat', {}],
    ['/%2e%2e/x', 'openai-chat', {}],
  ])('that does not exist, such as %s, is said in the form of %s', async (path, form, headers) => {
    const { send } = await startServer();
    const response = await send(path, { headers: headers as Record<string, string> });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ form, kind: 'not-found' });
  });

  it.each(Object.entries(forms))('%s answers a wrong method in the form of its API', async (path, form) => {
    const { send } = await startServer();
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const response = await send(`/v1${path}`, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST, OPTIONS');
      expect(await response.json()).toMatchObject({ form, kind: 'method' });
    }
  });

  it('answers OPTIONS with what it allows', async () => {
    const { url } = await startServer();
    const allow = async (path: string): Promise<string | null> =>
      (await fetch(url + path, { method: 'OPTIONS' })).headers.get('allow');
    expect(await allow('/v1/messages')).toBe('POST, OPTIONS');
    expect(await allow('/v1/models')).toBe('GET, HEAD, OPTIONS');
    expect((await fetch(`${url}/v1/nothing`, { method: 'OPTIONS' })).status).toBe(404);
  });

  it.each(['/', '/api/hello', '/health', '/v1', '/v1/'])(
    '%s answers HEAD without a key and without a body',
    async path => {
      const { port } = await startServer();
      const raw = openRaw(port, `HEAD ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
      const text = await raw.closed;
      expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/);
      expect(text).toMatch(/\r\n\r\n$/);
      expect(text.toLowerCase()).toMatch(/content-length: [1-9]/);
    },
  );

  it('answers HEAD wherever it answers GET, and refuses it elsewhere, always without a body', async () => {
    const { port } = await startServer();
    const head = (path: string): Promise<string> =>
      openRaw(port, `HEAD ${path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\nconnection: close\r\n\r\n`)
        .closed;
    expect(await head('/v1/models')).toMatch(/^HTTP\/1.1 200 .*\r\n\r\n$/s);
    expect(await head('/v1/messages')).toMatch(/^HTTP\/1.1 405 .*\r\n\r\n$/s);
    expect(await head('/v1/nothing')).toMatch(/^HTTP\/1.1 404 .*\r\n\r\n$/s);
  });

  it.each([
    ['/v1/embeddings', 'openai-chat'],
    ['/v1/audio/speech', 'openai-chat'],
    ['/v1/audio/transcriptions', 'openai-chat'],
    ['/v1/images/generations', 'openai-chat'],
    ['/v1/moderations', 'openai-chat'],
    ['/v1/messages/batches', 'anthropic'],
  ])('for what the service does not have, %s, says so', async (path, form) => {
    const { post } = await startServer();
    const response = await post(path, {});
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({ form, kind: 'unsupported' });
  });
});

describe('a WebSocket attempt', () => {
  it.each(['/v1/responses', '/responses', '/v1/realtime', '/'])('on %s is refused plainly', async path => {
    const { port } = await startServer();
    const raw = openRaw(
      port,
      `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
        `sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nauthorization: Bearer ${key}\r\n\r\n`,
    );
    const text = await raw.closed;
    expect(text).toMatch(/^HTTP\/1.1 426 /);
    expect(text).toContain('There are no WebSockets here. Use plain HTTP.');
  });

  it('is not what a request with another upgrade is', async () => {
    const { port } = await startServer();
    const raw = openRaw(
      port,
      `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n` +
        `http2-settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nx-api-key: ${key}\r\ncontent-length: 15\r\n\r\n{"prompt":"abc"}`.replace(
          'content-length: 15',
          'content-length: 16',
        ),
    );
    expect(await raw.until('Hello there')).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('request ids', () => {
  it('come back as they were sent, or are new', async () => {
    const { send } = await startServer({ newId: () => 'new-id' });
    const idOf = async (sent?: string): Promise<string | null> =>
      (await send('/health', sent === undefined ? {} : { headers: { 'x-request-id': sent } })).headers.get(
        'x-request-id',
      );
    expect(await idOf()).toBe('new-id');
    expect(await idOf('client-1:abc_2.x')).toBe('client-1:abc_2.x');
    expect(await idOf('bad id <script>')).toBe('new-id');
    expect(await idOf('x'.repeat(200))).toBe('new-id');
  });

  it('stand in errors, and under the name that each API uses', async () => {
    const { post } = await startServer({ newId: () => 'new-id' });
    const response = await post('/v1/messages', {});
    expect(response.headers.get('request-id')).toBe('new-id');
    expect(await response.json()).toMatchObject({ requestId: 'new-id', param: 'prompt' });
    expect((await post('/v1/chat/completions', {})).headers.get('request-id')).toBeNull();
  });
});

describe('what the gateway tells about itself', () => {
  it('is its name, version and health', async () => {
    const { send } = await startServer();
    expect(await (await send('/')).json()).toEqual({ name: 'kiro-gw', version: '9.9.9', status: 'ok' });
  });

  it('is whether it could answer now', async () => {
    const { send, backend } = await startServer();
    expect(await (await send('/ready')).json()).toEqual({ ready: true });
    const broken = { ...backend, ready: () => Promise.reject(new ChatError('login', 'Sign in: kiro-gw login')) };
    const other = await startServer({ backend: broken });
    const response = await other.send('/ready');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ready: false, reason: 'Sign in: kiro-gw login' });
    expect((await other.send('/health')).status).toBe(200);
  });

  it('is what the account has used', async () => {
    const { send } = await startServer();
    expect(await (await send('/v1/usage')).json()).toEqual({
      plan: 'KIRO PRO',
      unit: 'credit',
      used: 12.5,
      limit: 1000,
      left: 987.5,
      parts: [{ name: 'plan', used: 12.5, limit: 1000, expires_at: '2026-01-02T00:00:00.000Z' }],
      resets_at: '2026-12-01T00:00:00.000Z',
    });
  });

  it('is how many tokens a request has', async () => {
    const { post, record, backend } = await startServer();
    const response = await post('/v1/messages/count_tokens', { prompt: 'hi' });
    expect(await response.json()).toEqual({ input_tokens: expect.any(Number) });
    expect(backend.asked).toEqual([]);
    expect(await record()).toMatchObject({ model: 'some-model', dialect: 'anthropic' });
  });
});
