import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/assemble.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { anthropic } from '../../../src/dialects/anthropic/index.ts';
import { answer, fetchFrom } from '../../support/answers.ts';

const client = (...batches: (readonly Delta[] | Error)[]): Anthropic =>
  new Anthropic({
    apiKey: 'none',
    baseURL: 'http://gateway.invalid',
    maxRetries: 0,
    fetch: fetchFrom(anthropic, () => answer(...batches)),
  });
const request = { model: 'claude-sonnet-4.5', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hi' }] };
const deltas: readonly Delta[] = [
  { type: 'reasoning', text: 'hm' },
  { type: 'signature', signature: 'c2ln' },
  { type: 'redacted', data: 'ZW5j' },
  { type: 'text', text: 'Hel' },
  { type: 'text', text: 'lo' },
  {
    type: 'search',
    search: { type: 'search', id: 's1', query: 'bun', results: [{ title: 'Bun', url: 'https://bun.sh' }] },
  },
  {
    type: 'call',
    id: 'toolu_1',
    name: 'read',
    input: { path: '/a', deep: { list: [1] } },
    json: '{"path":"/a","deep":{"list":[1]}}',
  },
  { type: 'usage', usage: { inputTokens: 100, outputTokens: 7, cacheReadTokens: 60 } },
];

describe('the official Anthropic SDK', () => {
  it('puts the same message together from a stream as it gets whole', async () => {
    const stream = client(deltas).messages.stream(request);
    const texts: string[] = [];
    const thoughts: string[] = [];
    stream.on('text', text => texts.push(text)).on('thinking', text => thoughts.push(text));
    const streamed = await stream.finalMessage();
    const whole = await client(deltas).messages.create(request);
    expect(streamed.content).toEqual(whole.content);
    expect(streamed.usage).toEqual(whole.usage);
    expect([streamed.id, streamed.model, streamed.stop_reason]).toEqual([whole.id, whole.model, whole.stop_reason]);
    expect(texts).toEqual(['Hel', 'lo']);
    expect(thoughts).toEqual(['hm']);
    expect(whole.content).toMatchObject([
      { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'ZW5j' },
      { type: 'text', text: 'Hello' },
      { type: 'server_tool_use', id: 'srvtoolu_s1', name: 'web_search', input: { query: 'bun' } },
      { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_s1', content: [{ url: 'https://bun.sh' }] },
      { type: 'tool_use', id: 'toolu_1', name: 'read', input: { path: '/a', deep: { list: [1] } } },
    ]);
  });

  it('can send the content of an answer back, and nothing of it is lost', async () => {
    const { content } = await client(deltas).messages.create(request);
    const messages = [...request.messages, { role: 'assistant', content }, { role: 'user', content: 'Go on.' }];
    const { chat } = anthropic.parse({ ...request, messages }, () => undefined);
    expect(chat.messages[1]?.content).toEqual([
      { type: 'reasoning', text: 'hm', signature: 'c2ln' },
      { type: 'reasoning', text: '', redacted: 'ZW5j' },
      { type: 'text', text: 'Hello' },
      { type: 'search', id: 'srvtoolu_s1', query: 'bun', results: [{ title: 'Bun', url: 'https://bun.sh' }] },
      { type: 'tool-call', id: 'toolu_1', name: 'read', input: { path: '/a', deep: { list: [1] } } },
    ]);
  });

  it('throws the error that ends a stream, with its type', async () => {
    const stream = client([{ type: 'text', text: 'Hel' }], new ChatError('overloaded', 'No capacity.')).messages.stream(
      request,
    );
    await expect(stream.finalMessage()).rejects.toMatchObject({ type: 'overloaded_error' });
  });

  it('reads an answer without any content', async () => {
    const message = await client([]).messages.stream(request).finalMessage();
    expect(message).toMatchObject({ content: [], stop_reason: 'end_turn' });
  });

  it('makes a typed error of every refusal', async () => {
    const { status, headers, body } = anthropic.error(new ChatError('rate', 'Slow down.', { retryAfter: 3 }), 'req_9');
    const refusing = new Anthropic({
      apiKey: 'none',
      maxRetries: 0,
      fetch: async () => Response.json(body, { status, headers }),
    });
    await expect(refusing.messages.create(request)).rejects.toMatchObject({
      status: 429,
      type: 'rate_limit_error',
      error: { request_id: 'req_9', error: { message: 'Slow down.' } },
    });
  });

  it('sends a whole conversation after threads were refused', async () => {
    const bodies: Record<string, unknown>[] = [];
    const fetch = async (_: unknown, init?: { body?: unknown }): Promise<Response> => {
      const body = JSON.parse(String(init?.body)) as Record<string, unknown>;
      bodies.push(body);
      try {
        anthropic.parse(body, () => undefined);
      } catch (thrown) {
        const refused = anthropic.error(thrown as ChatError, 'req_1');
        return Response.json(refused.body, { status: refused.status, headers: refused.headers });
      }
      return fetchFrom(anthropic, () => answer([{ type: 'text', text: 'Hello' }]))(
        'http://gateway.invalid',
        init as RequestInit,
      );
    };
    const threaded = new Anthropic({ apiKey: 'none', maxRetries: 0, fetch: fetch as typeof globalThis.fetch });
    const message = await threaded.beta.messages.toolRunner({ ...request, tools: [] });
    expect(message.content).toMatchObject([{ type: 'text', text: 'Hello' }]);
    expect(bodies.map(body => 'thread' in body)).toEqual([true, false]);
  });
});
