import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Delta } from '../../../src/core/assemble.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { createOpenaiResponses, createResponseStore } from '../../../src/dialects/openai-responses/index.ts';
import { answer, fetchFrom } from '../../support/answers.ts';

function clientFor(...batches: (readonly Delta[] | Error)[]): OpenAI {
  const dialect = createOpenaiResponses(createResponseStore());
  const fetch = fetchFrom(dialect, () => answer(...batches));
  return new OpenAI({ apiKey: 'k', baseURL: 'http://gateway.test/v1', fetch, maxRetries: 0 });
}

const model = 'claude-sonnet-4.5';
const tools = [
  { type: 'function' as const, name: 'read', parameters: { type: 'object' }, strict: false },
  { type: 'custom' as const, name: 'patch' },
];
const everything: Delta[][] = [
  [
    { type: 'reasoning', text: 'hm' },
    { type: 'signature', signature: 's' },
  ],
  [{ type: 'text', text: 'Hel' }],
  [
    { type: 'text', text: 'lo 😀' },
    { type: 'search', search: { type: 'search', id: 's', query: 'q', results: [{ title: 'T', url: 'https://t' }] } },
  ],
  [
    { type: 'call', id: 'c1', name: 'read', input: { path: 'a' }, json: '{"path":"a"}' },
    { type: 'call', id: 'c2', name: 'patch', input: { input: '+x' }, json: '{"input":"+x"}' },
    { type: 'usage', usage: { outputTokens: 9, reasoningTokens: 4 } },
  ],
];

describe('the official SDK', () => {
  it('reads a whole answer', async () => {
    const response = await clientFor(...everything).responses.create({ model, input: 'hi', tools });
    expect(response.output_text).toBe('Hello 😀');
    expect(response.output.map(item => item.type)).toEqual([
      ...['reasoning', 'message', 'web_search_call', 'function_call', 'custom_tool_call'],
    ]);
    expect(response.usage).toMatchObject({ input_tokens: 11, output_tokens: 9, total_tokens: 20 });
    expect(response.status).toBe('completed');
  });

  it('puts the same answer together from a stream', async () => {
    const client = clientFor(...everything);
    const texts: string[] = [];
    const calls: string[] = [];
    const stream = client.responses
      .stream({ model, input: 'hi', tools })
      .on('response.output_text.delta', event => texts.push(event.snapshot))
      .on('response.function_call_arguments.delta', event => calls.push(event.snapshot));
    const streamed = await stream.finalResponse();
    const whole = await client.responses.create({ model, input: 'hi', tools });
    expect(texts).toEqual(['Hel', 'Hello 😀']);
    expect(calls).toEqual(['{"path":"a"}']);
    expect(streamed.output_text).toBe('Hello 😀');
    expect(streamed.usage).toEqual(whole.usage);
    // The helper parses arguments besides; all else is the same.
    expect(streamed.output).toMatchObject(JSON.parse(JSON.stringify(whole.output)));
  });

  it('reads every single event with its type and number', async () => {
    const stream = await clientFor(...everything).responses.create({ model, input: 'hi', tools, stream: true });
    let count = 0;
    for await (const event of stream) expect(event.sequence_number).toBe(count++);
    expect(count).toBeGreaterThan(20);
  });

  it('goes on from an earlier response, and from its own history', async () => {
    const client = clientFor([{ type: 'text', text: 'one' }]);
    const first = await client.responses.create({ model, input: 'hi' });
    const second = await client.responses.create({ model, input: 'more', previous_response_id: first.id });
    expect(second.previous_response_id).toBe(first.id);
    // What the SDK gives out it also takes, whatever its types say of items that never occur here.
    const input = [...first.output, { role: 'user', content: 'more' }] as OpenAI.Responses.ResponseInput;
    expect((await client.responses.create({ model, input })).output_text).toBe('one');
  });

  it('parses structured answers', async () => {
    const format = zodTextFormat(z.object({ city: z.string() }), 'place');
    const client = clientFor([{ type: 'text', text: '{"city":"Bern"}' }]);
    const parsed = await client.responses.parse({ model, input: 'hi', text: { format } });
    expect(parsed.output_parsed).toEqual({ city: 'Bern' });
    const streamed = await client.responses.stream({ model, input: 'hi', text: { format } }).finalResponse();
    expect(streamed.output_parsed).toEqual({ city: 'Bern' });
  });

  it('learns of a failure in mid-stream, with what came before it', async () => {
    const client = clientFor([{ type: 'text', text: 'half' }], new ChatError('upstream', 'The service broke.'));
    const types: string[] = [];
    const stream = client.responses.stream({ model, input: 'hi' }).on('event', event => types.push(event.type));
    const response = await stream.finalResponse();
    expect(types.at(-1)).toBe('response.failed');
    expect(response).toMatchObject({
      status: 'failed',
      error: { code: 'server_error', message: 'The service broke.' },
    });
  });

  it('learns that an answer was cut', async () => {
    const client = clientFor([{ type: 'text', text: 'half' }], [{ type: 'stop', reason: 'length' }]);
    const response = await client.responses.stream({ model, input: 'hi' }).finalResponse();
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });
});
