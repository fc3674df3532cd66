import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../../src/core/chat.ts';
import { ChatError } from '../../../src/core/errors.ts';
import { openaiResponses, type ResponsesCall } from '../../../src/dialects/openai-responses/index.ts';
import { noHeaders } from '../../support/answers.ts';

function parse(body: object, headers: Record<string, string> = {}): ResponsesCall {
  return openaiResponses.parse({ model: 'm', input: 'hi', ...body }, name => headers[name]);
}
const chatOf = (body: object): ChatRequest => parse(body).chat;
const messagesOf = (...input: unknown[]): ChatRequest['messages'] => chatOf({ input }).messages;

function errorOf(body: unknown): ChatError {
  try {
    openaiResponses.parse(body, noHeaders);
  } catch (thrown) {
    if (thrown instanceof ChatError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was refused');
}

const picture = 'data:image/png;base64,aGk=';

describe('a request of the Responses API', () => {
  it('reads a plain text', () => {
    expect(chatOf({ instructions: 'Be brief.' })).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
      ],
      paths: ['instructions', 'input'],
      tools: [],
      toolChoice: { type: 'auto' },
      parallelTools: true,
      stop: [],
    });
  });

  it('reads messages of all roles, with and without their type, and keeps their order', () => {
    const input = [
      { role: 'developer', content: 'd' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'u' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a', annotations: [] }] },
      { role: 'system', content: [{ type: 'input_text', text: 's' }] },
      { role: 'user', content: 'w' },
    ];
    expect(messagesOf(...input).map(({ role, content }) => [role, content])).toEqual([
      ['system', [{ type: 'text', text: 'd' }]],
      ['user', [{ type: 'text', text: 'u' }]],
      ['assistant', [{ type: 'text', text: 'a' }]],
      ['system', [{ type: 'text', text: 's' }]],
      ['user', [{ type: 'text', text: 'w' }]],
    ]);
  });

  it('reads pictures and files in every form', () => {
    const content = [
      { type: 'input_text', text: 'look' },
      { type: 'input_image', detail: 'auto', image_url: picture },
      { type: 'input_image', image_url: 'https://x.example/a.png' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' },
      { type: 'input_file', file_url: 'https://x.example/a.pdf' },
    ];
    expect(messagesOf({ role: 'user', content })[0]?.content).toEqual([
      { type: 'text', text: 'look' },
      { type: 'image', source: { kind: 'base64', data: 'aGk=', mediaType: 'image/png' } },
      { type: 'image', source: { kind: 'url', url: 'https://x.example/a.png' } },
      { type: 'document', source: { kind: 'base64', data: 'JVBERg==', mediaType: 'application/pdf' }, title: 'a.pdf' },
      { type: 'document', source: { kind: 'url', url: 'https://x.example/a.pdf' } },
    ]);
  });

  it('reads a refusal and the sources of an earlier answer', () => {
    const annotations = [{ type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 1 }];
    const content = [
      { type: 'output_text', text: 'x', annotations },
      { type: 'refusal', refusal: 'no' },
    ];
    expect(messagesOf({ role: 'assistant', content })[0]?.content).toEqual([
      { type: 'text', text: 'x', citations: [{ url: 'https://a.example', title: 'A' }] },
      { type: 'text', text: 'no' },
    ]);
  });

  it('joins what the model did into one message, and the results into one answer', () => {
    const input = [
      { role: 'user', content: 'go' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: null },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'on it' }] },
      { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'read', arguments: '{"path":"a"}' },
      { type: 'function_call', call_id: 'c2', name: 'read', arguments: '' },
      { type: 'function_call_output', call_id: 'c1', output: 'A' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [
          { type: 'input_text', text: 'B' },
          { type: 'input_image', image_url: picture },
        ],
      },
    ];
    expect(messagesOf(...input)).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'go' }] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm' },
          { type: 'text', text: 'on it' },
          { type: 'tool-call', id: 'c1', name: 'read', input: { path: 'a' } },
          { type: 'tool-call', id: 'c2', name: 'read', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool-result', id: 'c1', content: [{ type: 'text', text: 'A' }], isError: false },
          {
            type: 'tool-result',
            id: 'c2',
            content: [
              { type: 'text', text: 'B' },
              { type: 'image', source: { kind: 'base64', data: 'aGk=', mediaType: 'image/png' } },
            ],
            isError: false,
          },
        ],
      },
    ]);
  });

  it('tells the model when the arguments of an earlier call were broken', () => {
    const [, result] = messagesOf(
      { type: 'function_call', call_id: 'c1', name: 'read', arguments: '{"path": "a' },
      { type: 'function_call_output', call_id: 'c1', output: 'A' },
    );
    const block = result?.content[0];
    if (block?.type !== 'tool-result') throw new Error('no result');
    expect(block.content).toEqual([
      { type: 'text', text: expect.stringMatching(/broken JSON/) },
      { type: 'text', text: 'A' },
    ]);
  });

  it('takes a failed output in the old form as a failure', () => {
    const [, result] = messagesOf(
      { type: 'function_call', call_id: 'c1', name: 'read', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: { content: 'no such file', success: false } },
    );
    expect(result?.content[0]).toMatchObject({ isError: true, content: [{ text: 'no such file' }] });
  });

  it('keeps the output of a tool that answers no call as words of the user', () => {
    const [message] = messagesOf({ type: 'function_call_output', name: 'monitor', output: 'build done' });
    expect(message).toEqual({
      role: 'user',
      content: [
        { type: 'text', text: '[Output of monitor]' },
        { type: 'text', text: 'build done' },
      ],
    });
  });

  it('reads an earlier search with what it found', () => {
    const [message] = messagesOf({
      type: 'web_search_call',
      id: 'ws_1',
      status: 'completed',
      action: { type: 'search', query: 'q', sources: [{ type: 'url', url: 'https://a.example' }] },
    });
    expect(message).toEqual({
      role: 'assistant',
      content: [
        { type: 'search', id: 'ws_1', query: 'q', results: [{ title: 'https://a.example', url: 'https://a.example' }] },
      ],
    });
  });

  it('reads searches of other services, which may tell little', () => {
    const searchOf = (fields: object): unknown => messagesOf({ role: 'user', content: 'x' }, fields)[1]?.content[0];
    const item = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    expect(searchOf({ ...item, action: { type: 'search', query: 'q' } })).toMatchObject({ query: 'q', results: [] });
    expect(searchOf({ ...item, action: { type: 'search', queries: ['p', 'q'] } })).toMatchObject({ query: 'p' });
    expect(searchOf({ ...item, action: { type: 'open_page', url: 'https://a' } })).toMatchObject({
      query: 'https://a',
    });
    expect(searchOf({ ...item, action: { type: 'find_in_page', url: 'u', pattern: 'w' } })).toMatchObject({
      query: 'w',
    });
    expect(searchOf({ ...item, status: 'failed', action: { type: 'search', query: 'q' } })).toMatchObject({
      error: 'unavailable',
    });
    expect(searchOf(item)).toBeUndefined();
  });

  it('shows the screenshot of a computer as a picture', () => {
    const output = { type: 'computer_screenshot', image_url: picture };
    expect(messagesOf({ type: 'computer_call_output', call_id: 'c', output })[0]?.content).toEqual([
      { type: 'text', text: '[computer_call_output] {"call_id":"c"}' },
      { type: 'image', source: { kind: 'base64', data: 'aGk=', mediaType: 'image/png' } },
    ]);
    const elsewhere = { type: 'computer_call_output', call_id: 'c', output: { image_url: 'https://x' } };
    expect(messagesOf(elsewhere)[0]?.content).toHaveLength(1);
  });

  it('reads instructions that are items', () => {
    const instructions = [
      { role: 'developer', content: [{ type: 'input_text', text: 'a' }] },
      { type: 'message', role: 'system', content: 'b' },
    ];
    expect(chatOf({ instructions }).messages.slice(0, 2)).toEqual([
      { role: 'system', content: [{ type: 'text', text: 'a' }] },
      { role: 'system', content: [{ type: 'text', text: 'b' }] },
    ]);
  });

  it('lets nothing of unknown items get lost, and shows pictures as pictures', () => {
    const [message] = messagesOf(
      { type: 'mcp_call', id: 'm1', server_label: 's', name: 'n', arguments: '{}', output: 'out' },
      { type: 'image_generation_call', id: 'ig', status: 'completed', result: 'iVBORw==', revised_prompt: 'a cat' },
    );
    expect(message?.role).toBe('user');
    expect(message?.content).toEqual([
      { type: 'text', text: '[mcp_call] {"server_label":"s","name":"n","arguments":"{}","output":"out"}' },
    ]);
    const all = messagesOf({ type: 'image_generation_call', id: 'i', result: 'iVBORw==', revised_prompt: 'a cat' });
    expect(all[0]?.content).toEqual([
      { type: 'text', text: '[image_generation_call] {"revised_prompt":"a cat"}' },
      { type: 'image', source: { kind: 'base64', data: 'iVBORw==' } },
    ]);
  });

  it('reads effort and thinking', () => {
    expect(chatOf({ reasoning: { effort: 'High' } })).toMatchObject({ effort: 'high', thinking: { mode: 'adaptive' } });
    expect(chatOf({ reasoning: { effort: 'none' } })).toMatchObject({ effort: 'none', thinking: { mode: 'disabled' } });
    expect(chatOf({ reasoning: { effort: 'low', summary: 'auto' } })).toMatchObject({
      thinking: { mode: 'adaptive', display: 'summarized' },
    });
    for (const reasoning of [null, {}, { effort: null, summary: null }, { summary: 'auto' }]) {
      const chat = chatOf({ reasoning });
      expect(chat).not.toHaveProperty('effort');
      expect(chat).not.toHaveProperty('thinking');
    }
  });

  it('lets a change of effort in the conversation count', () => {
    const input = [
      { role: 'user', content: 'x' },
      { type: 'configuration_update', reasoning: { effort: 'low' } },
    ];
    expect(chatOf({ input, reasoning: { effort: 'high' } }).effort).toBe('low');
    for (const reasoning of [null, undefined, { effort: null }]) {
      const unchanged = [...input, { type: 'configuration_update', reasoning }];
      expect(chatOf({ input: unchanged }).effort).toBe('low');
    }
  });

  it('reads the wanted format', () => {
    const schema = { type: 'object', properties: {} };
    expect(chatOf({ text: { format: { type: 'json_schema', name: 'n', strict: true, schema } } }).format).toEqual({
      type: 'json-schema',
      name: 'n',
      schema,
    });
    expect(chatOf({ text: { format: { type: 'json_schema', json_schema: { schema } } } }).format).toEqual({
      type: 'json-schema',
      name: 'answer',
      schema,
    });
    expect(chatOf({ text: { format: { type: 'json_object' } } }).format).toEqual({ type: 'json-object' });
    expect(chatOf({ text: { format: { type: 'text' } } })).not.toHaveProperty('format');
  });

  it('finds a stable name of the conversation', () => {
    expect(parse({ prompt_cache_key: 'k' }, { 'session-id': 's' }).chat.session).toBe('k');
    for (const name of ['thread-id', 'thread_id', 'session-id', 'session_id', 'conversation-id', 'conversation_id']) {
      expect(parse({}, { [name]: 'v' }).chat.session).toBe('v');
    }
    expect(parse({}).chat).not.toHaveProperty('session');
  });

  it('says which parameters have no effect', () => {
    const body = {
      ...{ temperature: 0.1, top_p: 1, truncation: 'auto', service_tier: 'flex', user: 'u', safety_identifier: 's' },
      ...{ text: { verbosity: 'low' }, unheard_of: true, top_logprobs: 0, metadata: {}, prompt_cache_retention: null },
    };
    expect(parse(body).ignored).toEqual([
      ...['temperature', 'top_p', 'truncation', 'service_tier', 'safety_identifier', 'user', 'text.verbosity'],
    ]);
    expect(parse({}).ignored).toEqual([]);
  });

  it('remembers what the client calls its wishes', () => {
    const effort = 'reasoning.effort';
    expect(parse({}).names).toEqual({ maxTokens: 'max_output_tokens', effort, thinking: effort });
  });

  it('treats null like nothing, everywhere', () => {
    const nothing = {
      ...{ instructions: null, tools: null, tool_choice: null, reasoning: null, text: null, include: null },
      ...{ max_output_tokens: null, metadata: null, parallel_tool_calls: null, previous_response_id: null },
      ...{ prompt_cache_key: null, store: null, stream: null, max_tool_calls: null, background: null, prompt: null },
    };
    const call = parse(nothing);
    expect(call.chat).toEqual(parse({}).chat);
    expect(call).toMatchObject({ stream: false, stores: true });
  });

  it.each([
    ['{"input":"hi"}', 'model'],
    ['{"model":7,"input":"hi"}', 'model'],
    ['{"model":"m"}', 'input'],
    ['{"model":"m","input":""}', 'input'],
    ['{"model":"m","input":[]}', 'input'],
    ['{"model":"m","input":7}', 'input'],
    ['{"model":"m","input":[7]}', 'input[0]'],
    ['{"model":"m","input":[{}]}', 'input[0].type'],
    ['{"model":"m","input":[{"role":"wizard","content":"x"}]}', 'input[0].role'],
    ['{"model":"m","input":[{"role":"user","content":7}]}', 'input[0].content'],
    ['{"model":"m","input":[{"role":"user","content":[{"type":"input_text"}]}]}', 'input[0].content[0].text'],
    [
      '{"model":"m","input":[{"role":"user","content":[{"type":"input_image","image_url":"x"}]}]}',
      'input[0].content[0].image_url',
    ],
    ['{"model":"m","input":[{"type":"function_call","name":"n","arguments":"{}"}]}', 'input[0].call_id'],
    ['{"model":"m","input":[{"type":"function_call","call_id":"c","arguments":"{}"}]}', 'input[0].name'],
    ['{"model":"m","input":[{"type":"function_call","call_id":"c","name":"n","arguments":7}]}', 'input[0].arguments'],
    [
      '{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":[{"type":"input_image","image_url":7}]}]}',
      'input[0].output[0].image_url',
    ],
    ['{"model":"m","input":"x","stream":"yes"}', 'stream'],
    ['{"model":"m","input":"x","max_output_tokens":-1}', 'max_output_tokens'],
    ['{"model":"m","input":"x","reasoning":"high"}', 'reasoning'],
    ['{"model":"m","input":"x","text":{"format":{"type":"json_schema","name":"n"}}}', 'text.format.schema'],
    ['{"model":"m","input":"x","tools":{}}', 'tools'],
    ['{"model":"m","input":"x","tools":[{"type":"function"}]}', 'tools[0].name'],
    ['{"model":"m","input":"x","tools":[{"type":"function","name":"f","parameters":7}]}', 'tools[0].parameters'],
    ['{"model":"m","input":"x","tools":[{"type":"namespace","name":"n"}]}', 'tools[0].tools'],
    ['{"model":"m","input":"x","tool_choice":"maybe"}', 'tool_choice'],
    ['{"model":"m","input":"x","tool_choice":"required"}', 'tool_choice'],
    ['{"model":"m","input":"x","tool_choice":{"type":"function","name":"f"}}', 'tool_choice.name'],
    ['{"model":"m","input":"x","previous_response_id":"resp_1"}', 'previous_response_id'],
    ['{"model":"m","input":[{"type":"item_reference","id":"msg_1"}]}', 'input[0].id'],
  ])('refuses %s and names the field', (body, param) => {
    const error = errorOf(JSON.parse(body));
    expect(error).toMatchObject({ kind: 'invalid', param });
    expect(error.message).toContain(param);
  });

  it.each([
    [{ background: true }, 'background'],
    [{ conversation: 'conv_1' }, 'conversation'],
    [{ prompt: { id: 'pmpt_1' } }, 'prompt'],
    [{ top_logprobs: 3 }, 'top_logprobs'],
    [{ include: ['message.output_text.logprobs'] }, 'include'],
    [{ text: { format: { type: 'grammar' } } }, 'text.format.type'],
    [{ input: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, 'input[0].content[0]'],
    [{ input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] }, 'input[0].content[0].file_id'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] }, 'input[0].content[0].file_id'],
  ])('refuses %j, which would be wrong to ignore', (body, param) => {
    expect(errorOf({ model: 'm', input: 'hi', ...body })).toMatchObject({ kind: 'unsupported', param });
  });

  it('names the item that it does not know any more', () => {
    const error = errorOf({ model: 'm', input: [{ id: 'msg_1_0' }] });
    expect(error).toMatchObject({ param: 'input[0].id', code: 'item_not_found' });
    expect(error.message).toContain('msg_1_0');
  });

  it.each([null, [], 'text', 7])('refuses a body that is %j', body => {
    expect(errorOf(body).kind).toBe('invalid');
  });

  it('writes a refusal in the form of the API', () => {
    const error = errorOf({ model: 'm', input: 'x', previous_response_id: 'resp_1' });
    expect(openaiResponses.error(error, 'req_1')).toMatchObject({
      status: 400,
      body: {
        error: {
          type: 'invalid_request_error',
          param: 'previous_response_id',
          code: 'previous_response_not_found',
          message: expect.stringContaining('resp_1'),
        },
      },
    });
  });
});
