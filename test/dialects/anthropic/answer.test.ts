import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/assemble.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { anthropic } from '../../../src/dialects/anthropic/index.ts';
import { answer, noHeaders, streamText, wholeAnswer } from '../../support/answers.ts';
import { checkAnthropicStream } from '../../support/anthropic-stream.ts';
import { readSse } from '../../support/sse-text.ts';

const body = { model: 'claude-sonnet-4.5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
const call = anthropic.parse(body, noHeaders);
const stream = (...batches: (readonly Delta[] | Error)[]): Promise<string> =>
  streamText(anthropic, answer(...batches), call);

const everything: readonly Delta[] = [
  { type: 'reasoning', text: 'Let me ' },
  { type: 'reasoning', text: 'see.' },
  { type: 'signature', signature: 'c2ln' },
  { type: 'redacted', data: 'ZW5j' },
  { type: 'text', text: 'Hel' },
  { type: 'text', text: 'lo "you"\n' },
  {
    type: 'search',
    search: {
      type: 'search',
      id: 's1',
      query: 'bun',
      results: [{ title: 'Bun', url: 'https://bun.sh', snippet: 'fast' }],
    },
  },
  { type: 'call', id: 'toolu_1', name: 'read', input: { path: '/a' }, json: '{"path": "/a"}' },
  { type: 'call', id: 'toolu_2', name: 'list', input: {}, json: '{}' },
  {
    type: 'usage',
    usage: {
      inputTokens: 100,
      outputTokens: 7,
      cacheReadTokens: 60,
      cacheWriteTokens: 10,
      reasoningTokens: 3,
      searches: 1,
    },
  },
];

describe('a streamed answer of the Messages API', () => {
  it('follows the rules of the API with every kind of block', async () => {
    const { problems, message } = checkAnthropicStream(await stream(everything));
    expect(problems).toEqual([]);
    expect(message.content.map((block: { type: string }) => block.type)).toEqual([
      ...['thinking', 'redacted_thinking', 'text', 'server_tool_use', 'web_search_tool_result', 'tool_use', 'tool_use'],
    ]);
    expect(message).toMatchObject({ id: 'msg_abc123', model: 'claude-sonnet-4.5', stop_reason: 'tool_use' });
  });

  it('says the same as the whole answer', async () => {
    const whole = await wholeAnswer(anthropic, answer(everything), call);
    expect(checkAnthropicStream(await stream(everything)).message).toEqual(whole);
  });

  it('sends a delta for every piece that came, and none that did not', async () => {
    const events = readSse(await stream([{ type: 'text', text: 'a' }], [{ type: 'text', text: 'b' }]));
    expect(events.map(event => event.event)).toEqual([
      ...['message_start', 'content_block_start', 'content_block_delta', 'content_block_delta'],
      ...['content_block_stop', 'message_delta', 'message_stop'],
    ]);
  });

  it('starts with the estimate of the input and ends with its count', async () => {
    const events = readSse(await stream(everything)).map(event => JSON.parse(event.data));
    expect(events[0].message.usage).toEqual({
      input_tokens: 11,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 0,
    });
    expect(events.at(-2).usage).toEqual({
      input_tokens: 30,
      cache_creation_input_tokens: 10,
      cache_read_input_tokens: 60,
      output_tokens: 7,
      output_tokens_details: { thinking_tokens: 3 },
      server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
    });
  });

  it('keeps the thoughts to itself when the client wants only their signature', async () => {
    const silent = anthropic.parse({ ...body, thinking: { type: 'adaptive', display: 'omitted' } }, noHeaders);
    const { problems, message } = checkAnthropicStream(await streamText(anthropic, answer(everything), silent));
    expect(problems).toEqual([]);
    expect(message.content[0]).toEqual({ type: 'thinking', thinking: '', signature: 'c2ln' });
    expect(await wholeAnswer(anthropic, answer(everything), silent)).toEqual(message);
  });

  it('cites the pages that a text rests on', async () => {
    const text = { type: 'text' as const, text: 'So.', citations: [{ url: 'https://t', title: 'T', quote: 'so' }] };
    const result = {
      id: 'x',
      model: 'm',
      createdAt: 1,
      content: [text],
      stop: 'end' as const,
      usage: { inputTokens: 1, outputTokens: 1 },
    };
    async function* events() {
      yield [
        { type: 'start' as const, inputTokens: 1, id: 'x', model: 'm', createdAt: 1 },
        { type: 'open' as const, index: 0, block: { type: 'text' as const, text: '' } },
        { type: 'delta' as const, index: 0, block: 'text' as const, text: 'So.' },
        { type: 'close' as const, index: 0, block: text },
        { type: 'finish' as const, result },
      ];
    }
    const { problems, message } = checkAnthropicStream(await streamText(anthropic, events(), call));
    expect(problems).toEqual([]);
    expect(message.content[0].citations).toEqual([
      { type: 'web_search_result_location', url: 'https://t', title: 'T', encrypted_index: '', cited_text: 'so' },
    ]);
    expect(await wholeAnswer(anthropic, events(), call)).toEqual(message);
  });

  it.each([
    ['end', 'end_turn'],
    ['tool', 'tool_use'],
    ['length', 'max_tokens'],
    ['refusal', 'refusal'],
    ['pause', 'pause_turn'],
    ['context', 'model_context_window_exceeded'],
  ] as const)('says %s as %s', async (reason, expected) => {
    const { message } = checkAnthropicStream(await stream([{ type: 'stop', reason }]));
    expect(message.stop_reason).toBe(expected);
  });

  it('names the stop sequence that ended it', async () => {
    const { problems, message } = checkAnthropicStream(
      await stream([{ type: 'stop', reason: 'stop-sequence', sequence: 'END' }]),
    );
    expect(problems).toEqual([]);
    expect(message).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
  });

  it('ends with an error event when the answer fails on its way', async () => {
    const text = await stream([{ type: 'text', text: 'Hel' }], new ChatError('overloaded', 'No capacity for now.'));
    const { problems, error } = checkAnthropicStream(text);
    expect(problems).toEqual([]);
    expect(error).toEqual({ type: 'overloaded_error', message: 'No capacity for now.' });
  });

  it('says nothing of an unforeseen failure but that there was one', async () => {
    const text = await stream(new TypeError('secret of /root'));
    expect(text).not.toContain('secret');
    expect(checkAnthropicStream(text).error.type).toBe('api_error');
  });

  it('fills silences with comments at first and with pings later', () => {
    expect(anthropic.heartbeat(false)).toBe(': keep-alive\n\n');
    expect(anthropic.heartbeat(true)).toBe('event: ping\ndata: {"type":"ping"}\n\n');
  });
});

describe('an error of the Messages API', () => {
  it.each([
    ['invalid', 400, 'invalid_request_error'],
    ['unsupported', 400, 'invalid_request_error'],
    ['unknown-model', 404, 'not_found_error'],
    ['not-found', 404, 'not_found_error'],
    ['method', 405, 'invalid_request_error'],
    ['key', 401, 'authentication_error'],
    ['login', 401, 'authentication_error'],
    ['forbidden', 403, 'permission_error'],
    ['suspended', 403, 'permission_error'],
    ['too-large', 413, 'request_too_large'],
    ['quota', 402, 'billing_error'],
    ['rate', 429, 'rate_limit_error'],
    ['overloaded', 529, 'overloaded_error'],
    ['upstream', 502, 'api_error'],
    ['network', 502, 'api_error'],
    ['timeout', 504, 'api_error'],
    ['internal', 500, 'api_error'],
  ] as const)('of kind %s has status %i and type %s', (kind, status, type) => {
    expect(anthropic.error(new ChatError(kind, 'So it is.'), 'req_1')).toEqual({
      status,
      headers: kind === 'quota' ? { 'x-should-retry': 'false' } : {},
      body: { type: 'error', error: { type, message: 'So it is.' }, request_id: 'req_1' },
    });
  });

  it('says an overflow in the words on which clients compact their history', () => {
    const tokens = { used: 210_000, maximum: 200_000 };
    const { status, body } = anthropic.error(new ChatError('overflow', 'Too long.', { tokens }), 'req_1');
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { message: 'prompt is too long: 210000 tokens > 200000 maximum' } });
    expect(anthropic.error(new ChatError('overflow', 'Too long.'), 'req_1').body).toMatchObject({
      error: { message: 'prompt is too long: Too long.' },
    });
    expect(anthropic.error(new ChatError('overflow', 'prompt is too long'), 'req_1').body).toMatchObject({
      error: { message: 'prompt is too long' },
    });
  });

  it('says when to come back, in whole seconds', () => {
    expect(anthropic.error(new ChatError('rate', 'Slow.', { retryAfter: 1.2 }), 'req_1').headers).toEqual({
      'retry-after': '2',
    });
  });
});
