import { describe, expect, it } from 'vitest';
import { createServer } from '../../src/server/app.ts';
import { createKeyCheck, isLoopback, type Key } from '../../src/server/keys.ts';
import { createFakeBackend } from '../support/fake-backend.ts';
import { plainDialects } from '../support/plain-dialect.ts';
import { key, startServer } from './start.ts';

const check = createKeyCheck([
  { name: 'laptop', key: 'first-key-of-all' },
  { name: 'agent', key: 'ключ-другой' },
]);
const sent = (headers: Record<string, string>) => (): string => check(name => headers[name]);

describe('a key', () => {
  it.each([
    { authorization: 'Bearer first-key-of-all' },
    { authorization: 'bearer   first-key-of-all ' },
    { 'x-api-key': 'first-key-of-all' },
    { 'api-key': 'first-key-of-all' },
    { authorization: 'Bearer something-else', 'x-api-key': 'first-key-of-all' },
  ])('is accepted as %j', headers => {
    expect(sent(headers as Record<string, string>)()).toBe('laptop');
  });

  it('is known by its name, whichever it is', () => {
    expect(sent({ 'x-api-key': 'ключ-другой' })()).toBe('agent');
  });

  it.each([
    {},
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: 'Basic first-key-of-all' },
    { authorization: 'first-key-of-all' },
    { 'x-api-key': '' },
  ])('is missing in %j', headers => {
    expect(sent(headers as Record<string, string>)).toThrow(
      /key is missing\. Send it as "Authorization: Bearer …"\. .*kiro-gw env/,
    );
  });

  it.each(['first-key-of-al', 'first-key-of-all2', 'FIRST-KEY-OF-ALL', 'x'])('is wrong as %s', key => {
    expect(sent({ 'x-api-key': key })).toThrow(/not a key of this gateway\. .*kiro-gw env/);
  });
});

describe('an endpoint', () => {
  it.each(['/v1/models', '/v1/usage', '/metrics', '/v1/responses/abc', '/v1/embeddings'])(
    'such as %s wants a key',
    async path => {
      const { url, backend } = await startServer();
      const response = await fetch(url + path, { method: path.endsWith('embeddings') ? 'POST' : 'GET' });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(backend.asked).toEqual([]);
    },
  );

  it.each(['/', '/health', '/ready', '/api/hello'])('such as %s wants none', async path => {
    const { url } = await startServer();
    expect((await fetch(url + path)).status).toBe(200);
  });

  it('refuses in the form of its API, without reading the body, and never shows the key', async () => {
    const { url, records } = await startServer();
    const wrong = { method: 'POST', headers: { 'x-api-key': 'wrong-key-1234' }, body: 'not even JSON' };
    const answers = await Promise.all(
      ['/v1/messages', '/v1/chat/completions', '/v1/responses', '/v1/completions'].map(async path => {
        const response = await fetch(url + path, wrong);
        return { status: response.status, body: await response.text() };
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(answers.map(({ body }) => JSON.parse(body).form)).toEqual([
      'anthropic',
      'openai-chat',
      'openai-responses',
      'openai-completions',
    ]);
    expect(JSON.stringify([answers, records])).not.toContain('wrong-key');
  });

  it('is told which key was used', async () => {
    const { url, record } = await startServer({
      keys: [
        { name: 'a', key: 'aaaa' },
        { name: 'b', key },
      ],
    });
    await fetch(`${url}/v1/models`, { headers: { 'api-key': key } });
    expect(await record()).toMatchObject({ keyName: 'b' });
  });
});

describe('a question', () => {
  it('is that of its key, whatever program asks, or of its program where all share one key', async () => {
    const clientsOf = async (keys: readonly Key[], asking: readonly (readonly [string, string])[]) => {
      const { backend, post } = await startServer({ keys });
      for (const [key, program] of asking) {
        const headers = { authorization: `Bearer ${key}`, 'user-agent': program };
        await (await post('/v1/messages', { prompt: 'hi' }, { headers })).text();
      }
      return backend.asked.map(({ chat }) => chat.client);
    };
    const [one, two] = [
      { name: 'one', key: 'key-of-the-one-000001' },
      { name: 'two', key: 'key-of-the-two-000002' },
    ];
    const several = await clientsOf(
      [one, two],
      [
        [one.key, 'claude-cli/2.1'],
        [two.key, 'claude-cli/2.1'],
        [one.key, 'codex/1'],
      ],
    );
    expect(several).toEqual(['one', 'two', 'one']);
    const shared = await clientsOf(
      [one],
      [
        [one.key, 'claude-cli/2.1'],
        [one.key, 'claude-cli/2.2 (more)'],
        [one.key, 'codex/1'],
      ],
    );
    expect(shared).toEqual(['127.0.0.1 claude-cli', '127.0.0.1 claude-cli', '127.0.0.1 codex']);
  });
});

describe('a server', () => {
  const create =
    (host: string, ...keys: string[]) =>
    (): unknown =>
      createServer({
        backend: createFakeBackend(),
        dialects: plainDialects,
        keys: keys.map((key, index) => ({ name: `k${index}`, key })),
        host,
        port: 0,
        log: { debug() {}, info() {}, warn() {}, error() {} },
        version: '1',
      });

  it('does not exist without a key', () => {
    expect(create('127.0.0.1')).toThrow('The gateway needs a key.');
    expect(create('127.0.0.1', '')).toThrow('The gateway needs a key.');
  });

  it('does not open itself to others with a short key', () => {
    expect(create('0.0.0.0', 'a-long-enough-key', 'short')).toThrow(
      'The key "k1" is too short to listen on 0.0.0.0, which others can reach: it needs at least 16 characters.',
    );
    expect(create('0.0.0.0', '15-characters..')).toThrow('too short');
    expect(create('0.0.0.0', '16-characters-ok')).not.toThrow();
    expect(create('127.0.0.1', 'short')).not.toThrow();
  });

  it('knows which addresses only this machine reaches', () => {
    const own = ['127.0.0.1', '127.9.8.7', 'localhost', '::1', '[::1]', '::ffff:127.0.0.1'];
    const others = ['0.0.0.0', '::', '192.168.1.1', 'localhost.example.org', '127.0.0.1.example.org', 'fe80::1', ''];
    expect(own.map(isLoopback)).toEqual(own.map(() => true));
    expect(others.map(isLoopback)).toEqual(others.map(() => false));
  });
});
