import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../../src/core/chat.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { openaiChat } from '../../../src/dialects/openai-chat/index.ts';
import type { ChatCall } from '../../../src/dialects/openai-chat/request.ts';
import { noHeaders } from '../../support/answers.ts';

type Fields = Record<string, unknown>;
const base = { model: 'claude-sonnet-4.5', messages: [{ role: 'user', content: 'Hi' }] };
const parse = (fields: Fields, headers: Record<string, string> = {}): ChatCall =>
  openaiChat.parse({ ...base, ...fields }, name => headers[name]);
const chat = (fields: Fields, headers?: Record<string, string>): ChatRequest => parse(fields, headers).chat;
const messages = (...list: unknown[]): ChatRequest['messages'] => chat({ messages: list }).messages;
const refusal = (fields: Fields): ChatError => {
  try {
    parse(fields);
  } catch (thrown) {
    if (thrown instanceof ChatError) return thrown;
    throw thrown;
  }
  throw new Error('accepted');
};
const text = (words: string) => ({ type: 'text', text: words });
const functionTool = (name: string) => ({ type: 'function', function: { name, parameters: { type: 'object' } } });

describe('a request of the Chat Completions API', () => {
  it('is read with its model, messages, limit and stop sequences', () => {
    expect(parse({ max_tokens: 5, stop: 'END', stream: true, stream_options: { include_usage: true } })).toEqual({
      chat: {
        model: 'claude-sonnet-4.5',
        messages: [{ role: 'user', content: [text('Hi')] }],
        paths: ['messages[0]'],
        tools: [],
        toolChoice: { type: 'auto' },
        parallelTools: true,
        stop: ['END'],
        maxTokens: 5,
      },
      stream: true,
      ignored: [],
      names: expect.objectContaining({ maxTokens: 'max_tokens', toolChoice: 'tool_choice' }),
      includeUsage: true,
      custom: new Set(),
      legacy: false,
    });
  });

  it('passes over optional fields that are null', () => {
    const names = ['max_tokens', 'stop', 'tools', 'tool_choice', 'functions', 'function_call', 'response_format', 'n'];
    const more = ['reasoning_effort', 'stream', 'stream_options', 'parallel_tool_calls', 'modalities', 'text', 'input'];
    const { chat } = parse(Object.fromEntries([...names, ...more, 'temperature'].map(name => [name, null])));
    expect(chat).toMatchObject({ tools: [], toolChoice: { type: 'auto' }, stop: [], parallelTools: true });
  });

  it('prefers max_completion_tokens, and reads stop as a list too', () => {
    expect(chat({ max_completion_tokens: 7, max_tokens: 5, stop: ['a', '', 'b'] })).toMatchObject({
      maxTokens: 7,
      stop: ['a', 'b'],
    });
  });

  it('reads system and developer messages wherever they stand', () => {
    expect(
      messages(
        { role: 'developer', content: 'One.' },
        { role: 'user', content: 'Hi' },
        { role: 'system', content: [{ type: 'text', text: 'Two.' }] },
      ).map(({ role }) => role),
    ).toEqual(['system', 'user', 'system']);
  });

  it('reads the parts of a user message', () => {
    expect(
      messages({
        role: 'user',
        content: [
          { type: 'text', text: 'See', cache_control: { type: 'ephemeral' } },
          { type: 'input_text', text: 'this' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'high' } },
          { type: 'image_url', image_url: 'https://example.com/a.png' },
          { type: 'input_image', image_url: 'data:image/jpeg;base64,/9j/' },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
          { type: 'input_file', filename: 'b.txt', file_data: 'aGk=' },
          { type: 'file', file: { file_data: 'data:image/png;base64,AAAA' } },
          { type: 'output_text', text: 'out' },
        ],
      })[0]?.content,
    ).toEqual([
      text('See'),
      text('this'),
      { type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } },
      { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
      { type: 'image', source: { kind: 'base64', data: '/9j/', mediaType: 'image/jpeg' } },
      { type: 'document', title: 'a.pdf', source: { kind: 'base64', data: 'JVBE', mediaType: 'application/pdf' } },
      { type: 'document', title: 'b.txt', source: { kind: 'base64', data: 'aGk=' } },
      { type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } },
      text('out'),
    ]);
  });

  it('reads tool results whose parts are of every form', () => {
    const [message] = messages({
      role: 'tool',
      tool_call_id: 'a',
      content: [
        'plain',
        { type: 'output_text', text: 'out' },
        { type: 'refusal', refusal: 'no' },
        { type: 'file', file: { file_data: 'aGk=' } },
        { type: 'input_file', file_url: 'https://example.com/a.pdf' },
        { type: 'image', data: 'AAAA', mimeType: 'image/png' },
        { type: 'tool_use', id: 'x', name: 'f', input: {} },
      ],
    });
    expect(message?.content).toEqual([
      {
        type: 'tool-result',
        id: 'a',
        isError: false,
        content: [
          text('plain'),
          text('out'),
          text('no'),
          { type: 'document', source: { kind: 'base64', data: 'aGk=' } },
          { type: 'document', source: { kind: 'url', url: 'https://example.com/a.pdf' } },
          { type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } },
          text('[tool_use] {"id":"x","name":"f","input":{}}'),
        ],
      },
    ]);
  });

  it('reads tool calls and their results, whatever stands between them', () => {
    expect(
      messages(
        { role: 'user', content: 'Look.' },
        {
          role: 'assistant',
          content: null,
          refusal: null,
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'read', arguments: '{"path":"/a"}' } },
            { id: 'b', type: 'function', function: { name: 'list', arguments: '' } },
          ],
        },
        { role: 'assistant', content: 'One moment.' },
        { role: 'tool', tool_call_id: 'b', content: 'x y' },
        {
          role: 'tool',
          tool_call_id: 'a',
          content: [
            { type: 'text', text: 'z' },
            { type: 'image_url', image_url: { url: 'https://i' } },
          ],
        },
      ).slice(1),
    ).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'tool-call', id: 'a', name: 'read', input: { path: '/a' } },
          { type: 'tool-call', id: 'b', name: 'list', input: {} },
        ],
      },
      { role: 'assistant', content: [text('One moment.')] },
      { role: 'user', content: [{ type: 'tool-result', id: 'b', content: [text('x y')], isError: false }] },
      {
        role: 'user',
        content: [
          {
            type: 'tool-result',
            id: 'a',
            content: [text('z'), { type: 'image', source: { kind: 'url', url: 'https://i' } }],
            isError: false,
          },
        ],
      },
    ]);
  });

  it('reads calls of several rounds in one message', () => {
    const calls = ['a', 'b', 'c'].map(id => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } }));
    const results = ['a', 'b', 'c'].map(id => ({ role: 'tool', tool_call_id: id, content: id }));
    const read = messages({ role: 'assistant', content: 'So.', tool_calls: calls }, ...results);
    expect(read[0]?.content.map(block => block.type)).toEqual(['text', 'tool-call', 'tool-call', 'tool-call']);
    expect(read).toHaveLength(4);
  });

  it('reads calls that are flat, have objects for arguments, or have no id', () => {
    const [message] = messages({
      role: 'assistant',
      tool_calls: [
        { call_id: 'a', name: 'f', arguments: '{"x":1}' },
        { id: 'b', type: 'function', function: { name: 'f', arguments: { x: 2 } } },
        { id: 'c', type: 'function', function: { name: 'f', arguments: null } },
        { type: 'function', function: { name: 'f' } },
        { id: 'e', type: 'custom', name: 'p', input: 'raw' },
      ],
    });
    expect(message?.content).toEqual([
      { type: 'tool-call', id: 'a', name: 'f', input: { x: 1 } },
      { type: 'tool-call', id: 'b', name: 'f', input: { x: 2 } },
      { type: 'tool-call', id: 'c', name: 'f', input: {} },
      { type: 'tool-call', id: 'call_messages_0_tool_calls_3', name: 'f', input: {} },
      { type: 'tool-call', id: 'e', name: 'p', input: { input: 'raw' } },
    ]);
  });

  it('mends broken arguments, keeps their text, and tells the model with the result', () => {
    const [assistant, user] = messages(
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":"y' } }] },
      { role: 'tool', tool_call_id: 'a', content: 'bad arguments' },
    );
    expect(assistant?.content).toEqual([{ type: 'tool-call', id: 'a', name: 'f', input: { x: 'y' }, json: '{"x":"y' }]);
    expect(user?.content).toEqual([
      {
        type: 'tool-result',
        id: 'a',
        content: [text(expect.stringContaining('mended')), text('bad arguments')],
        isError: false,
      },
    ]);
  });

  it('reads what the model thought, in every form in which clients keep it', () => {
    const thought = (fields: Fields): unknown =>
      messages({ role: 'assistant', content: 'Yes.', ...fields })[0]?.content[0];
    expect(thought({ reasoning_content: 'hm' })).toEqual({ type: 'reasoning', text: 'hm' });
    expect(thought({ reasoning: 'hm' })).toEqual({ type: 'reasoning', text: 'hm' });
    expect(
      thought({ reasoning_content: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm', signature: 's' }] }),
    ).toEqual({
      type: 'reasoning',
      text: 'hm',
      signature: 's',
    });
    expect(thought({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'ZW5j' }] })).toEqual({
      type: 'reasoning',
      text: '',
      redacted: 'ZW5j',
    });
    expect(thought({ reasoning_content: '', reasoning_details: [] })).toEqual(text('Yes.'));
  });

  it('keeps the pages that an answer cited', () => {
    const url_citation = { url: 'https://t', title: 'T', start_index: 0, end_index: 3 };
    const part = { type: 'text', text: 'So.', annotations: [{ type: 'url_citation', url_citation }] };
    const read = [{ type: 'text', text: 'So.', citations: [{ url: 'https://t', title: 'T' }] }];
    expect(messages({ role: 'assistant', content: [part] })[0]?.content).toEqual(read);
    expect(messages({ role: 'assistant', content: 'So.', annotations: part.annotations })[0]?.content).toEqual(read);
    expect(messages({ role: 'assistant', content: 'So.', annotations: [] })[0]?.content).toEqual([text('So.')]);
  });

  it('reads a refusal as what the assistant said', () => {
    expect(messages({ role: 'assistant', content: null, refusal: 'No.' })[0]?.content).toEqual([text('No.')]);
    expect(messages({ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] })[0]?.content).toEqual([
      text('No.'),
    ]);
  });

  it('reads blocks of the Messages API inside chat messages', () => {
    expect(
      messages(
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: 'ok' },
            { type: 'text', text: 'Go on.' },
          ],
        },
        { role: 'tool', content: [{ type: 'tool_result', tool_use_id: 'b', content: 'late' }] },
        { role: 'assistant', content: [] },
      ),
    ).toEqual([
      { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'f', input: { x: 1 } }] },
      {
        role: 'user',
        content: [{ type: 'tool-result', id: 'a', content: [text('ok')], isError: false }, text('Go on.')],
      },
      { role: 'user', content: [{ type: 'tool-result', id: 'b', content: [text('late')], isError: false }] },
      { role: 'assistant', content: [] },
    ]);
  });

  it('reads once what a client says in blocks and beside them', () => {
    const [said] = messages({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 's' },
        { type: 'tool_use', id: 'a', name: 'f', input: {} },
      ],
      reasoning_content: 'hm',
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
        { id: 'a', type: 'function', function: { name: 'f', arguments: '{"other":1}' } },
        { id: 'b', type: 'function', function: { name: 'f', arguments: '{}' } },
      ],
    });
    expect(said?.content).toEqual([
      { type: 'reasoning', text: 'hm', signature: 's' },
      { type: 'tool-call', id: 'a', name: 'f', input: {} },
      { type: 'tool-call', id: 'a', name: 'f', input: { other: 1 } },
      { type: 'tool-call', id: 'b', name: 'f', input: {} },
    ]);
  });

  it('reads the functions that came before tools, and pairs results by name', () => {
    const { chat, legacy } = parse({
      functions: [{ name: 'f', description: 'F.', parameters: { type: 'object' } }],
      function_call: { name: 'f' },
      messages: [
        { role: 'user', content: 'Do.' },
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{"x":1}' } },
        { role: 'function', name: 'f', content: 'done' },
      ],
    });
    expect(legacy).toBe(true);
    expect(chat).toMatchObject({
      tools: [{ name: 'f', description: 'F.', inputSchema: { type: 'object' } }],
      toolChoice: { type: 'tool', name: 'f' },
      parallelTools: false,
    });
    expect(chat.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    const [, call, result] = chat.messages.map(message => message.content[0]);
    expect(call).toMatchObject({ type: 'tool-call', name: 'f', input: { x: 1 } });
    expect(result).toMatchObject({ type: 'tool-result', content: [text('done')] });
    expect((call as { id: string }).id).toBe((result as { id: string }).id);
  });

  it('reads a body in the shape of the Responses API', () => {
    const { chat } = parse({
      messages: undefined,
      instructions: 'Be brief.',
      max_output_tokens: 9,
      input: [
        { role: 'developer', content: [{ type: 'input_text', text: 'Dev.' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Do.' }] },
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
        { type: 'function_call', call_id: 'a', name: 'f', arguments: '{"x":1}' },
        { type: 'function_call_output', call_id: 'a', output: 'done' },
        { type: 'custom_tool_call', call_id: 'b', name: 'patch', input: '*** Begin' },
        { type: 'custom_tool_call_output', call_id: 'b', output: [{ type: 'input_text', text: 'ok' }] },
        { type: 'hologram', depth: 3 },
      ],
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' } }],
    });
    expect(chat.maxTokens).toBe(9);
    expect(chat.tools).toEqual([{ name: 'f', description: '', inputSchema: { type: 'object' } }]);
    expect(chat.messages).toEqual([
      { role: 'system', content: [text('Be brief.')] },
      { role: 'system', content: [text('Dev.')] },
      { role: 'user', content: [text('Do.')] },
      { role: 'assistant', content: [{ type: 'reasoning', text: 'hm' }] },
      { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'f', input: { x: 1 } }] },
      { role: 'user', content: [{ type: 'tool-result', id: 'a', content: [text('done')], isError: false }] },
      { role: 'assistant', content: [{ type: 'tool-call', id: 'b', name: 'patch', input: { input: '*** Begin' } }] },
      { role: 'user', content: [{ type: 'tool-result', id: 'b', content: [text('ok')], isError: false }] },
      { role: 'assistant', content: [text('[hologram] {"depth":3}')] },
    ]);
    expect(parse({ messages: undefined, input: 'Hi' }).chat.messages).toEqual([
      { role: 'user', content: [text('Hi')] },
    ]);
  });

  it('reads tools nested, flat, in the form of the Messages API, and free-text ones', () => {
    const { chat, custom } = parse({
      tools: [
        { type: 'function', function: { name: 'a', description: 'A.', parameters: { type: 'object' }, strict: true } },
        { type: 'function', name: 'b', parameters: { type: 'object' } },
        { name: 'c', description: 'C.', input_schema: { type: 'object' } },
        { type: 'function', function: { name: 'd' } },
        {
          type: 'custom',
          custom: {
            name: 'e',
            description: 'E.',
            format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: /x/' } },
          },
        },
      ],
    });
    expect(chat.tools.slice(0, 4)).toEqual([
      { name: 'a', description: 'A.', inputSchema: { type: 'object' } },
      { name: 'b', description: '', inputSchema: { type: 'object' } },
      { name: 'c', description: 'C.', inputSchema: { type: 'object' } },
      { name: 'd', description: '', inputSchema: {} },
    ]);
    expect(chat.tools[4]).toMatchObject({ name: 'e', inputSchema: { required: ['input'] } });
    expect(chat.tools[4]?.description).toBe('E.\n\nThe input must follow this lark grammar:\nstart: /x/');
    expect(custom).toEqual(new Set(['e']));
    const schema = { type: 'object', properties: { q: { type: 'string' } } };
    const own = parse({ tools: [{ type: 'web_search', name: 'web_search', parameters: schema }] }).chat;
    expect([own.tools[0]?.inputSchema, own.search]).toEqual([schema, undefined]);
  });

  it('reads every tool choice', () => {
    const tools = [functionTool('f'), functionTool('g')];
    const choice = (tool_choice: unknown): unknown => chat({ tools, tool_choice }).toolChoice;
    for (const type of ['auto', 'none', 'required'] as const) expect(choice(type)).toEqual({ type });
    expect(choice('any')).toEqual({ type: 'required' });
    expect(choice({ type: 'any' })).toEqual({ type: 'required' });
    expect(choice({ type: 'function', function: { name: 'f' } })).toEqual({ type: 'tool', name: 'f' });
    expect(choice({ type: 'function', name: 'g' })).toEqual({ type: 'tool', name: 'g' });
    expect(choice({ type: 'tool', name: 'g' })).toEqual({ type: 'tool', name: 'g' });
    const allowed = { mode: 'required', tools: [{ type: 'function', function: { name: 'g' } }] };
    expect(chat({ tools, tool_choice: { type: 'allowed_tools', allowed_tools: allowed } })).toMatchObject({
      tools: [{ name: 'g' }],
      toolChoice: { type: 'required' },
    });
    expect(chat({ tools, parallel_tool_calls: false }).parallelTools).toBe(false);
  });

  it('reads effort and thinking in every form', () => {
    expect(chat({ reasoning_effort: 'HIGH' }).effort).toBe('high');
    expect(chat({ reasoning: { effort: 'low' } }).effort).toBe('low');
    expect(chat({ reasoning_effort: 'high' }).thinking).toEqual({ mode: 'adaptive', display: 'summarized' });
    expect(chat({ reasoning_effort: 'none' }).thinking).toEqual({ mode: 'disabled' });
    expect(chat({}).thinking).toBeUndefined();
    expect(chat({ reasoning: { max_tokens: 2000 } }).thinking).toEqual({ mode: 'enabled', budget: 2000 });
    expect(chat({ reasoning: { enabled: false } }).thinking).toEqual({ mode: 'disabled' });
    expect(chat({ thinking: { type: 'enabled', budget_tokens: 1024 } }).thinking).toEqual({
      mode: 'enabled',
      budget: 1024,
    });
  });

  it('reads the format of the answer', () => {
    const schema = { type: 'object' };
    expect(chat({ response_format: { type: 'text' } }).format).toBeUndefined();
    expect(chat({ response_format: { type: 'json_object' } }).format).toEqual({ type: 'json-object' });
    expect(
      chat({ response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } } }).format,
    ).toEqual({
      type: 'json-schema',
      name: 'x',
      schema,
    });
    expect(chat({ text: { format: { type: 'json_schema', name: 'y', schema } } }).format).toEqual({
      type: 'json-schema',
      name: 'y',
      schema,
    });
  });

  it('searches the web when asked by option or by tool', () => {
    expect(chat({ web_search_options: { search_context_size: 'low' } }).search).toEqual({});
    expect(chat({ tools: [{ type: 'web_search', filters: { allowed_domains: ['bun.sh'] } }] }).search).toEqual({
      allowedDomains: ['bun.sh'],
    });
  });

  it('leaves the search to the model, whatever the tool choice', () => {
    const tools = [{ type: 'web_search' }];
    expect(parse({ tools, tool_choice: 'required' })).toMatchObject({
      chat: { toolChoice: { type: 'auto' } },
      ignored: ['tool_choice'],
    });
    expect(chat({ tools, tool_choice: 'any' }).toolChoice).toEqual({ type: 'auto' });
    expect(chat({ tools, tool_choice: { type: 'web_search_preview' } }).toolChoice).toEqual({ type: 'auto' });
    expect(chat({ tools: [...tools, functionTool('f')], tool_choice: 'required' }).toolChoice).toEqual({
      type: 'required',
    });
  });

  it.each([
    ['prompt_cache_key', 'key', { prompt_cache_key: 'key', user: 'u' }, { 'session-id': 's' }],
    ['a header', 's', { user: 'u' }, { 'session-id': 's' }],
    ['the user', 'u', { user: 'u' }, {}],
    ['nothing', undefined, {}, {}],
  ])('takes the session from %s', (_, session, fields, headers: Record<string, string>) => {
    expect(chat(fields, headers).session).toBe(session);
  });

  it.each(['session-id', 'session_id', 'thread-id', 'x-session-id', 'x-session-affinity'])(
    'takes the session from the header %s',
    name => {
      expect(chat({}, { [name]: 's' }).session).toBe('s');
    },
  );

  it('lists the parameters that have no effect, and none that asks for nothing', () => {
    const sampling = { temperature: 0, top_p: 1, top_k: 3, frequency_penalty: 0, presence_penalty: 0, seed: 3 };
    const running = { logit_bias: {}, service_tier: 'auto', store: true, metadata: {}, prediction: {} };
    const words = { verbosity: 'low', safety_identifier: 'x', moderation: {} };
    const fields: Fields = { ...sampling, ...running, ...words };
    expect(parse(fields).ignored.toSorted()).toEqual(Object.keys(fields).toSorted());
    expect(parse({ temperature: null, store: false, top_logprobs: 0, logprobs: false, n: 1 }).ignored).toEqual([]);
  });

  it.each([
    [{ max_completion_tokens: 5, max_tokens: 6 }, { maxTokens: 'max_completion_tokens' }],
    [{ max_completion_tokens: null, max_tokens: 6 }, { maxTokens: 'max_tokens' }],
    [{ max_output_tokens: 5 }, { maxTokens: 'max_output_tokens' }],
    [{ reasoning_effort: 'none' }, { effort: 'reasoning_effort', thinking: 'reasoning_effort' }],
    [{ reasoning: { effort: 'none' } }, { effort: 'reasoning.effort', thinking: 'reasoning.effort' }],
    [{ reasoning: { enabled: false } }, { thinking: 'reasoning.enabled' }],
    [
      { thinking: { type: 'disabled' }, reasoning_effort: 'low' },
      { effort: 'reasoning_effort', thinking: 'thinking' },
    ],
    [{ functions: [] }, { toolChoice: 'function_call' }],
    [{ tools: [] }, { toolChoice: 'tool_choice' }],
  ])('remembers what the client calls its wishes: %j', (fields, names) => {
    expect(parse(fields as Fields).names).toMatchObject(names);
  });

  const user = (content: unknown): Fields => ({ messages: [{ role: 'user', content }] });
  it.each<[string, Fields]>([
    ['model', { model: undefined }],
    ['messages', { messages: undefined }],
    ['messages', { messages: [] }],
    ['input', { messages: undefined, input: [] }],
    ['input', { messages: undefined, input: 7 }],
    ['messages[0].role', { messages: [{ content: 'x' }] }],
    ['messages[0].content', user(7)],
    ['messages[0].content[0].image_url', user([{ type: 'image_url' }])],
    ['messages[0].content[0].image_url', user([{ type: 'image_url', image_url: { url: 'ftp://x' } }])],
    ['messages[0].content[0]', user([{ type: 'input_audio', input_audio: { data: 'x' } }])],
    ['messages[0].content[0]', user([{ type: 'video_url', video_url: { url: 'https://x' } }])],
    ['messages[0].content[0].file.file_id', user([{ type: 'file', file: { file_id: 'f' } }])],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[0].tool_calls', { messages: [{ role: 'assistant', tool_calls: {} }] }],
    [
      'messages[0].tool_calls[0].function.name',
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'a', function: {} }] }] },
    ],
    [
      'messages[0].tool_calls[0].function.arguments',
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: 7 } }] }] },
    ],
    ['input[0].content', { messages: undefined, input: [{ role: 'user', content: 7 }] }],
    ['max_tokens', { max_tokens: 0 }],
    ['max_completion_tokens', { max_completion_tokens: 1.5 }],
    ['stop', { stop: 7 }],
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['top_logprobs', { top_logprobs: 3 }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['tools[0].type', { tools: [{ type: 'image_generation' }] }],
    ['tools[0].function.name', { tools: [{ type: 'function', function: {} }] }],
    ['tool_choice', { tool_choice: 'required' }],
    ['tool_choice', { tool_choice: 'perhaps' }],
    ['tool_choice', { tools: [functionTool('f')], tool_choice: { type: 'function', function: { name: 'g' } } }],
    ['response_format.type', { response_format: { type: 'xml' } }],
    ['response_format.json_schema.schema', { response_format: { type: 'json_schema', json_schema: { schema: 1 } } }],
    ['text.format.type', { text: { format: { type: 'xml' } } }],
    ['reasoning_effort', { reasoning_effort: 3 }],
    ['stream_options.include_usage', { stream_options: { include_usage: 'yes' } }],
  ])('names %s when it is wrong in %j', (param, fields) => {
    const error = refusal(fields);
    expect(['invalid', 'unsupported']).toContain(error.kind);
    expect(error.param).toBe(param);
    expect(error.message.startsWith(`${param}: `)).toBe(true);
    expect(error.message).not.toContain('undefined');
  });

  it('gives equal requests equal conversations', () => {
    const fields = {
      messages: [
        { role: 'assistant', function_call: { name: 'f', arguments: '{' } },
        { role: 'function', name: 'f', content: 'x' },
      ],
    };
    expect(JSON.stringify(openaiChat.parse({ ...base, ...fields }, noHeaders).chat)).toBe(
      JSON.stringify(openaiChat.parse({ ...base, ...structuredClone(fields) }, noHeaders).chat),
    );
  });
});
