import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { beforeAll, describe, expect, it } from 'vitest';
import { onePixel } from '../support/pictures.ts';
import { useGateway } from './use-gateway.ts';

const { emulator, gateway } = useGateway();
let client: Anthropic;
beforeAll(() => {
  client = new Anthropic({ baseURL: gateway.url, apiKey: gateway.key, maxRetries: 0 });
});

const model = 'claude-sonnet-4.5';
const inference = ({ operation }: { operation: string }): boolean => operation === 'GenerateAssistantResponse';
const bodies = (): string[] => emulator.requests.filter(inference).map(({ body }) => JSON.stringify(body));

describe('the official Anthropic SDK', () => {
  it('gets a whole answer with its usage', async () => {
    emulator.next(['Hello ', 'there']);
    const answer = await client.messages.create({
      model,
      max_tokens: 1000,
      system: 'Be kind.',
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect(answer.content).toMatchObject([{ type: 'text', text: 'Hello there' }]);
    expect([answer.stop_reason, answer.model]).toEqual(['end_turn', model]);
    expect(answer.usage.input_tokens).toBeGreaterThan(0);
    expect(bodies()[0]).toContain('Be kind.');
  });

  it('streams through its helper', async () => {
    emulator.next([{ chunks: ['One ', 'two ', 'three'] }]);
    const stream = client.messages.stream({ model, max_tokens: 1000, messages: [{ role: 'user', content: 'Count' }] });
    const pieces: string[] = [];
    stream.on('text', piece => pieces.push(piece));
    expect(await stream.finalText()).toBe('One two three');
    expect(pieces).toEqual(['One ', 'two ', 'three']);
    const { usage } = await stream.finalMessage();
    expect([usage.input_tokens > 0, usage.output_tokens > 0]).toEqual([true, true]);
  });

  it('runs tools to the end of the conversation', async () => {
    emulator.next(
      ['Let me look.', { tool: 'weather', input: { city: 'Oslo' } }, { tool: 'weather', input: { city: 'Rome' } }],
      ['Cold and warm.'],
    );
    const asked: string[] = [];
    const weather = betaTool({
      name: 'weather',
      description: 'The weather of a city',
      inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      run: ({ city }) => {
        asked.push(city);
        return `Fine in ${city}`;
      },
    });
    const last = await client.beta.messages.toolRunner({
      model,
      max_tokens: 1000,
      messages: [{ role: 'user', content: 'Weather in Oslo and Rome?' }],
      tools: [weather],
    });
    expect(last.content).toMatchObject([{ type: 'text', text: 'Cold and warm.' }]);
    expect(asked).toEqual(['Oslo', 'Rome']);
    expect(bodies().at(-1)).toContain('Fine in Rome');
  });

  it('shows images to the model, also those in tool results', async () => {
    emulator.next(['Two dots.']);
    const image = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: onePixel },
    } as const;
    await client.messages.create({
      model,
      max_tokens: 1000,
      tools: [{ name: 'look', input_schema: { type: 'object' } }],
      messages: [
        { role: 'user', content: [image, { type: 'text', text: 'Look at both.' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [image] }] },
      ],
    });
    expect(bodies()[0]?.split(onePixel)).toHaveLength(3);
  });

  it('gets signed thinking and can send it back', async () => {
    emulator.next([{ reasoning: ['Let me ', 'see.'], signature: 'c2lnbmVk' }, '42'], ['Still 42.']);
    const question = { role: 'user', content: 'Meaning?' } as const;
    const thinking = { type: 'enabled', budget_tokens: 2000 } as const;
    const stream = client.messages.stream({ model, max_tokens: 4000, thinking, messages: [question] });
    const first = await stream.finalMessage();
    expect(first.content).toMatchObject([
      { type: 'thinking', thinking: 'Let me see.', signature: expect.stringContaining('c2lnbmVk') },
      { type: 'text', text: '42' },
    ]);
    const messages = [question, { role: 'assistant', content: first.content }, { role: 'user', content: 'Sure?' }];
    await client.messages.create({ model, max_tokens: 4000, thinking, messages: messages as Anthropic.MessageParam[] });
    expect(bodies()[1]).toContain('"reasoningText":{"text":"Let me see.","signature":"c2lnbmVk"}');
  });

  it('counts tokens and lists models', async () => {
    const messages = [{ role: 'user', content: 'word '.repeat(1000) }] as const;
    const { input_tokens } = await client.messages.countTokens({ model, messages: [...messages] });
    expect(input_tokens).toBeGreaterThan(850);
    expect(input_tokens).toBeLessThan(1250);
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toContain(model);
  });

  it('gets errors of the classes it knows, also in the middle of a stream', async () => {
    const stranger = new Anthropic({ baseURL: gateway.url, apiKey: 'wrong', maxRetries: 0 });
    const ask = { model, max_tokens: 10, messages: [{ role: 'user' as const, content: 'Hi' }] };
    await expect(stranger.messages.create(ask)).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    emulator.next(['Hel', { exception: 'ThrottlingException', payload: { message: 'Slow down.' } }]);
    await expect(client.messages.stream(ask).finalMessage()).rejects.toBeInstanceOf(Anthropic.APIError);
  });
});
