import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { beforeAll, describe, expect, it } from 'vitest';
import { useGateway } from './use-gateway.ts';

const { emulator, gateway } = useGateway();
let anthropic: Anthropic;
let openai: OpenAI;
beforeAll(() => {
  anthropic = new Anthropic({ baseURL: gateway.url, apiKey: gateway.key, maxRetries: 0 });
  openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
});

const model = 'claude-sonnet-4.5';
const page = (place: number): string => `https://example.com/${place}?q=bun%20news`;
const search = { tool: 'web_search', input: { query: 'bun news' } };
const questions = (): string[] =>
  emulator.requests
    .filter(({ operation }) => operation === 'GenerateAssistantResponse')
    .map(({ body }) => JSON.stringify(body));
const searches = (): number => emulator.requests.filter(({ operation }) => operation === 'InvokeMCP').length;
const read = {
  name: 'read',
  description: 'Reads a file.',
  input_schema: { type: 'object' as const, properties: { path: { type: 'string' } } },
};
const asked = (more: Partial<Anthropic.WebSearchTool20250305> = {}): Anthropic.MessageCreateParamsNonStreaming => ({
  model,
  max_tokens: 1000,
  messages: [{ role: 'user', content: 'What is new?' }],
  tools: [{ type: 'web_search_20250305', name: 'web_search', ...more }],
});

describe('a web search over Anthropic’s API', () => {
  it('is done as Claude Code asks for it', async () => {
    emulator.next(['I look. ', search], [`Bun is new: ${page(1)}.`]);
    const stream = anthropic.messages.stream({
      ...asked({ max_uses: 8 }),
      system: 'You are an assistant for performing a web search tool use',
      messages: [{ role: 'user', content: 'Perform a web search for the query: bun news' }],
      tool_choice: { type: 'tool', name: 'web_search' },
    });
    const { content, stop_reason, usage } = await stream.finalMessage();
    expect(content.map(({ type }) => type)).toEqual(['text', 'server_tool_use', 'web_search_tool_result', 'text']);
    const [, use, result, text] = content;
    expect(use).toMatchObject({ name: 'web_search', input: { query: 'bun news' } });
    expect(result).toMatchObject({
      tool_use_id: (use as Anthropic.ServerToolUseBlock).id,
      content: [{ type: 'web_search_result', url: page(1), title: 'First page about bun news' }, {}, {}],
    });
    expect(text).toMatchObject({
      citations: [{ type: 'web_search_result_location', url: page(1), title: 'First page about bun news' }],
    });
    expect([stop_reason, usage.server_tool_use?.web_search_requests]).toEqual(['end_turn', 1]);
    expect(searches()).toBe(1);
    expect(questions()[1]).toContain('What page 1 says about bun news.');
  });

  it('goes with calls of the client, and both come back', async () => {
    emulator.next(['I look. ', search], [`See ${page(1)} now. `, { tool: 'read', input: { path: 'a' } }]);
    const request = asked();
    const tools = [...(request.tools ?? []), read];
    const first = await anthropic.messages.create({ ...request, tools });
    expect(first.stop_reason).toBe('tool_use');
    const call = first.content.find(block => block.type === 'tool_use');
    expect(call).toMatchObject({ name: 'read', input: { path: 'a' } });

    emulator.next(['All is well.']);
    const second = await anthropic.messages.create({
      ...request,
      tools,
      messages: [
        ...request.messages,
        { role: 'assistant', content: first.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: 'text of a' }] },
      ],
    });
    expect(second.content).toMatchObject([{ type: 'text', text: 'All is well.' }]);
    expect(searches()).toBe(1);
    // What was found is still told, in the same words.
    const told = /1\. First page about bun news.*?What page 2 says about bun news\./.exec(questions()[1] ?? '')?.[0];
    expect(told).toBeDefined();
    expect(questions()[2]).toContain(told);
    expect(questions()[2]).toContain('text of a');
  });

  it('and a call of the client in one breath end the answer', async () => {
    emulator.next([search, { tool: 'read', input: { path: 'a' } }]);
    const request = asked();
    const { content, stop_reason } = await anthropic.messages.create({
      ...request,
      tools: [...(request.tools ?? []), read],
    });
    expect(content.map(({ type }) => type).sort()).toEqual(['server_tool_use', 'tool_use', 'web_search_tool_result']);
    expect([stop_reason, questions().length]).toEqual(['tool_use', 1]);
  });

  it('stops at the number that the client allows', async () => {
    emulator.next([search], [search], ['Enough.']);
    const { content, usage } = await anthropic.messages.create(asked({ max_uses: 1 }));
    const results = content.filter(block => block.type === 'web_search_tool_result');
    expect(results[1]).toMatchObject({
      content: { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' },
    });
    expect([searches(), usage.server_tool_use?.web_search_requests]).toEqual([1, 1]);
  });

  it('keeps to the domains that the client names', async () => {
    emulator.next([search], ['Nothing.'], [search], ['Nothing.'], [search], ['Something.']);
    for (const [more, found] of [
      [{ allowed_domains: ['elsewhere.org'] }, 0],
      [{ blocked_domains: ['example.com'] }, 0],
      [{ allowed_domains: ['example.com/2'] }, 1],
    ] as const) {
      const { content } = await anthropic.messages.create(asked(more as object));
      const result = content.find(block => block.type === 'web_search_tool_result');
      expect(result?.content).toHaveLength(found);
    }
  });

  it.each([
    [
      { status: 403, body: { message: 'Web search is off.', reason: 'FEATURE_NOT_SUPPORTED' } },
      'unavailable',
      'Web search is off.',
    ],
    [
      { status: 402, body: { message: 'No credits.', reason: 'MONTHLY_REQUEST_COUNT' } },
      'too_many_requests',
      'credits',
    ],
  ])('that is refused is an honest error of the tool (%#)', async (refusal, code, words) => {
    emulator.next([search], ['I could not look.']);
    emulator.nextFor('InvokeMCP', refusal);
    const { content, stop_reason } = await anthropic.messages.create(asked());
    expect(content).toMatchObject([
      { type: 'server_tool_use' },
      { type: 'web_search_tool_result', content: { type: 'web_search_tool_result_error', error_code: code } },
      { type: 'text', text: 'I could not look.' },
    ]);
    expect(stop_reason).toBe('end_turn');
    expect(questions()[1]).toContain('The search failed');
    expect(questions()[1]).toContain(words);
  });
});

describe('a web search over OpenAI’s APIs', () => {
  it('is an item of a response, and its pages are cited', async () => {
    emulator.next([search], [`See ${page(1)} or ${page(3)}.`]);
    const types: string[] = [];
    const stream = openai.responses.stream({ model, input: 'What is new?', tools: [{ type: 'web_search' }] });
    for await (const { type } of stream) types.push(type);
    const { output, status } = await stream.finalResponse();
    expect(output).toMatchObject([
      { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'bun news' } },
      {
        type: 'message',
        content: [
          {
            annotations: [
              { type: 'url_citation', url: page(1), start_index: 4, end_index: 4 + page(1).length },
              { type: 'url_citation', url: page(3) },
            ],
          },
        ],
      },
    ]);
    expect(status).toBe('completed');
    const events = types.filter(type => type.startsWith('response.web_search_call.'));
    expect(events.map(type => type.split('.').at(-1))).toEqual(['in_progress', 'searching', 'completed']);

    emulator.next(['Thank you.']);
    const input = [
      { role: 'user' as const, content: 'What is new?' },
      ...output,
      { role: 'user' as const, content: 'Thanks' },
    ];
    await openai.responses.create({ model, input: input as OpenAI.Responses.ResponseInput });
    expect(questions()[2]).toContain('First page about bun news');
  });

  it('keeps to the domains of a response’s filters', async () => {
    emulator.next([search], ['Nothing.']);
    const tool = { type: 'web_search' as const, filters: { allowed_domains: ['elsewhere.org'] } };
    await openai.responses.create({ model, input: 'What is new?', tools: [tool] });
    expect(questions()[1]).toContain('Nothing was found.');
  });

  it.each([false, true])(
    'is done for a chat that asks for it, and its pages are cited (stream: %s)',
    async streamed => {
      emulator.next(['I look. ', search], [`See ${page(2)}.`]);
      const request = {
        model,
        messages: [{ role: 'user' as const, content: 'What is new?' }],
        web_search_options: {},
      };
      const { choices } = streamed
        ? await openai.chat.completions.stream(request).finalChatCompletion()
        : await openai.chat.completions.create(request);
      const [choice] = choices;
      expect(choice?.finish_reason).toBe('stop');
      expect(choice?.message.content).toBe(`I look. See ${page(2)}.`);
      expect(choice?.message.tool_calls ?? []).toEqual([]);
      expect(choice?.message.annotations).toMatchObject([
        { type: 'url_citation', url_citation: { url: page(2), title: 'Second page about bun news' } },
      ]);
      expect(searches()).toBe(1);
    },
  );
});

describe('deferred tools', () => {
  const held = { ...read, name: 'read_mail', description: 'Reads the mail.', defer_loading: true };

  it('are found for the model where the client has no search of its own', async () => {
    emulator.next(
      [{ tool: 'tool_search', input: { query: 'mail' } }],
      ['I read it. ', { tool: 'read_mail', input: { path: 'inbox' } }],
    );
    const { content, stop_reason } = await anthropic.messages
      .stream({ model, max_tokens: 1000, messages: [{ role: 'user', content: 'My mail?' }], tools: [read, held] })
      .finalMessage();
    expect(content.map(({ type }) => type)).toEqual(['text', 'tool_use']);
    expect([stop_reason, questions().length]).toEqual(['tool_use', 2]);
    expect(questions()[0]).not.toContain('Reads the mail.');
    expect(questions()[1]).toContain('Reads the mail.');
  });

  it('are all there beside the search that Anthropic’s servers would do', async () => {
    emulator.next([{ tool: 'read_mail', input: { path: 'inbox' } }]);
    const finder = { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' } as const;
    const { content } = await anthropic.beta.messages.create({
      model,
      max_tokens: 1000,
      messages: [{ role: 'user', content: 'My mail?' }],
      tools: [finder, read, held],
    });
    expect(content).toMatchObject([{ type: 'tool_use', name: 'read_mail' }]);
    expect(questions()[0]).toContain('Reads the mail.');
  });
});
