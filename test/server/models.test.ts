import { describe, expect, it } from 'vitest';
import { startServer } from './start.ts';

const anthropic = { headers: { 'anthropic-version': '2023-06-01' } };

describe('the list of models', () => {
  it('has OpenAI’s form', async () => {
    const { send } = await startServer();
    const list = (await (await send('/v1/models')).json()) as { data: unknown[] };
    expect(list).toMatchObject({ object: 'list' });
    expect(list.data).toHaveLength(3);
    expect(list.data[0]).toEqual({
      id: 'claude-sonnet-4.5',
      object: 'model',
      created: 0,
      owned_by: 'kiro',
      name: 'Claude Sonnet 4.5',
      context_length: 200_000,
      max_output_tokens: 64_000,
      input_modalities: ['text', 'image'],
    });
  });

  it('has Anthropic’s form for who sends its version', async () => {
    const { send } = await startServer();
    expect(await (await send('/v1/models?limit=1000', anthropic)).json()).toMatchObject({
      data: [
        {
          type: 'model',
          id: 'claude-sonnet-4.5',
          display_name: 'Claude Sonnet 4.5',
          created_at: '1970-01-01T00:00:00Z',
        },
        { id: 'claude-opus-4.8' },
        { id: 'gpt-5.6-sol' },
      ],
      has_more: false,
      first_id: 'claude-sonnet-4.5',
      last_id: 'gpt-5.6-sol',
    });
  });

  it('comes in pages, forwards and backwards', async () => {
    const { send } = await startServer();
    const page = async (query: string): Promise<unknown> => {
      const { data, has_more } = (await (await send(`/v1/models?${query}`, anthropic)).json()) as {
        data: { id: string }[];
        has_more: boolean;
      };
      return [data.map(({ id }) => id).join(' '), has_more];
    };
    expect(await page('limit=2')).toEqual(['claude-sonnet-4.5 claude-opus-4.8', true]);
    expect(await page('limit=2&after_id=claude-opus-4.8')).toEqual(['gpt-5.6-sol', false]);
    expect(await page('limit=1&after_id=claude-sonnet-4.5')).toEqual(['claude-opus-4.8', true]);
    expect(await page('limit=1&before_id=gpt-5.6-sol')).toEqual(['claude-opus-4.8', true]);
    expect(await page('limit=5&before_id=gpt-5.6-sol')).toEqual(['claude-sonnet-4.5 claude-opus-4.8', false]);
    expect(await page('after_id=gpt-5.6-sol')).toEqual(['', false]);
  });

  it.each(['limit=0', 'limit=x', 'limit=-1', 'limit=1.5', 'after_id=nothing', 'before_id=nothing'])(
    'refuses %s and names it',
    async query => {
      const { send } = await startServer();
      const response = await send(`/v1/models?${query}`, anthropic);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ form: 'anthropic', param: query.split('=')[0] });
    },
  );

  it('has the form of Codex’s catalogue for who names its client version', async () => {
    const { send } = await startServer();
    const catalog = (await (await send('/v1/models?client_version=0.169.0')).json()) as { models: { slug: string }[] };
    expect(catalog.models.map(({ slug }) => slug)).toContain('claude-sonnet-4.5');
  });
});

describe('one model', () => {
  it('has the form of the API', async () => {
    const { send } = await startServer();
    expect(await (await send('/v1/models/gpt-5.6-sol')).json()).toMatchObject({ id: 'gpt-5.6-sol', object: 'model' });
    expect(await (await send('/models/gpt-5.6-sol', anthropic)).json()).toMatchObject({
      type: 'model',
      id: 'gpt-5.6-sol',
    });
  });

  it('may have any name', async () => {
    const asked: string[] = [];
    const { backend } = await startServer();
    const model = async (name: string) => {
      asked.push(name);
      return undefined;
    };
    const { send } = await startServer({ backend: { ...backend, model } });
    for (const name of ['anthropic/claude', 'claude%5B1m%5D', 'a%2Fb', '%E0%A4%A', 'x%20y'])
      await send(`/v1/models/${name}`);
    expect(asked).toEqual(['anthropic/claude', 'claude[1m]', 'a/b', '%E0%A4%A', 'x y']);
  });

  it('that is not there is 404 in the form of the API, with names that come near', async () => {
    const { send } = await startServer();
    const response = await send('/v1/models/claude-opus-9', anthropic);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      form: 'anthropic',
      kind: 'unknown-model',
      message: 'There is no model "claude-opus-9". There is claude-opus-4.8.',
    });
    const other = await send('/v1/models/llama');
    expect(await other.json()).toMatchObject({
      form: 'openai-chat',
      message: 'There is no model "llama". The command "kiro-gw models" lists all.',
    });
  });
});
