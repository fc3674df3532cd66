import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatError } from '../../../src/core/errors.ts';
import { openaiResponses, type ResponsesCall } from '../../../src/dialects/openai-responses/index.ts';
import { noHeaders } from '../../support/answers.ts';

function parse(tools: unknown, more: object = {}): ResponsesCall {
  return openaiResponses.parse({ model: 'm', input: 'hi', tools, ...more }, noHeaders);
}
function errorOf(tools: unknown, more: object = {}): ChatError {
  try {
    parse(tools, more);
  } catch (thrown) {
    if (thrown instanceof ChatError) return thrown;
  }
  throw new Error('nothing was refused');
}
const names = (call: ResponsesCall): string[] => call.chat.tools.map(tool => tool.name);

const schema = { type: 'object', properties: { path: { type: 'string' } } };
const read = { type: 'function', name: 'read', description: 'Reads.', parameters: schema, strict: true };
const git = {
  type: 'namespace',
  name: 'git',
  description: 'Version control.',
  tools: [
    { type: 'function', name: 'log', description: 'Shows.', parameters: schema },
    { type: 'custom', name: 'patch', description: 'Changes.' },
  ],
};

describe('tools of the Responses API', () => {
  it('reads flat and nested functions alike', () => {
    const flat = { name: 'read', description: 'Reads.', inputSchema: schema };
    expect(parse([read]).chat.tools).toEqual([flat]);
    const { type: _, ...inner } = read;
    expect(parse([{ type: 'function', function: inner }]).chat.tools).toEqual([flat]);
    expect(parse([inner]).chat.tools).toEqual([flat]);
    expect(parse([{ type: 'function', name: 'now', parameters: null }]).chat.tools).toEqual([
      { name: 'now', description: '', inputSchema: {} },
    ]);
  });

  it('gives a custom tool one text input and tells the model its grammar', () => {
    const format = { type: 'grammar', syntax: 'lark', definition: 'start: "x"' };
    const [tool] = parse([{ type: 'custom', name: 'apply_patch', description: 'Patches.', format }]).chat.tools;
    expect(tool?.inputSchema).toMatchObject({ properties: { input: { type: 'string' } }, required: ['input'] });
    expect(tool?.description).toMatch(/^Patches\.\n\n.*lark.*\nstart: "x"$/);
  });

  it('takes a custom tool with a schema for what it is: a function', () => {
    const call = parse([{ type: 'custom', name: 'read', input_schema: schema }]);
    expect(call.chat.tools).toEqual([{ name: 'read', description: '', inputSchema: schema }]);
    expect(call.forms.get('read')).toEqual({ kind: 'function', name: 'read' });
  });

  it('refuses in a namespace what cannot be there', () => {
    const space = { type: 'namespace', name: 'n', tools: [{ type: 'web_search' }] };
    expect(errorOf([space])).toMatchObject({ kind: 'invalid', param: 'tools[0].tools[0].type' });
  });

  it('does not count a tool of another namespace as declared twice', () => {
    const both = [git, { ...git, name: 'svn' }];
    expect(names(parse(both))).toEqual(['git__log', 'git__patch', 'svn__log', 'svn__patch']);
    expect(errorOf(both, { tool_choice: { type: 'function', name: 'log' } })).toMatchObject({
      param: 'tool_choice.name',
    });
  });

  it('flattens namespaces, and says what they are about once', () => {
    const call = parse([git]);
    expect(names(call)).toEqual(['git__log', 'git__patch']);
    expect(call.chat.tools[0]?.description).toMatch(/^Shows\.\n\n.*git.*Version control\.$/);
    expect(call.chat.tools[1]?.description).toBe('Changes.');
    expect(names(parse([{ ...git, tools: [{ name: 'log' }] }]))).toEqual(['git__log']);
    expect(call.forms.get('git__log')).toEqual({ kind: 'function', name: 'log', namespace: 'git' });
    expect(call.forms.get('git__patch')).toEqual({ kind: 'custom', name: 'patch', namespace: 'git' });
  });

  it('keeps every tool under a name of its own, and every form with its name', () => {
    const word = fc.constantFrom('a', 'b', 'a__b', 'b_', 'functions', 'a__b_2', 'x');
    const tool = fc.record({ type: fc.constantFrom('function', 'custom'), name: word });
    const list = fc.array(
      fc.oneof(
        tool,
        fc.record({ type: fc.constant('namespace'), name: word, tools: fc.array(tool, { maxLength: 3 }) }),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(list, tools => {
        const call = parse(tools);
        expect(new Set(names(call)).size).toBe(call.chat.tools.length);
        expect([...call.forms.keys()]).toEqual(names(call));
        const declared = new Set(
          tools.flatMap(one =>
            'tools' in one ? one.tools.map(inner => `${one.name}/${inner.name}`) : [`/${one.name}`],
          ),
        );
        expect(new Set([...call.forms.values()].map(form => `${form.namespace ?? ''}/${form.name}`))).toEqual(declared);
      }),
    );
  });

  it('takes web search as a search that the gateway does, with its limits', () => {
    const call = parse([{ type: 'web_search', filters: { allowed_domains: ['a.example'] } }], { max_tool_calls: 3 });
    expect(call.chat).toMatchObject({ tools: [], search: { allowedDomains: ['a.example'], maxUses: 3 } });
    expect(parse([{ type: 'web_search_preview_2025_03_11' }, read]).chat.search).toEqual({});
    expect(parse([read]).chat).not.toHaveProperty('search');
  });

  it('offers the client its own tool search, and holds deferred tools back for it', () => {
    const late = { ...read, name: 'late', defer_loading: true };
    const search = { type: 'tool_search', execution: 'client', description: 'Finds.', parameters: schema };
    const call = parse([search, read, late]);
    expect(call.chat.tools).toEqual([
      { name: 'tool_search', description: 'Finds.', inputSchema: schema },
      { name: 'read', description: 'Reads.', inputSchema: schema },
      { name: 'late', description: 'Reads.', inputSchema: schema, deferred: true },
    ]);
  });

  it('shows all tools at once where the server would search for them', () => {
    const late = { ...read, defer_loading: true };
    for (const tools of [[{ type: 'tool_search' }, late], [late]]) {
      expect(parse(tools).chat.tools).toEqual([{ name: 'read', description: 'Reads.', inputSchema: schema }]);
    }
  });

  it('loads the tools that a search found, and refers to them by the names that the model knows', () => {
    const input = [
      { role: 'user', content: 'x' },
      {
        type: 'tool_search_call',
        call_id: 's1',
        execution: 'client',
        arguments: { query: 'git' },
        status: 'completed',
      },
      {
        type: 'tool_search_output',
        call_id: 's1',
        execution: 'client',
        status: 'completed',
        tools: [
          { ...git, tools: git.tools.map(tool => ({ ...tool, defer_loading: true })) },
          { ...read, name: 'one' },
        ],
      },
    ];
    const call = parse([{ type: 'tool_search', execution: 'client' }, read], { input });
    expect(names(call)).toEqual(['tool_search', 'read', 'git__log', 'git__patch', 'one']);
    expect(call.chat.tools.some(tool => tool.deferred)).toBe(false);
    expect(call.chat.messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'tool-call', id: 's1', name: 'tool_search', input: { query: 'git' } }] },
      {
        role: 'user',
        content: [
          {
            type: 'tool-result',
            id: 's1',
            content: ['git__log', 'git__patch', 'one'].map(name => ({ type: 'tool-reference', name })),
            isError: false,
          },
        ],
      },
    ]);
  });

  it('gives the search a schema where the client gives none', () => {
    const [tool] = parse([{ type: 'tool_search', execution: 'client' }]).chat.tools;
    expect(tool?.description).not.toBe('');
    expect(tool?.inputSchema).toMatchObject({ type: 'object', properties: { query: { type: 'string' } } });
  });

  it('has nothing to answer where another server searched, and knows the tools all the same', () => {
    const input = [
      { role: 'user', content: 'x' },
      { type: 'tool_search_call', call_id: null, execution: 'server', arguments: { paths: ['git'] } },
      { type: 'tool_search_output', call_id: null, execution: 'server', tools: [read] },
    ];
    const call = parse([], { input });
    expect(names(call)).toEqual(['read']);
    expect(call.chat.messages).toHaveLength(1);
  });

  it('says that a search for tools found none', () => {
    const input = [
      { type: 'tool_search_call', call_id: 's1', execution: 'client', arguments: { query: 'x' } },
      { type: 'tool_search_output', call_id: 's1', execution: 'client', tools: [] },
    ];
    expect(parse([], { input }).chat.messages[1]?.content[0]).toMatchObject({
      content: [{ type: 'text', text: 'No tool was found.' }],
    });
  });

  it('lets a later declaration replace the earlier one in its place', () => {
    const input = [
      { type: 'additional_tools', role: 'developer', tools: [{ ...read, description: 'Reads better.' }] },
      { role: 'user', content: 'x' },
    ];
    const call = parse([read, { ...read, name: 'write' }], { input });
    expect(call.chat.tools.map(tool => [tool.name, tool.description])).toEqual([
      ['read', 'Reads better.'],
      ['write', 'Reads.'],
    ]);
  });

  it('leaves image generation out beside other tools, and says so', () => {
    for (const other of [read, { type: 'web_search' }]) {
      const call = parse([{ type: 'image_generation' }, other]);
      expect(call.ignored).toEqual(['tools.image_generation']);
    }
    const alone = errorOf([{ type: 'image_generation' }]);
    expect(alone).toMatchObject({ kind: 'unsupported', message: expect.stringContaining('image_generation') });
    const forced = errorOf([{ type: 'image_generation' }, read], { tool_choice: { type: 'image_generation' } });
    expect(forced).toMatchObject({ kind: 'unsupported', message: expect.stringContaining('image_generation') });
  });

  it.each([
    'code_interpreter',
    'file_search',
    'computer_use_preview',
    'computer',
    'mcp',
    'local_shell',
    'shell',
    'apply_patch',
  ])('refuses the hosted tool %s, also beside others, and names it', type => {
    expect(errorOf([read, { type }])).toMatchObject({
      kind: 'unsupported',
      param: 'tools[1].type',
      message: expect.stringContaining(type),
    });
  });
});

describe('the tool choice of the Responses API', () => {
  const tools = [read, git, { type: 'web_search' }];
  const choose = (tool_choice: unknown): ResponsesCall => parse(tools, { tool_choice });

  it.each(['auto', 'none', 'required'])('reads %s', mode => {
    expect(choose(mode).chat.toolChoice).toEqual({ type: mode });
  });

  it('finds one tool by its name, its namespace, or both', () => {
    const chosen = (choice: unknown): unknown => choose(choice).chat.toolChoice;
    expect(chosen({ type: 'function', name: 'read' })).toEqual({ type: 'tool', name: 'read' });
    expect(chosen({ type: 'function', function: { name: 'read' } })).toEqual({ type: 'tool', name: 'read' });
    expect(
      parse([{ type: 'tool_search', execution: 'client' }], { tool_choice: { type: 'tool_search' } }).chat,
    ).toMatchObject({ toolChoice: { type: 'tool', name: 'tool_search' } });
    expect(chosen({ type: 'custom', name: 'patch' })).toEqual({ type: 'tool', name: 'git__patch' });
    expect(chosen({ type: 'function', name: 'log', namespace: 'git' })).toEqual({ type: 'tool', name: 'git__log' });
  });

  it('leaves only the allowed tools', () => {
    const allowed = choose({ type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'read' }] });
    expect(names(allowed)).toEqual(['read']);
    expect(allowed.chat.toolChoice).toEqual({ type: 'required' });
    expect(allowed.chat).not.toHaveProperty('search');
    const searching = choose({ type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search' }] });
    expect(names(searching)).toEqual([]);
    expect(searching.chat).toHaveProperty('search');
    expect(choose({ type: 'allowed_tools', mode: 'auto', tools: [] }).chat.toolChoice).toEqual({ type: 'none' });
  });

  it('refuses a search that is not offered', () => {
    expect(errorOf([read], { tool_choice: { type: 'web_search' } })).toMatchObject({ param: 'tool_choice' });
  });

  it('names the tool that is allowed but not declared', () => {
    const allowed = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'write' }] };
    expect(errorOf(tools, { tool_choice: allowed })).toMatchObject({
      param: 'tool_choice.tools[0].name',
      message: expect.stringContaining('write'),
    });
  });

  it('cannot force a search, and says so', () => {
    expect(choose({ type: 'web_search_preview' })).toMatchObject({
      ignored: ['tool_choice'],
      chat: { toolChoice: { type: 'auto' } },
    });
  });
});
