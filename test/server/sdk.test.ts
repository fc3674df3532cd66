import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { Delta } from '../../src/core/assemble.ts';
import { ChatError } from '../../src/core/errors.ts';
import { dialects } from '../../src/dialects/index.ts';
import { sayAndFail, sayAndHang } from '../support/fake-backend.ts';
import { key, type Started, startServer } from './start.ts';

const messages = [{ role: 'user' as const, content: 'What is the weather in Paris?' }];
const tools = [{ name: 'weather', description: 'Tells the weather.', input_schema: { type: 'object' as const } }];

async function start(): Promise<Started & { anthropic: Anthropic; openai: OpenAI }> {
  const started = await startServer({ dialects });
  const anthropic = new Anthropic({ baseURL: started.url, apiKey: key, maxRetries: 0 });
  const openai = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: key, maxRetries: 0 });
  return { ...started, anthropic, openai };
}

async function* callWeather(): AsyncGenerator<readonly Delta[]> {
  yield [
    { type: 'text', text: 'Let me ' },
    { type: 'text', text: 'look.' },
  ];
  const call = { type: 'call', name: 'weather', input: { city: 'Paris' }, json: '{"city":"Paris"}' } as const;
  yield [
    { ...call, id: 'call_1' },
    { ...call, id: 'call_2' },
  ];
}

describe('the Anthropic SDK', () => {
  it('gets streams and whole answers with tool calls', async () => {
    const { backend, anthropic } = await start();
    backend.answer(callWeather);
    const wanted = {
      model: 'claude-opus-4-8',
      stop_reason: 'tool_use',
      content: [
        { type: 'text', text: 'Let me look.' },
        { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Paris' } },
        { type: 'tool_use', id: 'call_2', name: 'weather', input: { city: 'Paris' } },
      ],
    };
    const request = { model: 'claude-opus-4-8', max_tokens: 100, messages, tools };
    expect(await anthropic.messages.create(request)).toMatchObject(wanted);
    expect(await anthropic.messages.stream(request).finalMessage()).toMatchObject(wanted);
  });

  it('counts tokens and lists models, page by page', async () => {
    const { anthropic } = await start();
    expect(await anthropic.messages.countTokens({ model: 'm', messages, tools })).toMatchObject({
      input_tokens: expect.any(Number),
    });
    const names: string[] = [];
    for await (const model of anthropic.models.list({ limit: 1 })) names.push(model.display_name);
    expect(names).toEqual(['Claude Sonnet 4.5', 'Claude Opus 4.8', 'GPT 5.6 Sol']);
    await expect(anthropic.models.retrieve('nothing')).rejects.toBeInstanceOf(Anthropic.NotFoundError);
  });

  it('gets errors of the right class, before and inside a stream, with the request id', async () => {
    const { backend, anthropic, url } = await start();
    const request = { model: 'm', max_tokens: 100, messages };
    const stranger = new Anthropic({ baseURL: url, apiKey: 'wrong', maxRetries: 0 });
    await expect(stranger.messages.create(request)).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    backend.answer(() => Promise.reject(new ChatError('rate', 'Too many requests.', { retryAfter: 7 })));
    const refused = await anthropic.messages.create(request).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Anthropic.RateLimitError);
    expect(refused).toMatchObject({ status: 429, requestID: expect.any(String) });
    expect((refused as { headers: Headers }).headers.get('retry-after')).toBe('7');
    backend.answer(() => sayAndFail(new ChatError('overloaded', 'No capacity.'), 'half'));
    await expect(anthropic.messages.stream(request).finalMessage()).rejects.toThrow(/No capacity/);
  });

  it('cancels a stream', async () => {
    const { backend, anthropic, record } = await start();
    backend.answer(({ signal }) => sayAndHang(signal, 'one'));
    const stream = anthropic.messages.stream({ model: 'm', max_tokens: 100, messages });
    stream.on('text', () => stream.abort());
    await expect(stream.finalMessage()).rejects.toThrow();
    expect(await record()).toMatchObject({ cancelled: true });
    expect(backend.asked[0]?.signal.aborted).toBe(true);
  });
});

describe('the OpenAI SDK', () => {
  it('gets chat streams and whole answers with tool calls', async () => {
    const { backend, openai } = await start();
    backend.answer(callWeather);
    const request = {
      model: 'gpt-5.6-sol',
      messages,
      tools: [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } }],
    };
    const wanted = {
      finish_reason: 'tool_calls',
      message: {
        content: 'Let me look.',
        tool_calls: [
          { id: 'call_1', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
          { id: 'call_2', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
        ],
      },
    };
    expect((await openai.chat.completions.create(request)).choices[0]).toMatchObject(wanted);
    const streamed = await openai.chat.completions.stream(request).finalChatCompletion();
    expect(streamed.choices[0]).toMatchObject(wanted);
  });

  it('gets responses, comes back to them, and deletes them', async () => {
    const { backend, openai } = await start();
    const first = await openai.responses.create({ model: 'm', input: 'Hello' });
    expect(first.output_text).toBe('Hello there');
    expect(await openai.responses.retrieve(first.id)).toMatchObject({ id: first.id, status: 'completed' });
    const next = await openai.responses
      .stream({ model: 'm', input: 'And?', previous_response_id: first.id })
      .finalResponse();
    expect(next.output_text).toBe('Hello there');
    expect(backend.asked[1]?.chat.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    await openai.responses.delete(first.id);
    await expect(openai.responses.retrieve(first.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('gets old completions and the list of models', async () => {
    const { openai } = await start();
    const completion = await openai.completions.create({ model: 'm', prompt: 'Say hello' });
    expect(completion.choices[0]?.text).toBe('Hello there');
    const ids: string[] = [];
    for await (const model of openai.models.list()) ids.push(model.id);
    expect(ids).toEqual(['claude-sonnet-4.5', 'claude-opus-4.8', 'gpt-5.6-sol']);
    await expect(openai.models.retrieve('nothing')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('gets errors of the right class, before and inside a stream', async () => {
    const { backend, openai, url } = await start();
    const request = { model: 'm', messages, stream: true as const };
    const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'wrong', maxRetries: 0 });
    await expect(stranger.chat.completions.create(request)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(openai.embeddings.create({ model: 'm', input: 'x' })).rejects.toMatchObject({ status: 501 });
    backend.answer(() => sayAndFail(new ChatError('overloaded', 'No capacity.'), 'half'));
    const read = async (): Promise<void> => {
      for await (const _ of await openai.chat.completions.create(request));
    };
    await expect(read()).rejects.toThrow(/No capacity/);
    const events: string[] = [];
    for await (const event of await openai.responses.create({ model: 'm', input: 'x', stream: true })) {
      events.push(event.type);
    }
    expect(events.at(-1)).toBe('response.failed');
  });

  it('cancels a stream', async () => {
    const { backend, openai, record } = await start();
    backend.answer(({ signal }) => sayAndHang(signal, 'one'));
    const stream = await openai.chat.completions.create({ model: 'm', messages, stream: true });
    for await (const _ of stream) break;
    expect(await record()).toMatchObject({ cancelled: true });
  });
});
