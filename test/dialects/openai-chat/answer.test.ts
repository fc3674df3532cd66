import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/assemble.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { openaiChat } from '../../../src/dialects/openai-chat/index.ts';
import { answer, noHeaders, streamText, wholeAnswer } from '../../support/answers.ts';
import { checkChatStream } from '../../support/chat-stream.ts';
import { readSse } from '../../support/sse-text.ts';

const body = { model: 'claude-sonnet-4.5', messages: [{ role: 'user', content: 'Hi' }] };
const call = openaiChat.parse({ ...body, stream_options: { include_usage: true } }, noHeaders);
const quiet = openaiChat.parse(body, noHeaders);
const stream = (...batches: (readonly Delta[] | Error)[]): Promise<string> =>
  streamText(openaiChat, answer(...batches), call);

const everything: readonly Delta[] = [
  { type: 'reasoning', text: 'Let me ' },
  { type: 'reasoning', text: 'see.' },
  { type: 'signature', signature: 'c2ln' },
  { type: 'redacted', data: 'ZW5j' },
  { type: 'text', text: 'Hel' },
  { type: 'text', text: 'lo "you"\n' },
  { type: 'search', search: { type: 'search', id: 's1', query: 'bun', results: [] } },
  { type: 'call', id: 'call_1', name: 'read', input: { path: '/a' }, json: '{"path": "/a"}' },
  { type: 'call', id: 'call_2', name: 'list', input: {}, json: '{}' },
  { type: 'usage', usage: { inputTokens: 100, outputTokens: 7, cacheReadTokens: 60, reasoningTokens: 3 } },
];

describe('a streamed answer of the Chat Completions API', () => {
  it('follows the rules of the API with every kind of block', async () => {
    const { problems, message, finishReason, usage } = checkChatStream(await stream(everything));
    expect(problems).toEqual([]);
    expect(finishReason).toBe('tool_calls');
    expect(message).toEqual({
      content: 'Hello "you"\n',
      reasoning_content: 'Let me see.',
      reasoning_details: [
        { type: 'reasoning.text', text: 'Let me see.', signature: 'c2ln' },
        { type: 'reasoning.encrypted', data: 'ZW5j' },
      ],
      tool_calls: [
        { index: 0, id: 'call_1', type: 'function', function: { name: 'read', arguments: '{"path": "/a"}' } },
        { index: 1, id: 'call_2', type: 'function', function: { name: 'list', arguments: '{}' } },
      ],
    });
    expect(usage).toEqual({
      prompt_tokens: 100,
      completion_tokens: 7,
      total_tokens: 107,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 3 },
    });
  });

  it('says the same as the whole answer', async () => {
    const streamed = checkChatStream(await stream(everything));
    const whole = (await wholeAnswer(openaiChat, answer(everything), call)) as Record<string, unknown>;
    const tool_calls = streamed.message.tool_calls.map(({ index: _, ...rest }: { index: number }) => rest);
    expect(whole).toEqual({
      id: 'chatcmpl-abc123',
      object: 'chat.completion',
      created: 1_780_000_000,
      model: 'claude-sonnet-4.5',
      choices: [
        {
          index: 0,
          message: { ...streamed.message, role: 'assistant', refusal: null, tool_calls },
          finish_reason: streamed.finishReason,
        },
      ],
      usage: streamed.usage,
    });
  });

  it('tells the tokens only when asked', async () => {
    const text = await streamText(openaiChat, answer(everything), quiet);
    expect(checkChatStream(text)).toMatchObject({ problems: [] });
    expect(text).not.toContain('usage');
  });

  it('sends a chunk for every piece that came', async () => {
    const events = readSse(
      await streamText(
        openaiChat,
        answer([
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ]),
        quiet,
      ),
    );
    const deltas = events.slice(0, -1).map(event => JSON.parse(event.data).choices[0].delta);
    expect(deltas).toEqual([{ role: 'assistant', content: '' }, { content: 'a' }, { content: 'b' }, { content: '' }]);
    expect(events.at(-1)).toEqual({ data: '[DONE]' });
  });

  it.each([
    ['end', 'stop'],
    ['tool', 'tool_calls'],
    ['length', 'length'],
    ['stop-sequence', 'stop'],
    ['refusal', 'content_filter'],
    ['pause', 'stop'],
    ['context', 'length'],
  ] as const)('says %s as %s', async (reason, expected) => {
    const { problems, finishReason } = checkChatStream(await stream([{ type: 'stop', reason }]));
    expect(problems).toEqual([]);
    expect(finishReason).toBe(expected);
  });

  it('gives calls of custom tools back as free text', async () => {
    const custom = openaiChat.parse({ ...body, tools: [{ type: 'custom', custom: { name: 'patch' } }] }, noHeaders);
    const deltas: Delta[] = [
      { type: 'call', id: 'c1', name: 'patch', input: { input: '*** Begin\n' }, json: '{"input":"*** Begin\\n"}' },
    ];
    const { problems, message } = checkChatStream(await streamText(openaiChat, answer(deltas), custom));
    expect(problems).toEqual([]);
    expect(message.tool_calls).toEqual([
      { index: 0, id: 'c1', type: 'custom', custom: { name: 'patch', input: '*** Begin\n' } },
    ]);
    expect(await wholeAnswer(openaiChat, answer(deltas), custom)).toMatchObject({
      choices: [
        {
          message: {
            content: null,
            tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'patch', input: '*** Begin\n' } }],
          },
        },
      ],
    });
  });

  it('gives one call in the old form to a client that declared functions', async () => {
    const legacy = openaiChat.parse({ ...body, functions: [{ name: 'read' }, { name: 'list' }] }, noHeaders);
    const { problems, message, finishReason } = checkChatStream(
      await streamText(openaiChat, answer(everything), legacy),
    );
    expect(problems).toEqual([]);
    expect(message.function_call).toEqual({ name: 'read', arguments: '{"path": "/a"}' });
    expect(message.tool_calls).toBeUndefined();
    expect(finishReason).toBe('function_call');
    expect(await wholeAnswer(openaiChat, answer(everything), legacy)).toMatchObject({
      choices: [{ message: { function_call: message.function_call }, finish_reason: 'function_call' }],
    });
  });

  it('points at the pages that a text rests on', async () => {
    const first = { type: 'text' as const, text: 'Well. ' };
    const text = { type: 'text' as const, text: 'So.', citations: [{ url: 'https://t', title: 'T' }] };
    const search = { type: 'search' as const, id: 's', query: 'q', results: [] };
    const start = { id: 'x', model: 'm', createdAt: 1 };
    async function* events() {
      yield [
        { type: 'start' as const, inputTokens: 1, ...start },
        ...[first, search, text].flatMap((block, index) => [
          { type: 'open' as const, index, block },
          ...('text' in block ? [{ type: 'delta' as const, index, block: 'text' as const, text: block.text }] : []),
          { type: 'close' as const, index, block },
        ]),
        {
          type: 'finish' as const,
          result: {
            ...start,
            content: [first, search, text],
            stop: 'end' as const,
            usage: { inputTokens: 1, outputTokens: 1 },
          },
        },
      ];
    }
    const annotations = [
      { type: 'url_citation', url_citation: { url: 'https://t', title: 'T', start_index: 6, end_index: 9 } },
    ];
    const { problems, message } = checkChatStream(await streamText(openaiChat, events(), quiet));
    expect(problems).toEqual([]);
    expect(message.annotations).toEqual(annotations);
    expect(await wholeAnswer(openaiChat, events(), quiet)).toMatchObject({ choices: [{ message: { annotations } }] });
  });

  it('ends with an error when the answer fails on its way', async () => {
    const text = await stream([{ type: 'text', text: 'Hel' }], new ChatError('upstream', 'The service broke off.'));
    const { problems, error } = checkChatStream(text);
    expect(problems).toEqual([]);
    expect(error).toEqual({ type: 'server_error', message: 'The service broke off.', param: null, code: null });
    expect(text).not.toContain('[DONE]');
  });

  it('fills silences with comments', () => {
    expect([true, false].map(openaiChat.heartbeat)).toEqual([': keep-alive\n\n', ': keep-alive\n\n']);
  });
});

describe('an error of the OpenAI APIs', () => {
  it.each([
    ['invalid', 400, 'invalid_request_error', null],
    ['unsupported', 400, 'invalid_request_error', null],
    ['overflow', 400, 'invalid_request_error', 'context_length_exceeded'],
    ['unknown-model', 404, 'invalid_request_error', 'model_not_found'],
    ['not-found', 404, 'invalid_request_error', null],
    ['method', 405, 'invalid_request_error', null],
    ['key', 401, 'invalid_request_error', 'invalid_api_key'],
    ['login', 401, 'authentication_error', null],
    ['forbidden', 403, 'permission_error', null],
    ['suspended', 403, 'permission_error', 'account_suspended'],
    ['too-large', 413, 'invalid_request_error', null],
    ['quota', 429, 'insufficient_quota', 'insufficient_quota'],
    ['rate', 429, 'rate_limit_error', 'rate_limit_exceeded'],
    ['overloaded', 503, 'server_error', 'server_is_overloaded'],
    ['upstream', 502, 'server_error', null],
    ['network', 502, 'server_error', null],
    ['timeout', 504, 'server_error', null],
    ['internal', 500, 'server_error', null],
  ] as const)('of kind %s has status %i, type %s and code %s', (kind, status, type, code) => {
    expect(openaiChat.error(new ChatError(kind, 'So it is.'), 'req_1')).toEqual({
      status,
      headers: kind === 'quota' ? { 'x-should-retry': 'false' } : {},
      body: { error: { message: 'So it is.', type, param: null, code } },
    });
  });

  it('names the field, the code of the service, and when to come back', () => {
    const error = new ChatError('rate', 'Slow.', { param: 'model', code: 'X', retryAfter: 0.4 });
    expect(openaiChat.error(error, 'req_1')).toMatchObject({
      headers: { 'retry-after': '1' },
      body: { error: { param: 'model', code: 'rate_limit_exceeded' } },
    });
    expect(openaiChat.error(new ChatError('upstream', 'No.', { code: 'X' }), 'req_1').body).toMatchObject({
      error: { code: 'X' },
    });
  });

  it('says how much too long a conversation is', () => {
    const error = new ChatError('overflow', 'Too long.', { tokens: { used: 210_000, maximum: 200_000 } });
    expect(openaiChat.error(error, 'req_1').body).toMatchObject({
      error: { message: expect.stringMatching(/maximum context length is 200000 tokens.*210000 tokens/) },
    });
  });
});
