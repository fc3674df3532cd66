import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialects } from '../../src/dialects/index.ts';
import { key, openRaw, startServer } from './start.ts';

const endpoints = ['/v1/messages', '/v1/chat/completions', '/v1/responses', '/v1/completions'];

/** Whether a body is an error as the API of this path writes it. */
function isErrorOf(path: string, body: unknown): boolean {
  const { type, error, request_id: id } = body as Record<string, unknown>;
  const { message } = (error ?? {}) as Record<string, unknown>;
  if (typeof message !== 'string' || message === '') return false;
  if (path.includes('/messages')) return type === 'error' && typeof id === 'string';
  return 'type' in (error as object) && 'param' in (error as object) && 'code' in (error as object);
}

describe.each(endpoints)('%s', path => {
  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['half of it', '{"model":'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '12'],
    ['an empty object', '{}'],
    ['wrong types', '{"model":1,"messages":"x","input":{},"prompt":{},"max_tokens":"many","stream":"yes"}'],
    ['no messages', '{"model":"m","messages":[],"input":[],"prompt":[],"max_tokens":1}'],
    [
      'an unknown role',
      '{"model":"m","messages":[{"role":"wizard","content":"x"}],"input":[{"role":"wizard","content":"x"}],"prompt":7,"max_tokens":1}',
    ],
    ['lists in lists', `{"model":"m","messages":${'['.repeat(50_000)}${']'.repeat(50_000)},"max_tokens":1}`],
  ])('answers %s with an error of its own form', async (_name, body) => {
    const { send, backend } = await startServer({ dialects });
    const response = await send(path, { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(isErrorOf(path, await response.json())).toBe(true);
    expect(backend.asked).toEqual([]);
  });

  it('answers what is too large, unknown, not allowed or without a key in its own form', async () => {
    const { send, url } = await startServer({ dialects, limits: { bodyBytes: 1000 } });
    const answers = [
      [413, await send(path, { method: 'POST', body: 'x'.repeat(2000) })],
      [405, await send(path)],
      [401, await fetch(url + path, { method: 'POST', body: '{}' })],
      [403, await send(path, { method: 'POST', body: '{}', headers: { origin: 'https://evil.example' } })],
    ] as const;
    for (const [status, response] of answers) {
      expect(response.status).toBe(status);
      expect(isErrorOf(path, await response.json())).toBe(true);
    }
  });
});

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
const token = fc.stringMatching(/^[!-~]{1,12}$/);
const anyPath = fc.oneof(
  fc.constantFrom(
    ...endpoints,
    '/v1/models',
    '/v1/usage',
    '/',
    '/health',
    '/v1/messages/count_tokens',
    '/v1/embeddings',
  ),
  fc.webPath().map(path => `/${path}`),
  fc.array(token).map(parts => `/${parts.join('/')}`),
);
const anyHeaders = fc.array(
  fc.oneof(
    fc.tuple(
      fc.constantFrom(
        'content-type',
        'accept',
        'anthropic-version',
        'x-request-id',
        'user-agent',
        'content-encoding',
        'origin',
      ),
      fc.stringMatching(/^[ -~]{0,20}$/),
    ),
    fc.tuple(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.stringMatching(/^[ -~]{0,20}$/)),
  ),
  { maxLength: 4 },
);
const anyBody = fc.oneof(
  fc.string(),
  fc.json(),
  fc.uint8Array().map(bytes => Buffer.from(bytes).toString('latin1')),
);

it('answers whatever comes with one whole answer, in a known form, and stays alive', async () => {
  const { port, send, records } = await startServer({ dialects });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...methods), anyPath, anyHeaders, anyBody, async (method, path, headers, body) => {
      const bytes = Buffer.from(body, 'latin1');
      const lines = [
        `${method} ${path} HTTP/1.1`,
        'host: localhost',
        `x-api-key: ${key}`,
        `content-length: ${bytes.length}`,
        'connection: close',
        ...headers.map(([name, value]) => `${name}: ${value}`),
      ];
      const raw = openRaw(port, `${lines.join('\r\n')}\r\n\r\n`);
      raw.socket.write(bytes);
      const text = await raw.closed;
      raw.socket.destroy();
      const [head = '', rest = ''] = text.split('\r\n\r\n', 2);
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).not.toBe(500);
      if (method === 'HEAD') expect(rest).toBe('');
      else if (status >= 400)
        expect(isErrorOf(path, JSON.parse(rest)) || isErrorOf('/v1/messages', JSON.parse(rest))).toBe(true);
    }),
    { numRuns: 300 },
  );
  expect((await send('/health')).status).toBe(200);
  expect(records.filter(({ error }) => error === 'internal')).toEqual([]);
});
