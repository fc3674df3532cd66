import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/assemble.ts';
import { openaiResponses, type ResponsesCall } from '../../../src/dialects/openai-responses/index.ts';
import { answer, streamText } from '../../support/answers.ts';
import { checkResponsesStream } from '../../support/responses-checker.ts';

// The shapes in which the Codex CLI asks, with everything that matters and nothing of its prompts.
const frame = {
  ...{ model: 'm', stream: true, store: false, tool_choice: 'auto', parallel_tool_calls: true },
  ...{ include: ['reasoning.encrypted_content'], prompt_cache_key: '0199-thread', client_metadata: { a: 'b' } },
  reasoning: { effort: 'medium', summary: 'auto' },
};
const headers: Readonly<Record<string, string>> = { 'session-id': '0199-session', 'thread-id': '0199-thread' };
const developer = { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'You are an agent.' }] };
const user = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'fix it' }] };
const parameters = { type: 'object', properties: { command: { type: 'string' } }, additionalProperties: false };
const shell = { type: 'function', name: 'shell_command', description: 'Runs.', strict: false, parameters };
const grammar = { type: 'grammar', syntax: 'lark', definition: 'start: begin' };
const patch = { type: 'custom', name: 'apply_patch', description: 'Edits files.', format: grammar };
const space = {
  type: 'namespace',
  name: 'mcp__tracker__',
  description: 'Tickets.',
  tools: [{ type: 'function', name: 'list', description: 'Lists.', strict: false, parameters }],
};
const search = { type: 'tool_search', execution: 'client', description: 'Finds tools.', parameters };

const text = (value: string) => ({ type: 'output_text', text: value, annotations: [], logprobs: [] });
const parse = (body: object): ResponsesCall => openaiResponses.parse({ ...frame, ...body }, name => headers[name]);
const call = (name: string, input: { [key: string]: string }, id = 'c1'): Delta => ({
  ...{ type: 'call', id, name, input },
  json: JSON.stringify(input),
});
async function itemsOf(asked: ResponsesCall, ...deltas: Delta[]) {
  const { problems, items } = checkResponsesStream(await streamText(openaiResponses, answer(deltas), asked));
  expect(problems).toEqual([]);
  return items;
}

describe('Codex with tools of all kinds', () => {
  const asked = parse({
    input: [developer, user],
    tools: [shell, patch, space, search, { type: 'web_search', external_web_access: false }],
  });

  it('is understood whole', () => {
    expect(asked.ignored).toEqual([]);
    expect(asked).toMatchObject({ stream: true, stores: false });
    expect(asked.chat).toMatchObject({
      session: '0199-thread',
      effort: 'medium',
      thinking: { mode: 'adaptive', display: 'summarized' },
      search: {},
      messages: [{ role: 'system' }, { role: 'user' }],
    });
    expect(asked.chat.tools.map(tool => tool.name)).toEqual([
      ...['shell_command', 'apply_patch', 'mcp__tracker__list', 'tool_search'],
    ]);
  });

  it('gets a plain call as a function call', async () => {
    const [item] = await itemsOf(asked, call('shell_command', { command: 'ls' }));
    expect(item).toEqual({
      ...{ id: 'fc_abc123_0', type: 'function_call', status: 'completed', call_id: 'c1' },
      ...{ name: 'shell_command', arguments: '{"command":"ls"}' },
    });
  });

  it('gets a patch as raw text', async () => {
    const input = '*** Begin Patch\n*** Add File: a\n+"x"\n*** End Patch\n';
    const [item] = await itemsOf(asked, call('apply_patch', { input }));
    expect(item).toEqual({
      ...{ id: 'ctc_abc123_0', type: 'custom_tool_call', status: 'completed', call_id: 'c1' },
      ...{ name: 'apply_patch', input },
    });
  });

  it('gets a namespaced call with its namespace apart', async () => {
    const [item] = await itemsOf(asked, call('mcp__tracker__list', { command: 'x' }));
    expect(item).toMatchObject({ type: 'function_call', name: 'list', namespace: 'mcp__tracker__' });
  });

  it('gets a search for tools with its arguments as an object', async () => {
    const [item] = await itemsOf(asked, call('tool_search', { query: 'x' }));
    expect(item).toEqual({
      ...{ id: 'tsc_abc123_0', type: 'tool_search_call', status: 'completed', call_id: 'c1' },
      ...{ execution: 'client', arguments: { query: 'x' } },
    });
  });
});

describe('Codex with a model that it does not know', () => {
  it('asks for summaries but not for thinking', () => {
    const { chat } = parse({ input: [developer, user], tools: [shell], reasoning: { summary: 'auto' } });
    expect(chat).not.toHaveProperty('thinking');
    expect(chat).not.toHaveProperty('effort');
  });

  it('sends back a turn whose reasoning came last, as one message', () => {
    const seal = 'kiro-gw.redacted.gpt:AAAA';
    const input = [
      ...[developer, user],
      { ...{ type: 'message', id: 'msg_1_0', role: 'assistant', status: 'completed' }, content: [text('On it.')] },
      { ...{ type: 'function_call', id: 'fc_1_1', status: 'completed' }, call_id: 'c1', name: 'list', arguments: '{}' },
      { ...{ type: 'reasoning', id: 'rs_1_2', summary: [], content: null }, encrypted_content: seal },
      { type: 'function_call_output', id: 'fco_1', call_id: 'c1', output: 'none' },
    ];
    expect(parse({ input }).chat.messages.slice(2)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'On it.' },
          { type: 'tool-call', id: 'c1', name: 'list', input: {} },
          { type: 'reasoning', text: '', redacted: 'gpt:AAAA' },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool-result', id: 'c1', content: [{ type: 'text', text: 'none' }], isError: false }],
      },
    ]);
  });
});

describe('Codex in code mode', () => {
  const lite = {
    type: 'additional_tools',
    role: 'developer',
    tools: [
      {
        type: 'namespace',
        name: 'functions',
        description: '',
        tools: [
          { type: 'custom', name: 'exec', description: 'Runs JavaScript.', format: grammar },
          { type: 'function', name: 'wait', description: 'Waits.', strict: false, parameters },
        ],
      },
    ],
  };
  const asked = parse({ input: [lite, developer, user] });

  it('has its tools under the names that its prompts use', () => {
    expect(asked.chat.tools.map(tool => tool.name)).toEqual(['exec', 'wait']);
    expect(asked.chat.messages.map(message => message.role)).toEqual(['system', 'user']);
  });

  it('gets its code as raw text, in the namespace where the tool was declared', async () => {
    const [code, wait] = await itemsOf(
      asked,
      call('exec', { input: 'text("hi")' }),
      call('wait', { command: '1' }, 'c2'),
    );
    expect(code).toMatchObject({ type: 'custom_tool_call', name: 'exec', namespace: 'functions', input: 'text("hi")' });
    expect(wait).toMatchObject({ type: 'function_call', name: 'wait', namespace: 'functions' });
  });

  it('sees its earlier calls under the same names', () => {
    const input = [
      ...[lite, user],
      {
        type: 'custom_tool_call',
        call_id: 'c1',
        name: 'exec',
        namespace: 'functions',
        input: '1+1',
        status: 'completed',
      },
      { type: 'custom_tool_call_output', call_id: 'c1', output: [{ type: 'input_text', text: '2' }] },
    ];
    expect(parse({ input }).chat.messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'tool-call', id: 'c1', name: 'exec', input: { input: '1+1' } }] },
      {
        role: 'user',
        content: [{ type: 'tool-result', id: 'c1', content: [{ type: 'text', text: '2' }], isError: false }],
      },
    ]);
  });
});

describe('Codex that compacts', () => {
  it('is answered without tools although its history used them', () => {
    const input = [
      ...[user],
      { type: 'function_call', call_id: 'c1', name: 'list', namespace: 'mcp__tracker__', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'none' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Summarise.' }] },
    ];
    const { chat } = parse({ input, tools: [] });
    expect(chat.tools).toEqual([]);
    expect(chat.messages[1]?.content[0]).toMatchObject({ type: 'tool-call', name: 'mcp__tracker__list' });
  });
});
