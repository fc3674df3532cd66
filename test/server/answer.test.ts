import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/core/errors.ts';
import { say, sayAndFail, toAnswer } from '../support/fake-backend.ts';
import { plainDialects } from '../support/plain-dialect.ts';
import { startServer } from './start.ts';

const prompt = { prompt: 'hi' };
const streamed = { prompt: 'hi', stream: true };

describe('a whole answer', () => {
  it('is the result in the form of the API', async () => {
    const { post } = await startServer();
    const response = await post('/v1/chat/completions', prompt);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ content: [{ type: 'text', text: 'Hello there' }], stop: 'end' });
  });

  it('names what was ignored, by the client and by the service, once', async () => {
    const { backend, post } = await startServer();
    backend.answer(async ({ chat }) =>
      toAnswer(say('x'), chat, { ignored: ['maxTokens', 'seed'], upstreamId: 'up-1' }),
    );
    const response = await post('/v1/chat/completions', { ...prompt, ignored: ['seed', 'tëmp\r\n'] });
    expect(response.headers.get('x-kiro-gw-ignored')).toBe('seed, t?mp??, max_tokens');
    expect(response.headers.get('x-kiro-request-id')).toBe('up-1');
    const names = { maxTokens: 'max_output_tokens' };
    const named = await post('/v1/responses', { ...prompt, ignored: ['max_output_tokens'], names });
    expect(named.headers.get('x-kiro-gw-ignored')).toBe('max_output_tokens, seed');
  });

  it('is an error when the service fails in the middle of it', async () => {
    const { backend, post, record } = await startServer();
    backend.answer(() => sayAndFail(new ChatError('upstream', 'The service failed.'), 'half'));
    const response = await post('/v1/chat/completions', prompt);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ kind: 'upstream', message: 'The service failed.' });
    expect(await record()).toMatchObject({ status: 502, error: 'upstream', cancelled: false });
  });
});

describe('a streamed answer', () => {
  it('comes as server-sent events that no proxy holds back', async () => {
    const { post } = await startServer();
    const response = await post('/v1/messages', streamed);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    const events = [...(await response.text()).matchAll(/event: (\w+)/g)].map(match => match[1]);
    expect(events).toEqual(['start', 'open', 'delta', 'delta', 'close', 'finish']);
  });

  it('says the service’s own id of the call', async () => {
    const { backend, post, record } = await startServer();
    backend.answer(async ({ chat }) => toAnswer(say('x'), chat, { upstreamId: 'up-1' }));
    const response = await post('/v1/messages', streamed);
    expect(response.headers.get('x-kiro-request-id')).toBe('up-1');
    await response.text();
    expect(await record()).toMatchObject({ upstreamId: 'up-1' });
    backend.answer(() => Promise.reject(new ChatError('upstream', 'Broken.', { upstreamId: 'up-2' })));
    expect((await post('/v1/messages', streamed)).headers.get('x-kiro-request-id')).toBe('up-2');
  });

  it('is refused with a status when the service refuses before the first byte', async () => {
    const { backend, post, record } = await startServer();
    backend.answer(() => Promise.reject(new ChatError('rate', 'Too many requests.')));
    const response = await post('/v1/messages', streamed);
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ form: 'anthropic', kind: 'rate' });
    expect(await record()).toMatchObject({ status: 429, error: 'rate', stream: true });
  });

  it('ends with an error event when the service fails in the middle', async () => {
    const { backend, post, record } = await startServer();
    backend.answer(() => sayAndFail(new ChatError('upstream', 'The service failed.'), 'half'));
    const response = await post('/v1/messages', streamed);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(
      /event: error\ndata: {"kind":"upstream","message":"The service failed."}\n\n$/,
    );
    expect(await record()).toMatchObject({ status: 200, error: 'upstream', cancelled: false });
  });

  it('begins with heartbeats when the service lets it wait, and is whole afterwards', async () => {
    const { backend, post, record } = await startServer({ limits: { firstByteWait: 20, heartbeat: 20 } });
    const begin = Promise.withResolvers<void>();
    backend.answer(async ({ chat }) => {
      await begin.promise;
      return toAnswer(say('late'), chat);
    });
    const response = await post('/v1/messages', streamed);
    expect(response.status).toBe(200);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.split(': wait\n\n').length > 3) begin.resolve();
    }
    expect(text).toMatch(/^(: wait\n\n){3,}event: start\n/);
    expect(text).toContain('"text":"late"');
    expect(text).toMatch(/event: finish\ndata: .*\n\n$/);
    const { firstByteMs = 0, firstTokenMs = 0 } = await record();
    expect(firstTokenMs).toBeGreaterThan(firstByteMs);
  });

  it('says a late refusal inside the stream', async () => {
    const { backend, post, record } = await startServer({ limits: { firstByteWait: 10 } });
    const refusal = Promise.withResolvers<never>();
    backend.answer(() => refusal.promise);
    const response = await post('/v1/messages', streamed);
    expect(response.status).toBe(200);
    refusal.reject(new ChatError('quota', 'The credits are used up.'));
    expect(await response.text()).toBe(
      ': wait\n\nevent: error\ndata: {"kind":"quota","message":"The credits are used up."}\n\n',
    );
    expect(await record()).toMatchObject({ error: 'quota' });
  });

  it('gets a heartbeat in a silence between events', async () => {
    const { backend, post } = await startServer({ limits: { heartbeat: 20 } });
    const go = Promise.withResolvers<void>();
    backend.answer(async function* () {
      yield [{ type: 'text', text: 'one' }];
      await go.promise;
      yield [{ type: 'text', text: 'two' }];
    });
    const response = await post('/v1/messages', streamed);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes(': beat\n\n')) go.resolve();
    }
    expect(text).toMatch(/"one".*\n\n(: beat\n\n)+event: delta\n.*"two"/s);
  });

  it('breaks the connection when a stream cannot even be written, instead of ending as if it were whole', async () => {
    const broken = {
      ...plainDialects.openaiChat,
      async *stream() {
        yield 'data: one\n\n';
        throw new TypeError('secret detail');
      },
    };
    const { post, logged, record } = await startServer({
      dialects: { ...plainDialects, openaiChat: broken },
    });
    const response = await post('/v1/chat/completions', streamed);
    await expect(response.text()).rejects.toThrow();
    expect(await record()).toMatchObject({ error: 'internal' });
    expect(logged).toMatchObject([{ level: 'error' }]);
  });
});

describe('a failure that nobody foresaw', () => {
  it('is told without its text, which only the log has', async () => {
    const { backend, post, logged } = await startServer();
    backend.answer(() => Promise.reject(new TypeError('x of undefined at /home/me/secret.ts')));
    const response = await post('/v1/chat/completions', prompt);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(logged[0]).toMatchObject({
      level: 'error',
      fields: { cause: new TypeError('x of undefined at /home/me/secret.ts') },
    });
  });

  it('is the request’s when its nesting is too deep', async () => {
    const { backend, post } = await startServer();
    const dig = (): number => dig() + 1;
    backend.answer(async () => {
      dig();
      throw new Error('not reached');
    });
    const response = await post('/v1/chat/completions', prompt);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: 'The request is nested too deeply.' });
  });
});

describe('an answer that the service breaks off', () => {
  it.each([false, true])('is its failure and not the client’s (stream: %s)', async stream => {
    const { backend, post, record } = await startServer();
    backend.answer(() => sayAndFail(new DOMException('The operation was aborted.', 'AbortError'), 'half'));
    const response = await post('/v1/messages', { prompt: 'hi', stream });
    expect(await response.text()).toContain('The service broke the answer off. Try again.');
    expect(await record()).toMatchObject({ error: 'upstream', cancelled: false });
  });
});

describe('the record of a request', () => {
  it('is safe to print, whatever the client sends', async () => {
    const { post, record } = await startServer();
    await post('/v1/messages', { prompt: 'hi', model: `\u001b[31mred\n\u202e${'x'.repeat(5000)}` });
    expect((await record()).model).toMatch(/^\?\[31mred\?\?x{180,190}$/);
  });

  it('does not end the server when it cannot be told', async () => {
    const { post, send, logged } = await startServer({
      onRequest() {
        throw new Error('the pipe is broken');
      },
    });
    await post('/v1/messages', { prompt: 'hi' });
    expect((await send('/health')).status).toBe(200);
    expect(logged[0]).toMatchObject({ level: 'error', message: 'a request could not be reported' });
  });

  it('tells what it was, what it cost and how long it took', async () => {
    const { post, record } = await startServer({ newId: () => 'id-1' });
    await (
      await post(
        '/v1/chat/completions?beta=true',
        { ...streamed, model: 'claude' },
        {
          headers: { 'user-agent': 'claude-cli/2.1.330 (external, cli)' },
        },
      )
    ).text();
    const { firstByteMs, firstTokenMs, totalMs, ...rest } = await record();
    expect(rest).toEqual({
      id: 'id-1',
      method: 'POST',
      path: '/chat/completions',
      route: '/chat/completions',
      status: 200,
      client: 'claude-cli/2.1.330',
      keyName: 'default',
      dialect: 'openai-chat',
      model: 'claude',
      stream: true,
      usage: { inputTokens: 10, outputTokens: 2, credits: 0.02 },
      cancelled: false,
    });
    expect(firstByteMs).toBeGreaterThan(0);
    expect(firstTokenMs).toBeGreaterThan(0);
    expect(totalMs).toBeGreaterThanOrEqual(firstByteMs ?? 0);
  });
});
