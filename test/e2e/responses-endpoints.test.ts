import OpenAI from 'openai';
import { beforeAll, describe, expect, it } from 'vitest';
import { useGateway } from './use-gateway.ts';

const { emulator, gateway } = useGateway();
let client: OpenAI;
beforeAll(() => {
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
});

const model = 'claude-sonnet-4.5';
const asked = (): string =>
  JSON.stringify(emulator.requests.findLast(({ operation }) => operation === 'GenerateAssistantResponse')?.body);

describe('a conversation that is compacted by itself', () => {
  it('goes on from its summary', async () => {
    emulator.next(['We looked for a fox and found it.']);
    const compacted = await client.responses.compact({
      model,
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: 'Find the fox.' },
        { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'a fox' },
      ],
    });
    expect(compacted).toMatchObject({ object: 'response.compaction', output: [{ type: 'compaction' }] });
    expect(compacted.usage.input_tokens).toBeGreaterThan(0);
    expect(asked()).toContain('Sum up this conversation');
    expect(asked()).toContain('a fox');

    emulator.next(['It was red.']);
    const next = await client.responses.create({
      model,
      input: [...(compacted.output as OpenAI.Responses.ResponseInputItem[]), { role: 'user', content: 'Its colour?' }],
    });
    expect(next.output_text).toBe('It was red.');
    expect(asked()).toContain('We looked for a fox and found it.');
  });

  it('may be one that is kept here', async () => {
    emulator.next(['Hello Ann.'], ['Ann said hello.']);
    const { id } = await client.responses.create({ model, input: 'I am Ann.' });
    const { output } = await client.responses.compact({ model, previous_response_id: id });
    expect(output).toHaveLength(1);
    expect(asked()).toContain('Hello Ann.');
  });

  it('must be one', async () => {
    await expect(client.responses.compact({ model, input: [] })).rejects.toMatchObject({ status: 400 });
    await expect(client.responses.compact({ model, previous_response_id: 'resp_x' })).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
    });
  });
});

describe('the items that an answer was made from', () => {
  it('are listed page by page, the newest first', async () => {
    emulator.next(['Two.'], ['Four.']);
    const first = await client.responses.create({ model, input: 'One?' });
    const second = await client.responses.create({ model, input: 'Three?', previous_response_id: first.id });
    const items: unknown[] = [];
    for await (const item of client.responses.inputItems.list(second.id, { limit: 2 })) items.push(item);
    expect(items).toMatchObject([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Three?' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Two.' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'One?' }] },
    ]);
    const { data } = await client.responses.inputItems.list(second.id, { order: 'asc', limit: 1 });
    expect(data).toEqual([items[2]]);
    expect(new Set(items.map(item => (item as { id: string }).id)).size).toBe(3);
  });

  it('are gone with the answer', async () => {
    emulator.next(['Yes.']);
    const { id } = await client.responses.create({ model, input: 'Here?' });
    await client.responses.delete(id);
    await expect(client.responses.inputItems.list(id)).rejects.toMatchObject({ status: 404 });
    await expect(client.responses.inputItems.list('resp_x', { limit: 0 })).rejects.toMatchObject({ status: 404 });
  });
});

describe('an effort', () => {
  it.each(['chat', 'responses'] as const)(
    'asks a model without thinking of its own to think in tags, in %s',
    async api => {
      emulator.next(['<thinking>Hm.</thinking>\n\nYes.']);
      if (api === 'chat') {
        const { choices } = await client.chat.completions.create({
          model: 'claude-haiku-4.5',
          reasoning_effort: 'low',
          messages: [{ role: 'user', content: 'Well?' }],
        });
        expect(choices[0]?.message).toMatchObject({ content: 'Yes.', reasoning_content: 'Hm.' });
      } else {
        const { output } = await client.responses.create({
          model: 'claude-haiku-4.5',
          reasoning: { effort: 'low' },
          input: 'Well?',
        });
        expect(output).toMatchObject([{ type: 'reasoning' }, { type: 'message', content: [{ text: 'Yes.' }] }]);
      }
      expect(asked()).toContain('<thinking_mode>enabled</thinking_mode>');
    },
  );

  it.each(['chat', 'responses'] as const)('of none asks for none, in %s', async api => {
    emulator.next(['Yes.']);
    const effort = 'none';
    if (api === 'chat') {
      const messages = [{ role: 'user' as const, content: 'Well?' }];
      await client.chat.completions.create({ model: 'claude-haiku-4.5', reasoning_effort: effort, messages });
    } else {
      await client.responses.create({ model: 'claude-haiku-4.5', reasoning: { effort }, input: 'Well?' });
    }
    expect(asked()).not.toContain('thinking_mode');
  });
});
