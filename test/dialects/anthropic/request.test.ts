import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../../src/core/chat.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { anthropic } from '../../../src/dialects/anthropic/index.ts';
import type { Call } from '../../../src/dialects/dialect.ts';
import { noHeaders } from '../../support/answers.ts';

type Fields = Record<string, unknown>;
const base = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
const parse = (fields: Fields, headers: Record<string, string> = {}): Call =>
  anthropic.parse({ ...base, ...fields }, name => headers[name]);
const chat = (fields: Fields, headers?: Record<string, string>): ChatRequest => parse(fields, headers).chat;
const ask = (content: unknown, role = 'user'): ChatRequest['messages'] =>
  chat({ messages: [{ role, content }] }).messages;
const blocks = (content: unknown, role = 'user'): unknown => ask(content, role)[0]?.content;
const refusal = (fields: Fields): ChatError => {
  try {
    parse(fields);
  } catch (thrown) {
    if (thrown instanceof ChatError) return thrown;
    throw thrown;
  }
  throw new Error('accepted');
};

describe('a request of the Messages API', () => {
  it('is read with its model, messages, limit and stop sequences', () => {
    expect(parse({ stop_sequences: ['END', ''], stream: true })).toEqual({
      chat: {
        model: 'claude-sonnet-4-5',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
        paths: ['messages[0]'],
        tools: [],
        toolChoice: { type: 'auto' },
        parallelTools: true,
        stop: ['END'],
        maxTokens: 100,
      },
      stream: true,
      ignored: [],
      names: { effort: 'output_config.effort' },
    });
  });

  it('needs no max_tokens, and no other optional field that is null', () => {
    const nulls = ['max_tokens', 'system', 'tools', 'tool_choice', 'thinking', 'output_config', 'metadata', 'stream'];
    const { chat, stream } = parse(
      Object.fromEntries([...nulls, 'stop_sequences', 'mcp_servers'].map(name => [name, null])),
    );
    expect(chat.maxTokens).toBeUndefined();
    expect(chat).toMatchObject({ tools: [], toolChoice: { type: 'auto' }, stop: [] });
    expect(stream).toBe(false);
  });

  it('knows where its messages stand, whatever they become', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'system', content: [] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'a' },
          { type: 'tool_result', tool_use_id: 'x', content: 'b' },
        ],
      },
    ];
    const read = chat({ system: 'Be brief.', messages });
    expect(read.paths).toEqual(['system', 'messages[0]', 'messages[2]', 'messages[2]']);
    expect(read.messages).toHaveLength(4);
  });

  it('takes system text as a string, as blocks and as messages anywhere, in order', () => {
    expect(chat({ system: 'Be brief.' }).messages[0]).toEqual({
      role: 'system',
      content: [{ type: 'text', text: 'Be brief.' }],
    });
    const { messages } = chat({
      system: [
        { type: 'text', text: 'One.' },
        { type: 'text', text: 'Two.', cache_control: { type: 'ephemeral' } },
      ],
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'system', content: 'Three.' },
        { role: 'system', content: [{ type: 'text', text: 'Four.' }] },
      ],
    });
    expect(messages.map(message => [message.role, message.content.length])).toEqual([
      ['system', 2],
      ['user', 1],
      ['system', 1],
      ['system', 1],
    ]);
  });

  it('takes an empty system message for the settings that it holds', () => {
    const { messages, effort } = chat({
      messages: [...base.messages, { role: 'system', content: [], output_config: { effort: 'HIGH' } }],
    });
    expect(messages).toHaveLength(1);
    expect(effort).toBe('high');
  });

  it('leaves out a system message that is cleared by a later user message', () => {
    const note = { role: 'system', content: 'For now.', clear_at: 'next_user_message' };
    expect(chat({ messages: [...base.messages, note] }).messages).toHaveLength(2);
    expect(chat({ messages: [...base.messages, note, ...base.messages] }).messages).toHaveLength(2);
  });

  it('gives what only a user can say, such as an image among system text, to the user', () => {
    const image = { type: 'image', source: { type: 'base64', data: 'AAAA' } };
    const system = ['One.', image, 'Two.'];
    expect(
      chat({ system })
        .messages.slice(0, 3)
        .map(({ role, content }) => [role, content[0]?.type]),
    ).toEqual([
      ['system', 'text'],
      ['user', 'image'],
      ['system', 'text'],
    ]);
  });

  it('adds, loads and removes tools as system messages say', () => {
    const { tools } = chat({
      tools: [
        { name: 'old', input_schema: { type: 'object' } },
        { name: 'late', input_schema: { type: 'object' }, defer_loading: true },
      ],
      messages: [
        ...base.messages,
        {
          role: 'system',
          content: [
            { type: 'tool_removal', tool: { type: 'tool_reference', name: 'old' } },
            { type: 'tool_addition', tool: { type: 'tool_reference', name: 'late' } },
            {
              type: 'tool_addition',
              tool: { type: 'tool_definition', definition: { name: 'new', input_schema: { type: 'object' } } },
            },
            {
              type: 'tool_addition',
              tool: { type: 'tool_definition', definition: { type: 'bash_20250124', name: 'bash' } },
            },
            { type: 'tool_addition', tool: { type: 'mcp_toolset_reference', server_name: 'unheard' } },
            { type: 'text', text: 'Tools changed.' },
          ],
        },
      ],
    });
    expect(tools).toEqual([
      { name: 'late', description: '', inputSchema: { type: 'object' } },
      { name: 'new', description: '', inputSchema: { type: 'object' } },
      expect.objectContaining({ name: 'bash' }),
    ]);
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['empty text', ''],
    ['an empty list', []],
  ])('keeps a message whose content is %s', (_, content) => {
    expect(ask(content)).toEqual([{ role: 'user', content: [] }]);
  });

  it('reads images by data, by data URL and by address', () => {
    const image = (source: unknown): unknown => blocks([{ type: 'image', source }]);
    expect(image({ type: 'base64', media_type: 'image/png', data: 'AAAA' })).toEqual([
      { type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } },
    ]);
    expect(image({ type: 'url', url: 'https://example.com/a.png' })).toEqual([
      { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
    ]);
    expect(image({ type: 'url', url: 'data:image/gif;base64,R0lG' })).toEqual([
      { type: 'image', source: { kind: 'base64', data: 'R0lG', mediaType: 'image/gif' } },
    ]);
  });

  it('reads documents of every source, with title and context', () => {
    const document = (source: unknown): unknown => blocks([{ type: 'document', title: 'T', source }]);
    expect(document({ type: 'base64', media_type: 'application/pdf', data: 'JVBE' })).toEqual([
      { type: 'document', title: 'T', source: { kind: 'base64', data: 'JVBE', mediaType: 'application/pdf' } },
    ]);
    expect(document({ type: 'text', media_type: 'text/plain', data: 'plain' })).toEqual([
      { type: 'document', title: 'T', source: { kind: 'text', text: 'plain' } },
    ]);
    expect(document({ type: 'url', url: 'https://example.com/a.pdf' })).toEqual([
      { type: 'document', title: 'T', source: { kind: 'url', url: 'https://example.com/a.pdf' } },
    ]);
    expect(
      blocks([
        {
          type: 'document',
          context: 'About it.',
          source: {
            type: 'content',
            content: [
              { type: 'text', text: 'page' },
              { type: 'image', source: { type: 'base64', data: 'AAAA' } },
            ],
          },
        },
      ]),
    ).toEqual([
      { type: 'text', text: 'About it.' },
      { type: 'document', source: { kind: 'text', text: 'page' } },
      { type: 'image', source: { kind: 'base64', data: 'AAAA' } },
    ]);
  });

  it('reads thoughts with their signatures, and redacted ones', () => {
    expect(
      blocks(
        [
          { type: 'thinking', thinking: 'hm', signature: 'sig' },
          { type: 'thinking', thinking: '', signature: 'alone' },
          { type: 'thinking', thinking: '', signature: '' },
          { type: 'redacted_thinking', data: 'ZW5j' },
          { type: 'text', text: 'Yes.' },
        ],
        'assistant',
      ),
    ).toEqual([
      { type: 'reasoning', text: 'hm', signature: 'sig' },
      { type: 'reasoning', text: '', signature: 'alone' },
      { type: 'reasoning', text: '', redacted: 'ZW5j' },
      { type: 'text', text: 'Yes.' },
    ]);
  });

  it('reads tool uses, with input missing or written as text', () => {
    expect(
      blocks(
        [
          { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
          { type: 'tool_use', id: 'b', name: 'g' },
          { type: 'tool_use', id: 'c', name: 'h', input: '{"y":2}' },
        ],
        'assistant',
      ),
    ).toMatchObject([
      { type: 'tool-call', id: 'a', name: 'f', input: { x: 1 } },
      { type: 'tool-call', id: 'b', name: 'g', input: {} },
      { type: 'tool-call', id: 'c', name: 'h', input: { y: 2 } },
    ]);
  });

  it('reads tool results of every form', () => {
    const result = (content: unknown, more: Fields = {}): unknown =>
      blocks([{ type: 'tool_result', tool_use_id: 'a', content, ...more }]);
    const read = (content: unknown, isError = false): unknown => [{ type: 'tool-result', id: 'a', content, isError }];
    expect(result('done')).toEqual(read([{ type: 'text', text: 'done' }]));
    for (const nothing of [undefined, null, '', []]) expect(result(nothing)).toEqual(read([]));
    expect(result(42)).toEqual(read([{ type: 'text', text: '42' }]));
    expect(result({ type: 'text', text: 'alone' })).toEqual(read([{ type: 'text', text: 'alone' }]));
    expect(result('no such file', { is_error: true })).toEqual(read([{ type: 'text', text: 'no such file' }], true));
    expect(
      result([
        { type: 'text', text: 'see', cache_control: { type: 'ephemeral' } },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        { type: 'tool_reference', tool_name: 'Grep' },
        { type: 'document', source: { type: 'text', data: 'page' } },
        { type: 'search_result', title: 'T', source: 'https://t', content: [{ type: 'text', text: 'found' }] },
        { type: 'browser_state', url: 'https://x' },
      ]),
    ).toEqual(
      read([
        { type: 'text', text: 'see' },
        { type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } },
        { type: 'tool-reference', name: 'Grep' },
        { type: 'document', source: { kind: 'text', text: 'page' } },
        { type: 'document', title: 'T – https://t', source: { kind: 'text', text: 'found' } },
        { type: 'text', text: '[browser_state] {"url":"https://x"}' },
      ]),
    );
  });

  it('gives results to the user and calls to the assistant, whoever sent them', () => {
    const use = { type: 'tool_use', id: 'a', name: 'f', input: {} };
    const result = { type: 'tool_result', tool_use_id: 'a', content: 'ok' };
    expect(ask(['Hi', use, result]).map(({ role, content }) => [role, content.length])).toEqual([
      ['user', 1],
      ['assistant', 1],
      ['user', 1],
    ]);
    expect(ask(['Hi', use, result, 'Bye'], 'assistant').map(({ role, content }) => [role, content.length])).toEqual([
      ['assistant', 2],
      ['user', 1],
      ['assistant', 1],
    ]);
  });

  it('joins a web search with its result, snippets among it', () => {
    expect(
      blocks(
        [
          { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'bun' } },
          {
            type: 'web_search_tool_result',
            tool_use_id: 'srvtoolu_1',
            content: [
              {
                type: 'web_search_result',
                url: 'https://bun.sh',
                title: 'Bun',
                encrypted_content: 'snippet:fast',
                page_age: 'today',
              },
              { type: 'web_search_result', url: 'https://x', title: 'X', encrypted_content: 'Eo8DCioIAhgB' },
            ],
          },
          { type: 'server_tool_use', id: 'srvtoolu_2', name: 'web_search', input: { query: 'no' } },
          {
            type: 'web_search_tool_result',
            tool_use_id: 'srvtoolu_2',
            content: { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' },
          },
        ],
        'assistant',
      ),
    ).toEqual([
      {
        type: 'search',
        id: 'srvtoolu_1',
        query: 'bun',
        results: [
          { title: 'Bun', url: 'https://bun.sh', snippet: 'fast', published: 'today' },
          { title: 'X', url: 'https://x' },
        ],
      },
      { type: 'search', id: 'srvtoolu_2', query: 'no', results: [], error: 'max_uses_exceeded' },
    ]);
  });

  it('keeps what a search result holds besides its text', () => {
    const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
    const content = [{ type: 'text', text: 'One' }, picture, { type: 'text', text: 'Two' }];
    expect(blocks([{ type: 'search_result', title: 'T', source: 'https://t', content }])).toEqual([
      { type: 'document', source: { kind: 'text', text: 'One\nTwo' }, title: 'T – https://t' },
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } },
    ]);
  });

  it('says to the model when the input of its call came back broken', () => {
    const { messages } = chat({
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: '{"x":[1,' }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'ok' }] },
      ],
    });
    expect(messages[0]?.content[0]).toMatchObject({ input: { x: [1] } });
    const [result] = messages[1]?.content ?? [];
    expect(result).toMatchObject({ content: [{ text: expect.stringContaining('have been mended') }, { text: 'ok' }] });
  });

  it('keeps every search apart, also when their ids are the same', () => {
    const pair = (query: string, content: unknown) => [
      { type: 'server_tool_use', id: 's', name: 'web_search', input: { query } },
      { type: 'web_search_tool_result', tool_use_id: 's', content },
    ];
    const error = { type: 'web_search_tool_result_error', error_code: 'too_many_requests' };
    const entry = { type: 'web_search_result', url: 'https://a', title: 'A', encrypted_content: '' };
    expect(blocks([...pair('one', [entry]), ...pair('two', error)], 'assistant')).toEqual([
      { type: 'search', id: 's', query: 'one', results: [{ title: 'A', url: 'https://a' }] },
      { type: 'search', id: 's', query: 'two', results: [], error: 'too_many_requests' },
    ]);
  });

  it('keeps blocks of unknown kinds as text with all that they say', () => {
    expect(
      blocks(
        [
          { type: 'hologram', scene: { depth: 3 }, cache_control: { type: 'ephemeral' } },
          { type: 'server_tool_use', id: 'x', name: 'code_execution', input: { code: '1+1' } },
          { type: 'constructor', text: 'tricky' },
          { type: 'compaction', content: 'So far: nothing.' },
          { no: 'type' },
          { type: 'sealed', content: 'plain' },
        ],
        'assistant',
      ),
    ).toEqual([
      { type: 'text', text: '[hologram] {"scene":{"depth":3}}' },
      { type: 'text', text: '[server_tool_use] {"id":"x","name":"code_execution","input":{"code":"1+1"}}' },
      { type: 'text', text: '[constructor] tricky' },
      { type: 'text', text: 'So far: nothing.' },
      { type: 'text', text: '[block] {"no":"type"}' },
      { type: 'text', text: '[sealed] plain' },
    ]);
  });

  it('keeps the citations of a text', () => {
    const cited = {
      type: 'web_search_result_location',
      url: 'https://t',
      title: 'T',
      cited_text: 'so',
      encrypted_index: '',
    };
    expect(blocks([{ type: 'text', text: 'So.', citations: [cited, { type: 'page_location' }] }], 'assistant')).toEqual(
      [{ type: 'text', text: 'So.', citations: [{ url: 'https://t', title: 'T', quote: 'so' }] }],
    );
  });

  it('reads thinking in all its modes', () => {
    const thinking = (value: unknown): unknown => chat({ thinking: value }).thinking;
    expect(thinking({ type: 'enabled', budget_tokens: 31999 })).toEqual({ mode: 'enabled', budget: 31999 });
    expect(thinking({ type: 'adaptive', display: 'omitted' })).toEqual({ mode: 'adaptive', display: 'omitted' });
    expect(thinking({ type: 'adaptive', display: 'updates' })).toEqual({ mode: 'adaptive' });
    expect(thinking({ type: 'disabled' })).toEqual({ mode: 'disabled' });
  });

  it('says that a mode of thinking which it does not know has no effect', () => {
    const { chat, ignored } = parse({ thinking: { type: 'between_tools' } });
    expect(chat.thinking).toBeUndefined();
    expect(ignored).toEqual(['thinking']);
  });

  it('reads effort and the format of the answer', () => {
    const schema = { type: 'object', properties: { title: { type: 'string' } } };
    const { effort, format } = chat({ output_config: { effort: 'xhigh', format: { type: 'json_schema', schema } } });
    expect(effort).toBe('xhigh');
    expect(format).toEqual({ type: 'json-schema', name: 'answer', schema });
  });

  it.each([
    ['the header', 'from-header', undefined, { 'x-claude-code-session-id': 'from-header' }],
    ['JSON in user_id', 'abc-1', JSON.stringify({ device_id: 'd', session_id: 'abc-1' }), {}],
    ['the old form of user_id', '3f2a-77', 'user_9f_account_1_session_3f2a-77', {}],
    ['the header with an agent', 's/a', undefined, { 'x-claude-code-session-id': 's', 'x-claude-code-agent-id': 'a' }],
    ['nothing for a plain user', undefined, 'alice', {}],
    ['nothing for broken JSON', undefined, '{"session_id":', {}],
  ])('takes the session from %s', (_, session, user_id, headers) => {
    expect(chat({ metadata: { user_id } }, headers).session).toBe(session);
  });

  it('reads tools, held back ones too, and passes over what it need not know', () => {
    expect(
      chat({
        tools: [
          { name: 'Read', description: 'Reads.', input_schema: { type: 'object' }, strict: true, input_examples: [] },
          { type: 'custom', name: 'Grep', input_schema: { type: 'object' }, defer_loading: true },
        ],
      }).tools,
    ).toEqual([
      { name: 'Read', description: 'Reads.', inputSchema: { type: 'object' } },
      { name: 'Grep', description: '', inputSchema: { type: 'object' }, deferred: true },
    ]);
  });

  it('turns the web search of the API into a search of the gateway', () => {
    const { tools, search } = chat({
      tools: [
        { type: 'web_search_20250305', name: 'web_search', max_uses: 8, allowed_domains: ['a.b'], blocked_domains: [] },
      ],
    });
    expect(tools).toEqual([]);
    expect(search).toEqual({ maxUses: 8, allowedDomains: ['a.b'] });
    expect(chat({ tools: [{ type: 'web_search_20260209', blocked_domains: ['c.d'] }] }).search).toEqual({
      blockedDomains: ['c.d'],
    });
  });

  it('lets the model see all tools when their search would run on the real servers', () => {
    const { tools } = chat({
      tools: [
        { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' },
        { name: 'Grep', input_schema: { type: 'object' }, defer_loading: true },
      ],
    });
    expect(tools).toEqual([{ name: 'Grep', description: '', inputSchema: { type: 'object' } }]);
  });

  it.each([
    ['bash_20250124', 'bash', { properties: { command: { type: 'string' }, restart: { type: 'boolean' } } }],
    [
      'text_editor_20250728',
      'str_replace_based_edit_tool',
      {
        properties: {
          command: { type: 'string', enum: ['view', 'create', 'str_replace', 'insert'] },
          path: { type: 'string' },
          view_range: { type: 'array', items: { type: 'integer' } },
          insert_line: { type: 'integer' },
        },
        required: ['command', 'path'],
      },
    ],
    [
      'memory_20250818',
      'memory',
      {
        properties: { command: { enum: ['view', 'create', 'str_replace', 'insert', 'delete', 'rename'] } },
        required: ['command'],
      },
    ],
  ])('knows the schema of %s, which is declared by type alone', (type, name, schema) => {
    expect(chat({ tools: [{ type }] }).tools).toEqual(chat({ tools: [{ type, name }] }).tools);
    expect(chat({ tools: [{ type, name: 'own_name' }] }).tools[0]?.name).toBe('own_name');
    expect(chat({ tools: [{ type }] }).tools[0]).toMatchObject({ name, inputSchema: { type: 'object', ...schema } });
  });

  it('reads every tool choice', () => {
    const tools = [
      { name: 'f', input_schema: { type: 'object' } },
      { type: 'web_search_20250305', name: 'web_search' },
    ];
    const choice = (tool_choice: unknown): unknown => chat({ tools, tool_choice }).toolChoice;
    expect(choice({ type: 'auto' })).toEqual({ type: 'auto' });
    expect(choice({ type: 'any' })).toEqual({ type: 'required' });
    expect(choice({ type: 'none' })).toEqual({ type: 'none' });
    expect(choice({ type: 'tool', name: 'f' })).toEqual({ type: 'tool', name: 'f' });
    expect(chat({ tools, tool_choice: { type: 'auto', disable_parallel_tool_use: true } }).parallelTools).toBe(false);
    expect(parse({ tools, tool_choice: { type: 'tool', name: 'web_search' } })).toMatchObject({
      chat: { toolChoice: { type: 'auto' } },
      ignored: ['tool_choice'],
    });
  });

  it('lists the parameters that have no effect', () => {
    const sampling = { temperature: 1, top_p: 0.9, top_k: 5 };
    const running = { service_tier: 'auto', speed: 'fast', inference_geo: 'eu', container: 'c' };
    const history = { context_management: {}, compaction: {}, fallbacks: {} };
    const fields = { ...sampling, ...running, ...history };
    expect(parse(fields).ignored).toEqual(Object.keys(fields));
    expect(parse({ ...fields, speed: null }).ignored).toHaveLength(9);
  });

  it('passes over fields and betas that it does not know', () => {
    expect(
      chat({ betas: ['x-2030'], brand_new: { a: 1 }, cache_control: { type: 'ephemeral' } }).messages,
    ).toHaveLength(1);
  });

  it('refuses a conversation that lives on the server so that the SDK sends it whole', () => {
    const error = refusal({ thread: { type: 'create' } });
    expect(anthropic.error(error, 'req_1')).toMatchObject({
      status: 400,
      body: {
        error: {
          type: 'invalid_request_error',
          details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
        },
      },
    });
    expect(chat({ thread: null }).messages).toHaveLength(1);
  });

  const message = (content: unknown): Fields => ({ messages: [{ role: 'user', content }] });
  it.each<[string, Fields]>([
    ['model', { model: 7 }],
    ['model', { model: '' }],
    ['messages', { messages: [] }],
    ['messages', { messages: 'Hi' }],
    ['messages', { messages: [{ role: 'system', content: [], output_config: { effort: 'low' } }] }],
    ['messages[0]', { messages: ['Hi'] }],
    ['messages[1].role', { messages: [...base.messages, { role: 'tool', content: 'x' }] }],
    ['messages[0].content', message(7)],
    ['messages[0].content[1]', message(['a', 7])],
    ['messages[0].content[0].text', message([{ type: 'text', text: 7 }])],
    ['messages[0].content[0].source', message([{ type: 'image' }])],
    ['messages[0].content[0].source.type', message([{ type: 'image', source: { type: 'ftp' } }])],
    ['messages[0].content[0].source.data', message([{ type: 'image', source: { type: 'base64' } }])],
    [
      'messages[0].content[0].source.url',
      message([{ type: 'image', source: { type: 'url', url: 'file:///etc/passwd' } }]),
    ],
    ['messages[0].content[0].source.file_id', message([{ type: 'image', source: { type: 'file', file_id: 'f' } }])],
    ['messages[0].content[0].id', message([{ type: 'tool_use', name: 'f' }])],
    ['messages[0].content[0].tool_use_id', message([{ type: 'tool_result', content: 'x' }])],
    [
      'messages[0].content[0].content[0].source.data',
      message([{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'image', source: { type: 'base64' } }] }]),
    ],
    [
      'messages[0].content[0].source.content[1].text',
      message([
        { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'a' }, { type: 'text' }] } },
      ]),
    ],
    ['messages[0].content[0].source.content', message([{ type: 'document', source: { type: 'content', content: 1 } }])],
    [
      'messages[0].content[0].content[0].source',
      message([{ type: 'search_result', source: 's', title: 't', content: [{ type: 'image' }] }]),
    ],
    [
      'messages[1].content[1].tool.name',
      {
        messages: [
          { role: 'user', content: 'Hi' },
          {
            role: 'system',
            content: [
              { type: 'text', text: 'a' },
              { type: 'tool_removal', tool: {} },
            ],
          },
        ],
      },
    ],
    [
      'messages[1].content[0].tool.definition.name',
      {
        messages: [
          { role: 'user', content: 'Hi' },
          {
            role: 'system',
            content: [
              {
                type: 'tool_addition',
                tool: { type: 'tool_definition', definition: { input_schema: {} } },
              },
            ],
          },
        ],
      },
    ],
    ['system', { system: 7 }],
    ['max_tokens', { max_tokens: -1 }],
    ['max_tokens', { max_tokens: 0 }],
    ['max_tokens', { max_tokens: 'many' }],
    ['stream', { stream: 'yes' }],
    ['stop_sequences[1]', { stop_sequences: ['a', 1] }],
    ['tools', { tools: {} }],
    ['tools[0].name', { tools: [{ input_schema: {} }] }],
    ['tools[0].input_schema', { tools: [{ name: 'f', input_schema: 'object' }] }],
    [
      'tools[1].name',
      {
        tools: [
          { name: 'f', input_schema: {} },
          { name: 'f', input_schema: { type: 'object' } },
        ],
      },
    ],
    ['tools[0].type', { tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] }],
    ['tool_choice', { tool_choice: { type: 'any' } }],
    ['tool_choice.name', { tool_choice: { type: 'tool', name: 'f' } }],
    ['tool_choice.type', { tool_choice: { type: 'maybe' } }],
    ['thinking.type', { thinking: {} }],
    ['output_config.format.type', { output_config: { format: { type: 'xml' } } }],
    ['output_config.format.schema', { output_config: { format: { type: 'json_schema' } } }],
    ['mcp_servers', { mcp_servers: [{ url: 'https://x' }] }],
  ])('names %s when it is wrong in %j', (param, fields) => {
    const error = refusal(fields);
    expect(['invalid', 'unsupported']).toContain(error.kind);
    expect(error.param).toBe(param);
    expect(error.message).not.toContain('undefined');
    expect(error.message).toMatch(new RegExp(`^${param.replace(/[[\].]/g, '\\$&')}: .`));
  });

  it.each([undefined, null, 7, 'text', []])('refuses a body that is %j', body => {
    expect(() => anthropic.parse(body, noHeaders)).toThrow('must be a JSON object');
  });

  it.each([
    [{ messages: undefined }, 'messages: is missing: must be a list'],
    [{ messages: 'Hi' }, 'messages: must be a list'],
    [{ model: 7 }, 'model: must be a string'],
    [{ output_config: [] }, 'output_config: must be an object'],
    [{ max_tokens: 0 }, 'max_tokens: 0 asks to fill a cache, which the service does by itself'],
    [{ max_tokens: 1.5 }, 'max_tokens: must be a whole number above 0'],
  ])('says of %j: %s', (fields, message) => {
    expect(refusal(fields).message).toBe(message);
  });

  it('reads a body that is nested as deep as it may be, and not one level deeper', () => {
    const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(chat({ unknown: deep(255) }).messages).toHaveLength(1);
    expect(refusal({ unknown: deep(256) }).message).toBe('The request body is nested over 256 levels deep.');
  });

  it('names the hosted tool that nobody here can run', () => {
    expect(refusal({ tools: [{ type: 'computer_20251124', name: 'computer' }] })).toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('"computer" (computer_20251124)'),
    });
  });
});
