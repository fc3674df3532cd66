import OpenAI from 'openai';
import type { RunnableToolFunctionWithParse } from 'openai/lib/RunnableFunction';
import { beforeAll, describe, expect, it } from 'vitest';
import { onePixel } from '../support/pictures.ts';
import { useGateway } from './use-gateway.ts';

const { emulator, gateway } = useGateway();
let client: OpenAI;
beforeAll(() => {
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
});

const model = 'claude-sonnet-4.5';
const weatherOf = (tell: (city: string) => string): RunnableToolFunctionWithParse<{ city: string }> => ({
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    parse: text => JSON.parse(text),
    function: ({ city }) => tell(city),
  },
});

describe('the official OpenAI SDK', () => {
  it('gets a whole answer with its usage', async () => {
    emulator.next(['Hello ', 'there']);
    const answer = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi' }] });
    expect(answer.choices[0]?.message.content).toBe('Hello there');
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.model).toBe(model);
    expect(answer.usage?.prompt_tokens).toBeGreaterThan(0);
  });

  it('streams through its helper', async () => {
    emulator.next([{ chunks: ['One ', 'two ', 'three'] }]);
    const stream = client.chat.completions.stream({
      model,
      messages: [{ role: 'user', content: 'Count' }],
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    stream.on('content', piece => pieces.push(piece));
    const whole = await stream.finalChatCompletion();
    expect(pieces.filter(piece => piece !== '')).toEqual(['One ', 'two ', 'three']);
    expect(whole.choices[0]?.message.content).toBe('One two three');
    expect(whole.usage?.completion_tokens).toBeGreaterThan(0);
  });

  it('runs tools, several at once', async () => {
    emulator.next(
      ['Let me look.', { tool: 'weather', input: { city: 'Oslo' } }, { tool: 'weather', input: { city: 'Rome' } }],
      ['Cold and warm.'],
    );
    const asked: string[] = [];
    const runner = client.chat.completions.runTools({
      model,
      stream: true,
      messages: [{ role: 'user', content: 'Weather in Oslo and Rome?' }],
      tools: [
        weatherOf(city => {
          asked.push(city);
          return `Fine in ${city}`;
        }),
      ],
    });
    expect(await runner.finalContent()).toBe('Cold and warm.');
    expect(asked).toEqual(['Oslo', 'Rome']);
    const second = JSON.stringify(emulator.requests.filter(inference)[1]?.body);
    expect(second).toContain('Fine in Oslo');
    expect(second).toContain('Fine in Rome');
  });

  it('shows an image to the model', async () => {
    emulator.next(['A dot.']);
    const url = `data:image/png;base64,${onePixel}`;
    await client.chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    });
    expect(JSON.stringify(emulator.requests.find(inference)?.body)).toContain(onePixel);
  });

  it('gets the thinking beside the answer', async () => {
    emulator.next([{ reasoning: ['Let me ', 'see.'], signature: 'sig' }, '42']);
    const stream = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Meaning?' }],
      reasoning_effort: 'high',
      stream: true,
    });
    let thinking = '';
    let text = '';
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta as { content?: string; reasoning_content?: string } | undefined;
      thinking += delta?.reasoning_content ?? '';
      text += delta?.content ?? '';
    }
    expect([thinking, text]).toEqual(['Let me see.', '42']);
  });

  it('lists the models and finds one', async () => {
    const list = await client.models.list();
    expect(list.data.map(({ id }) => id)).toContain(model);
    expect((await client.models.retrieve(model)).id).toBe(model);
    await expect(client.models.retrieve('no-such-model')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('gets errors of the classes it knows', async () => {
    const stranger = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'wrong', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    emulator.next({ status: 429, body: { message: 'Limit', reason: 'MONTHLY_REQUEST_COUNT' } });
    const refused = client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi' }] });
    await expect(refused).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' });
  });

  it('gets an answer of the Responses API, whole and streamed', async () => {
    emulator.next(['Hello'], ['Hel', 'lo']);
    const answer = await client.responses.create({ model, input: 'Hi' });
    expect([answer.output_text, answer.status]).toEqual(['Hello', 'completed']);
    const stream = client.responses.stream({ model, input: 'Hi' });
    const whole = await stream.finalResponse();
    expect(whole.output_text).toBe('Hello');
  });
});

const inference = ({ operation }: { operation: string }): boolean => operation === 'GenerateAssistantResponse';
