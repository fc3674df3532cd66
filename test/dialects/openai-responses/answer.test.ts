import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/assemble.ts';
import type { ChatEvents } from '../../../src/core/chat.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { openaiResponses, type ResponsesCall } from '../../../src/dialects/openai-responses/index.ts';
import { answer, head, noHeaders, streamText, wholeAnswer } from '../../support/answers.ts';
import { anyCharacter, webAddress } from '../../support/arbitrary-text.ts';
import { checkResponse, checkResponsesStream } from '../../support/responses-checker.ts';

function callOf(more: object = {}): ResponsesCall {
  return openaiResponses.parse({ model: 'claude-sonnet-4.5', input: 'hi', ...more }, noHeaders);
}

async function streamed(batches: readonly (readonly Delta[] | Error)[], call = callOf()) {
  return checkResponsesStream(await streamText(openaiResponses, answer(...batches), call));
}

const text = (value: string): Delta => ({ type: 'text', text: value });
const readCall: Delta = { type: 'call', id: 'call_1', name: 'read', input: { path: 'a' }, json: '{"path": "a"}' };

describe('an answer of the Responses API', () => {
  it('goes through every event in the order that the API promises', async () => {
    const { problems, types, response } = await streamed([
      [{ type: 'reasoning', text: 'hm' }],
      [{ type: 'signature', signature: 'm:s' }, text('Hel')],
      [text('lo'), readCall, { type: 'usage', usage: { outputTokens: 7, cacheReadTokens: 3, reasoningTokens: 2 } }],
    ]);
    expect(problems).toEqual([]);
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(response).toMatchObject({ id: 'resp_abc123', model: head.model, created_at: head.createdAt });
    expect(response.output).toEqual([
      {
        id: 'rs_abc123_0',
        type: 'reasoning',
        status: 'completed',
        summary: [{ type: 'summary_text', text: 'hm' }],
        encrypted_content: 'kiro-gw.signature.m:s',
      },
      {
        id: 'msg_abc123_1',
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Hello', annotations: [], logprobs: [] }],
      },
      {
        id: 'fc_abc123_2',
        type: 'function_call',
        status: 'completed',
        call_id: 'call_1',
        name: 'read',
        arguments: '{"path": "a"}',
      },
    ]);
    expect(response.usage).toEqual({
      input_tokens: 11,
      input_tokens_details: { cached_tokens: 3 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 2 },
      total_tokens: 18,
    });
  });

  it('repeats what the request said and fills in what it did not say', async () => {
    const tools = [{ type: 'function', name: 'read', parameters: { type: 'object' } }];
    const said = {
      ...{ instructions: 'Be brief.', tools, tool_choice: 'required', max_output_tokens: 99, store: false },
      ...{ metadata: { a: 'b' }, temperature: 0.5, parallel_tool_calls: false, prompt_cache_key: 'k' },
      ...{ text: { verbosity: 'low' }, reasoning: { effort: 'high' } },
    };
    const { problems, response } = await streamed([[text('x')]], callOf(said));
    expect(problems).toEqual([]);
    expect(response).toMatchObject({
      ...said,
      text: { verbosity: 'low', format: { type: 'text' } },
      reasoning: { effort: 'high', summary: null },
      top_p: 1,
      truncation: 'disabled',
      previous_response_id: null,
      service_tier: 'default',
    });
  });

  it('has the defaults of the API where the request said nothing', async () => {
    const { response } = await streamed([[text('x')]]);
    expect(response).toMatchObject({
      ...{ tool_choice: 'auto', parallel_tool_calls: true, store: true, metadata: {}, tools: [], temperature: 1 },
      ...{ instructions: null, max_output_tokens: null, background: false, top_logprobs: 0 },
    });
  });

  it('has no items when the model said nothing', async () => {
    const { problems, types } = await streamed([[]]);
    expect(problems).toEqual([]);
    expect(types).toEqual(['response.created', 'response.in_progress', 'response.completed']);
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['context', 'max_output_tokens'],
    ['refusal', 'content_filter'],
  ] as const)('is incomplete when it was cut by %s, and so is its last text', async (reason, said) => {
    const { problems, response, types } = await streamed([
      [text('a')],
      [readCall, text('b')],
      [{ type: 'stop', reason }],
    ]);
    expect(problems).toEqual([]);
    expect(types.at(-1)).toBe('response.incomplete');
    expect(response.incomplete_details).toEqual({ reason: said });
    expect(response.output.map((item: { status: string }) => item.status)).toEqual([
      'completed',
      'completed',
      'incomplete',
    ]);
  });

  it.each(['end', 'tool', 'stop-sequence', 'pause'] as const)('is complete when it ended by %s', async reason => {
    const { problems, types } = await streamed([[text('a'), { type: 'stop', reason }]]);
    expect(problems).toEqual([]);
    expect(types.at(-1)).toBe('response.completed');
  });

  it('announces a reasoning without text and gives its signature at its end', async () => {
    const { problems, items, types } = await streamed([[{ type: 'signature', signature: 's' }]]);
    expect(problems).toEqual([]);
    expect(items[0]).toMatchObject({ summary: [], encrypted_content: 'kiro-gw.signature.s' });
    expect(types).not.toContain('response.reasoning_summary_part.added');
  });

  it('writes text so that no line end or odd character can break an event', async () => {
    const odd = 'a\nb\r\u2028\u0000"\\\uD800 é😀';
    const { problems, items } = await streamed([[text(odd)]]);
    expect(problems).toEqual([]);
    expect(items[0].content[0].text).toBe(odd);
  });

  it('shows a search with its sources and marks where the text names them', async () => {
    const results = [
      { title: 'A', url: 'https://a.example/x', snippet: 'about a' },
      { title: 'B', url: 'https://b.example/' },
    ];
    const batches: Delta[][] = [
      [{ type: 'search', search: { type: 'search', id: 's1', query: 'what', results } }],
      [text('See https://a.example/x for more.')],
    ];
    const { problems, items, types } = await streamed(batches);
    expect(problems).toEqual([]);
    expect(items[0]).toMatchObject({
      id: 'ws_abc123_0',
      status: 'completed',
      action: { type: 'search', query: 'what', sources: results.map(({ url }) => ({ type: 'url', url })) },
    });
    expect(items[1].content[0].annotations).toEqual([
      { type: 'url_citation', start_index: 4, end_index: 23, url: 'https://a.example/x', title: 'A' },
    ]);
    expect(types).toContain('response.output_text.annotation.added');
  });

  it('marks the sources that a text brings along, once each', async () => {
    const call = callOf();
    const citations = [
      { url: 'https://a.example', title: 'A', quote: 'blue sky' },
      { url: 'https://b.example', title: 'B' },
    ];
    const results = [
      { title: 'Other', url: 'https://a.example' },
      { title: 'Unnamed', url: 'https://c.example' },
    ];
    const text = { type: 'text' as const, text: 'the blue sky, by https://a.example', citations };
    const search = { type: 'search' as const, id: 's', query: 'q', results };
    const result = {
      ...head,
      content: [search, text],
      stop: 'end' as const,
      usage: { inputTokens: 1, outputTokens: 1 },
    };
    const { output } = openaiResponses.whole(result, call) as { output: { content: { annotations: object[] }[] }[] };
    expect(output[1]?.content[0]?.annotations).toEqual([
      { type: 'url_citation', start_index: 4, end_index: 12, url: 'https://a.example', title: 'A' },
      { type: 'url_citation', start_index: 0, end_index: 34, url: 'https://b.example', title: 'B' },
    ]);
  });

  it('says that a search failed', async () => {
    const search = { type: 'search', id: 's1', query: 'what', results: [], error: 'refused' } as const;
    const { problems, items } = await streamed([[{ type: 'search', search }]]);
    expect(problems).toEqual([]);
    expect(items[0]).toMatchObject({ status: 'failed', error: { message: 'refused' } });
  });

  it('writes arguments that are valid JSON even where the model gave no text for them', async () => {
    const { problems, items } = await streamed([[{ type: 'call', id: 'c', name: 'now', input: {}, json: '' }]]);
    expect(problems).toEqual([]);
    expect(items[0].arguments).toBe('{}');
  });

  it('is silent in comments while nothing happens', () => {
    expect(openaiResponses.heartbeat(false)).toMatch(/^:.*\n\n$/);
    expect(openaiResponses.heartbeat(true)).toMatch(/^:.*\n\n$/);
  });
});

describe('a failing answer of the Responses API', () => {
  it('ends with response.failed, after what was finished before', async () => {
    const failure = new ChatError('upstream', 'The service broke.');
    const { problems, response, types } = await streamed([[text('a'), readCall], [text('half')], failure]);
    expect(problems).toEqual([]);
    expect(types.at(-1)).toBe('response.failed');
    expect(response.error).toEqual({ code: 'server_error', message: 'The service broke.' });
    expect(response.output).toHaveLength(2);
  });

  it('is a whole failed response also when nothing came before', async () => {
    const nothing: ChatEvents = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new ChatError('overloaded', 'No room.')) }),
    };
    const { problems, response, types } = checkResponsesStream(
      await streamText(openaiResponses, nothing, callOf({ stream: true })),
    );
    expect(problems).toEqual([]);
    expect(types).toEqual(['response.created', 'response.in_progress', 'response.failed']);
    expect(response).toMatchObject({ model: 'claude-sonnet-4.5', error: { code: 'server_is_overloaded' } });
  });

  it.each([
    [new ChatError('overflow', 'Too long.', { tokens: { used: 5, maximum: 4 } }), 'context_length_exceeded'],
    [new ChatError('quota', 'All used.'), 'insufficient_quota'],
    [new ChatError('rate', 'Slow down.', { retryAfter: 3 }), 'rate_limit_exceeded'],
    [new ChatError('invalid', 'Wrong.'), 'invalid_prompt'],
    [new ChatError('network', 'Away.'), 'server_error'],
    [new TypeError('secret detail'), 'server_error'],
  ])('names %s by a code that clients act on', async (failure, code) => {
    const { problems, response } = await streamed([failure]);
    expect(problems).toEqual([]);
    expect(response.error.code).toBe(code);
    expect(response.error.message).not.toContain('secret');
    if (code === 'rate_limit_exceeded') expect(response.error.message).toMatch(/try again in 3s/);
  });
});

describe('streaming and whole answers of the Responses API', () => {
  const word = fc.string({ minLength: 1, maxLength: 6, unit: anyCharacter });
  const delta: fc.Arbitrary<Delta> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('text' as const), text: fc.string({ maxLength: 6 }) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('reasoning' as const), text: word }) },
    fc.record({ type: fc.constant('signature' as const), signature: word }),
    fc.record({ type: fc.constant('redacted' as const), data: fc.base64String({ minLength: 4 }) }),
    fc
      .record({
        id: word,
        name: fc.constantFrom('read', 'patch', 'tool_search', 'git__log', 'nobody', 'exec'),
        path: word,
      })
      .map(({ id, name, path }) => {
        const input = name === 'patch' || name === 'exec' ? { input: path } : { path };
        return { type: 'call' as const, id, name, input, json: JSON.stringify(input) };
      }),
    fc
      .record({ id: word, query: word, url: webAddress, error: fc.option(word, { nil: undefined }) })
      .map(({ id, query, url, error }) => {
        const results = error === undefined ? [{ title: 'T', url }] : [];
        const search = { type: 'search' as const, id, query, results, ...(error === undefined ? {} : { error }) };
        return { type: 'search' as const, search };
      }),
    fc
      .constantFrom('end' as const, 'length' as const, 'refusal' as const, 'pause' as const)
      .map(reason => ({ type: 'stop' as const, reason })),
  );
  const tools = [
    { type: 'function', name: 'read' },
    { type: 'custom', name: 'patch' },
    { type: 'tool_search', execution: 'client' },
    { type: 'namespace', name: 'git', tools: [{ type: 'function', name: 'log' }] },
    { type: 'namespace', name: 'functions', tools: [{ type: 'custom', name: 'exec' }] },
  ];

  it('obey every rule and say the same, whatever the model does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(delta, { maxLength: 4 }), { maxLength: 8 }), async batches => {
        const call = callOf({ tools });
        const { problems, response } = await streamed(batches, call);
        expect(problems).toEqual([]);
        const wrong: string[] = [];
        checkResponse(response, 'whole', (condition, rule) => {
          if (!condition) wrong.push(rule);
        });
        expect(wrong).toEqual([]);
        expect(await wholeAnswer(openaiResponses, answer(...batches), call)).toEqual(response);
      }),
      { numRuns: 200 },
    );
  });

  it('do not depend on how the network cut the answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(delta, { maxLength: 12 }), async deltas => {
        const call = callOf({ tools });
        const together = await streamText(openaiResponses, answer(deltas), call);
        const apart = await streamText(openaiResponses, answer(...deltas.map(one => [one])), call);
        expect(apart).toBe(together);
      }),
    );
  });
});
