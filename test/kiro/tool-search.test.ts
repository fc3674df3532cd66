import { describe, expect, it } from 'vitest';
import { writeQuestion } from '../../src/kiro/question.ts';
import { planTools } from '../../src/kiro/tool-plan.ts';
import { answerToolSearch, maxFound, searchTools, toolSearchTool } from '../../src/kiro/tool-search.ts';
import { assistant, breachesOf, call, chatOf, currentOf, tool, user } from './support/chat.ts';

const tools = [
  tool('github_create_issue', { description: 'Opens a new issue in a repository.' }),
  tool('github_list_issues', { description: 'Lists the issues of a repository.' }),
  tool('sendEmail', { description: 'Sends a message to an address.' }),
  tool('calendar-add', {
    description: 'Adds an appointment.',
    inputSchema: { type: 'object', properties: { attendees: { type: 'array' } } },
  }),
];
const found = (query: string): readonly string[] => searchTools(query, tools).map(({ name }) => name);

describe('searching tools', () => {
  it('finds by words of names, however they are written, of descriptions and of members', () => {
    expect(found('email')).toEqual(['sendEmail']);
    expect(found('create an issue')).toEqual(['github_create_issue', 'github_list_issues']);
    expect(found('appointment')).toEqual(['calendar-add']);
    expect(found('attendees')).toEqual(['calendar-add']);
    expect(found('issue')).toEqual(['github_create_issue', 'github_list_issues']);
    expect(found('xylophone')).toEqual([]);
    expect(found('')).toEqual([]);
  });

  it('finds by whole names, and any number of them when they are selected', () => {
    expect(found('github_list_issues')[0]).toBe('github_list_issues');
    expect(found('select:SENDEMAIL, github_create_issue,unknown')).toEqual(['github_create_issue', 'sendEmail']);
  });

  it('gives the best few', () => {
    const many = Array.from({ length: 30 }, (_, index) => tool(`tool_${index}`, { description: 'Does things.' }));
    expect(searchTools('things', many)).toHaveLength(maxFound);
  });

  it('is offered with the names of what can be found, within limits', () => {
    expect(toolSearchTool('tool_search', tools).description).toContain(
      'github_create_issue, github_list_issues, sendEmail',
    );
    const many = Array.from({ length: 2000 }, (_, index) => tool(`tool_with_a_long_name_${index}`));
    const { description } = toolSearchTool('tool_search', many);
    expect(description.length).toBeLessThan(10_000);
    expect(description).toMatch(/ and \d+ more\.$/);
  });

  it('answers a call with references, or with what could be searched for', () => {
    const searching = call('1', 'tool_search', { query: 'email' });
    expect(answerToolSearch(searching, tools)).toEqual({
      type: 'tool-result',
      id: '1',
      content: [{ type: 'tool-reference', name: 'sendEmail' }],
      isError: false,
    });
    for (const query of ['zzz', 5, null]) {
      expect(answerToolSearch(call('1', 'tool_search', { query }), tools).content).toEqual([
        {
          type: 'text',
          text: expect.stringContaining('No tool was found. Tools that can be found: github_create_issue,'),
        },
      ]);
    }
  });
});

describe('a request with deferred tools', () => {
  const deferred = tools.map(one => ({ ...one, deferred: true }));
  const declared = (chat: ReturnType<typeof chatOf>): unknown =>
    currentOf(writeQuestion(chat, { modelId: 'm' })).userInputMessageContext?.tools?.map(
      ({ toolSpecification: { name } }) => name,
    );

  it('declares a search in their place, and what it found after that', () => {
    const chat = chatOf([user('Write to Ann.')], { tools: [tool('read'), ...deferred] });
    expect(declared(chat)).toEqual(['read', 'tool_search']);
    const { toolSearch } = writeQuestion(chat, { modelId: 'm' });
    expect(toolSearch).toEqual({ name: 'tool_search', tools: deferred });

    const searching = call('1', 'tool_search', { query: 'email' });
    const next = {
      ...chat,
      messages: [...chat.messages, assistant(searching), user(answerToolSearch(searching, toolSearch?.tools ?? []))],
    };
    expect(declared(next)).toEqual(['read', 'sendEmail', 'tool_search']);
    expect(breachesOf(writeQuestion(next, { modelId: 'm' }))).toEqual([]);
  });

  it('declares none where the client has its own search', () => {
    const chat = chatOf([user('Write to Ann.')], { tools: [tool('ToolSearch'), ...deferred] });
    expect(declared(chat)).toEqual(['ToolSearch']);
    expect(writeQuestion(chat, { modelId: 'm' }).toolSearch).toBeUndefined();
  });

  it('does not take a name that the client has', () => {
    const chat = chatOf([user('?')], {
      tools: [tool('web_search'), tool('final_answer'), ...deferred],
      search: {},
      format: { type: 'json-object' },
    });
    const { searchTool, format } = writeQuestion(chat, { modelId: 'm' });
    expect(searchTool).toBe('web_search_1');
    expect(format?.tool).toBe('final_answer_1');
    expect(declared(chat)).toEqual(['web_search', 'final_answer', 'tool_search', 'web_search_1', 'final_answer_1']);
  });
});

describe('the tool that searches', () => {
  it('takes a query, and names what it can find', () => {
    const { inputSchema, description } = toolSearchTool('tool_search', tools);
    expect(inputSchema).toMatchObject({
      type: 'object',
      properties: { query: { type: 'string' } },
      required: ['query'],
    });
    expect(description.endsWith('github_create_issue, github_list_issues, sendEmail, calendar-add.')).toBe(true);
  });

  it('names only so many', () => {
    const many = Array.from({ length: 100 }, (_, index) => tool(`${index}_${'n'.repeat(197)}`));
    const { description } = toolSearchTool('tool_search', many);
    const named = description.match(/\d+_n+/g)?.length ?? 0;
    expect(named).toBeGreaterThan(35);
    expect(named).toBeLessThan(41);
    expect(description.endsWith(` and ${100 - named} more.`)).toBe(true);
  });
});

describe('the plan of a request’s tools', () => {
  it('has nothing in it that was not asked for', () => {
    expect(planTools(chatOf([user('?')], { tools }))).toEqual({
      tools,
      searchName: 'web_search',
      standing: [],
      passing: [],
      ignored: [],
    });
  });

  it('says in words that calls must come one by one', () => {
    expect(planTools(chatOf([user('?')], { tools, parallelTools: false })).standing).toEqual([
      'Call at most one tool in each message, and wait for its result before you call the next.',
    ]);
    expect(planTools(chatOf([user('?')], { parallelTools: false })).standing).toEqual([]);
  });

  it('has the format’s tool alone where no other may be called', () => {
    const plan = planTools(
      chatOf([user('?')], { tools, toolChoice: { type: 'none' }, format: { type: 'json-object' } }),
    );
    expect(plan).toMatchObject({ tools: [], formatTool: { name: 'final_answer' }, mustCall: { name: 'final_answer' } });
  });
});
